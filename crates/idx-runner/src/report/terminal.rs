//! The terminal report: one line per scenario as it ends, then the failures, then the counts.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::reporter::Reporter;
use super::text::{barred, one_line, unseen_steps};
use crate::event::{
    CaseResult, Counts, Event, RunFinished, RunStarted, ScenarioResult, StepResult, Verdict,
};
use idx_judge::Failure;
use idx_judge::exchange::Exchange;
use idx_judge::rules::RuleOutcomes;

/// Above this number, the list of rules that were not exercised would hide the result. The other reports have it.
const MAX_LISTED_RULES: usize = 20;

/// Writes the terminal report. [`anstream`] decides whether colours are kept.
#[derive(Debug)]
pub struct TerminalReport<W> {
    out: W,
    /// Whether a progress line is kept at the bottom.
    progress: bool,
    total: usize,
    counts: Counts,
    rules: RuleOutcomes,
    unseen: usize,
    bad: Vec<ScenarioResult>,
}

impl<W: Write> TerminalReport<W> {
    /// A report that writes to `out`. Set `progress` if that is a terminal.
    pub fn new(out: W, progress: bool) -> Self {
        let (total, unseen) = (0, 0);
        let (counts, rules, bad) = Default::default();
        Self { out, progress, total, counts, rules, unseen, bad }
    }

    fn begin(&mut self, started: &RunStarted) -> io::Result<()> {
        self.total = started.scenarios;
        let scenarios = if started.scenarios == 1 { "scenario" } else { "scenarios" };
        writeln!(
            self.out,
            "{} {scenarios}, seed {}, {}",
            started.scenarios,
            started.seed,
            one_line(&started.client)
        )?;
        if let Some(target) = &started.target {
            writeln!(
                self.out,
                "against {}; the proxy replaces its address in responses, and tokens keep it",
                one_line(target)
            )?;
        }
        writeln!(self.out)
    }

    fn line(&mut self, result: &ScenarioResult) -> io::Result<()> {
        self.counts.add(result.verdict);
        result.cases.iter().for_each(|case| self.rules.add(&case.rules));
        self.unseen += result.cases.iter().map(|case| case.unseen).sum::<usize>();
        self.clear_progress()?;
        let (style, word) = (style(result.verdict), result.verdict.word());
        let info = &result.scenario;
        writeln!(
            self.out,
            "{style}{word:>11}{style:#}  {}  {} ({} ms)",
            info.id,
            one_line(&info.title),
            result.took
        )?;
        let reasons = result.cases.iter().filter_map(|case| case.reason.as_ref());
        let reason = result.known.iter().chain(reasons).next();
        if let Some(reason) = reason.filter(|_| !result.verdict.is_bad()) {
            writeln!(self.out, "             {}", one_line(reason))?;
        }
        if self.progress {
            write!(self.out, "[{}/{}] {}", self.counts.total, self.total, self.counts.words())?;
        }
        self.out.flush()?;
        if result.verdict.is_bad() {
            self.bad.push(result.clone());
        }
        Ok(())
    }

    fn end(&mut self, finished: &RunFinished) -> io::Result<()> {
        self.clear_progress()?;
        for result in std::mem::take(&mut self.bad) {
            writeln!(self.out)?;
            self.explain(&result)?;
        }
        writeln!(self.out)?;
        if finished.interrupted {
            writeln!(
                self.out,
                "stopped early: {} of {} scenarios ran",
                self.counts.total, self.total
            )?;
        }
        if let Some(unseen) = unseen_steps(self.unseen) {
            writeln!(self.out, "{unseen}")?;
        }
        writeln!(self.out, "{}", self.rules.summary())?;
        let missing = self.rules.not_exercised();
        if (1..=MAX_LISTED_RULES).contains(&missing.len()) {
            writeln!(self.out, "not exercised: {}", missing.join(", "))?;
        }
        let seconds = finished.took / 1000;
        let rest = finished.took % 1000 / 10;
        writeln!(self.out, "{} in {seconds}.{rest:02} s", self.counts.words())
    }

    fn explain(&mut self, result: &ScenarioResult) -> io::Result<()> {
        let (style, word) = (style(result.verdict), result.verdict.word());
        let info = &result.scenario;
        writeln!(self.out, "{style}{word}{style:#} {} {}", info.id, one_line(&info.title))?;
        let (address, source) = (one_line(&info.address), one_line(&info.source));
        writeln!(self.out, "  {address} ({}): {source}", info.level.word())?;
        if let Some(known) = &result.known {
            writeln!(self.out, "  {}", barred(known, "  "))?;
        }
        for case in result.cases.iter().filter(|case| case.verdict.is_bad()) {
            self.explain_case(case)?;
        }
        writeln!(self.out, "  again: {}", barred(&result.reproduce, "  "))
    }

    fn explain_case(&mut self, case: &CaseResult) -> io::Result<()> {
        if !case.name.is_empty() {
            writeln!(self.out, "  case {}", one_line(&case.name))?;
        }
        if let Some(reason) = &case.reason {
            writeln!(self.out, "  {}", barred(reason, "  "))?;
        }
        for step in case.steps.iter().filter(|step| !step.failures.is_empty()) {
            self.explain_step(step, case)?;
        }
        for breach in &case.breaches {
            let exchange =
                case.exchanges.get(breach.exchange).map(Exchange::summary).unwrap_or_default();
            writeln!(
                self.out,
                "  {} ({}): {}",
                breach.rule.id,
                breach.rule.level.word(),
                breach.rule.says
            )?;
            writeln!(self.out, "    {}", one_line(&exchange))?;
            writeln!(self.out, "      {}", barred(&breach.detail, "      "))?;
        }
        if let Some(text) = &case.standard_error {
            writeln!(self.out, "  the client's standard error ends:")?;
            writeln!(self.out, "    | {}", barred(text, "    "))?;
        }
        Ok(())
    }

    fn explain_step(&mut self, step: &StepResult, case: &CaseResult) -> io::Result<()> {
        writeln!(self.out, "  {}: {}", one_line(&step.location), one_line(&step.summary))?;
        for exchange in case.exchanges.get(step.exchanges.clone()).unwrap_or_default() {
            writeln!(self.out, "    {}", one_line(&exchange.summary()))?;
        }
        for failure in &step.failures {
            write_failure(&mut self.out, failure)?;
        }
        Ok(())
    }

    fn clear_progress(&mut self) -> io::Result<()> {
        if self.progress { write!(self.out, "\r\x1b[2K") } else { Ok(()) }
    }
}

impl<W: Write> Reporter for TerminalReport<W> {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(started) => self.begin(started),
            Event::ScenarioStarted { .. } => Ok(()),
            Event::ScenarioFinished(result) => self.line(result),
            Event::RunFinished(finished) => self.end(finished),
        }
    }
}

fn write_failure(out: &mut impl Write, failure: &Failure) -> io::Result<()> {
    let good = AnsiColor::Green.on_default();
    let bad = AnsiColor::Red.on_default();
    let inner = "        ";
    writeln!(out, "      {}", barred(&failure.what(), "      "))?;
    writeln!(out, "{inner}{good}expected {}{good:#}", barred(&failure.expected(), inner))?;
    writeln!(out, "{inner}{bad}actual   {}{bad:#}", barred(&failure.actual(), inner))?;
    if let Some(hint) = &failure.hint() {
        writeln!(out, "{inner}{}", barred(hint, inner))?;
    }
    Ok(())
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Passed => AnsiColor::Green.on_default(),
        Verdict::Skipped | Verdict::Unsupported | Verdict::Known => AnsiColor::Cyan.on_default(),
        Verdict::Flaky | Verdict::Warned => AnsiColor::Yellow.on_default(),
        Verdict::Failed | Verdict::Broken => AnsiColor::Red.on_default().bold(),
    }
}
