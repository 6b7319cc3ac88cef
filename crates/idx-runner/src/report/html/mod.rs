//! One HTML file that needs no network: every step with its requests, responses and failures, and a search.

use std::io::{self, Write};

use super::collected::CollectedRun;
use super::reporter::Reporter;
use super::text::{escaped, unseen_steps};
use crate::event::{CaseResult, Event, RunFinished, ScenarioResult, StepResult, Verdict};
use idx_judge::exchange::Exchange;
use idx_judge::rules::{Breach, RuleOutcomes};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Collects the run and writes it as one page at its end.
#[derive(Debug)]
pub struct HtmlReport<W> {
    out: W,
    collected: CollectedRun,
}

impl<W: Write> HtmlReport<W> {
    /// A report that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, collected: CollectedRun::default() }
    }

    fn page(&mut self, finished: &RunFinished) -> io::Result<()> {
        let results = std::mem::take(&mut self.collected.results);
        let words = self.collected.counts.words();
        let client = escaped(self.collected.client());
        let target = self.collected.target().map(|target| format!(", against {target}"));
        let target = escaped(&target.unwrap_or_default());
        let early = if finished.interrupted { "; stopped early" } else { "" };
        let out = &mut self.out;
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>idxlab: {words}</title>"
        )?;
        write!(
            out,
            "<meta name=\"viewport\" content=\"width=device-width\"><style>\n{STYLE}</style></head><body>"
        )?;
        write!(
            out,
            "<header><h1>{words}</h1><p>{client}{target}, seed {}, {} ms{early}</p></header>",
            self.collected.seed(),
            finished.took
        )?;
        write!(
            out,
            "<nav aria-label=\"Filter\"><input id=\"search\" type=\"search\" placeholder=\"Search (/)\" aria-label=\"Search\">"
        )?;
        write!(out, "<button type=\"button\" value=\"\" aria-pressed=\"true\">all</button>")?;
        for verdict in Verdict::ALL
            .iter()
            .filter(|verdict| results.iter().any(|result| result.verdict == **verdict))
        {
            let word = verdict.word();
            write!(
                out,
                "<button type=\"button\" value=\"{word}\" aria-pressed=\"false\">{word}</button>"
            )?;
        }
        write!(out, "<span id=\"count\" role=\"status\"></span></nav><main>")?;
        for result in &results {
            write_scenario(out, result)?;
        }
        write_rules(out, &self.collected.rules)?;
        writeln!(out, "</main><script>\n{SCRIPT}</script></body></html>")?;
        out.flush()
    }
}

impl<W: Write> Reporter for HtmlReport<W> {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        match self.collected.add(event) {
            Some(finished) => self.page(&finished),
            None => Ok(()),
        }
    }
}

fn write_scenario(out: &mut impl Write, result: &ScenarioResult) -> io::Result<()> {
    let info = &result.scenario;
    let open = if result.verdict.is_bad() { " open" } else { "" };
    let word = result.verdict.word();
    write!(
        out,
        "<details class=\"scenario {word}\"{open}><summary><span class=\"verdict\">{word}</span> "
    )?;
    write!(
        out,
        "<code>{}</code> {} <span class=\"took\">{} ms</span></summary>",
        info.id,
        escaped(&info.title),
        result.took
    )?;
    write!(
        out,
        "<p class=\"source\">{} ({}): {}</p>",
        escaped(&info.address),
        info.level.word(),
        escaped(&info.source)
    )?;
    if let Some(known) = &result.known {
        write!(out, "<p>{}</p>", escaped(known))?;
    }
    for case in &result.cases {
        write_case(out, case)?;
    }
    writeln!(out, "<p>Again: <code>{}</code></p></details>", escaped(&result.reproduce))
}

/// The list of all rules, closed: the heading says how many were exercised.
fn write_rules(out: &mut impl Write, rules: &RuleOutcomes) -> io::Result<()> {
    write!(out, "<details class=\"rules\"><summary>{}</summary><table>", rules.summary())?;
    write!(out, "<tr><th>rule</th><th>outcome</th><th>held</th><th>broken</th></tr>")?;
    for outcome in rules.iter() {
        write!(
            out,
            "<tr><td><code>{}</code> {}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            outcome.rule.id,
            escaped(outcome.rule.says),
            outcome.exercise().word(),
            outcome.held,
            outcome.broken
        )?;
    }
    write!(out, "</table></details>")
}

fn write_case(out: &mut impl Write, case: &CaseResult) -> io::Result<()> {
    if !case.name.is_empty() {
        write!(out, "<h3>{}: {}</h3>", case.verdict.word(), escaped(&case.name))?;
    }
    if let Some(reason) = &case.reason {
        write!(out, "<p>{}</p>", escaped(reason))?;
    }
    if let Some(unseen) = unseen_steps(case.unseen) {
        write!(out, "<p>{unseen}</p>")?;
    }
    for breach in &case.breaches {
        write_breach(out, breach, case)?;
    }
    for step in &case.steps {
        write_step(out, step, case)?;
    }
    if let Some(text) = &case.standard_error {
        write!(out, "<h4>Standard error of the client</h4><pre>{}</pre>", escaped(text))?;
    }
    Ok(())
}

fn write_breach(out: &mut impl Write, breach: &Breach, case: &CaseResult) -> io::Result<()> {
    let rule = breach.rule;
    write!(
        out,
        "<div class=\"failure\"><code>{}</code> ({}): {}<br>",
        rule.id,
        rule.level.word(),
        escaped(rule.says)
    )?;
    let exchange = case.exchanges.get(breach.exchange).map(Exchange::summary).unwrap_or_default();
    write!(
        out,
        "<span class=\"actual\">{}: {}</span><br>",
        escaped(&exchange),
        escaped(&breach.detail)
    )?;
    write!(
        out,
        "<span class=\"source\">{} {}</span></div>",
        escaped(rule.reason),
        escaped(rule.source)
    )
}

fn write_step(out: &mut impl Write, step: &StepResult, case: &CaseResult) -> io::Result<()> {
    let (class, open) = if step.failures.is_empty() { ("passed", "") } else { ("failed", " open") };
    write!(
        out,
        "<details class=\"step {class}\"{open}><summary><span class=\"verdict\">{class}</span> "
    )?;
    write!(
        out,
        "{} <span class=\"took\">{}</span></summary>",
        escaped(&step.summary),
        escaped(&step.location)
    )?;
    for failure in &step.failures {
        write!(out, "<div class=\"failure\">{}<br>", escaped(&failure.what()))?;
        write!(
            out,
            "<span class=\"expected\">expected {}</span><br>",
            escaped(&failure.expected())
        )?;
        write!(out, "<span class=\"actual\">actual {}</span>", escaped(&failure.actual()))?;
        if let Some(hint) = &failure.hint() {
            write!(out, "<br>{}", escaped(hint))?;
        }
        write!(out, "</div>")?;
    }
    for exchange in case.exchanges.get(step.exchanges.clone()).unwrap_or_default() {
        write_exchange(out, exchange)?;
    }
    write!(out, "</details>")
}

fn write_exchange(out: &mut impl Write, exchange: &Exchange) -> io::Result<()> {
    write!(
        out,
        "<details><summary><code>{}</code> <span class=\"took\">{} ms</span></summary>",
        escaped(&exchange.summary()),
        exchange.took
    )?;
    write!(
        out,
        "<h4>Request</h4><pre>{}</pre>",
        escaped(&message(&exchange.request.headers, &exchange.request.body))
    )?;
    let answer = match &exchange.answer {
        Ok(answer) => message(&answer.headers, &answer.body),
        Err(error) => error.to_string(),
    };
    write!(out, "<h4>Answer</h4><pre>{}</pre></details>", escaped(&answer))
}

/// Headers, an empty line, and the body: JSON set out, anything else as it is.
fn message(headers: &[(String, String)], body: &[u8]) -> String {
    let mut text: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    text.push('\n');
    let value = serde_json::from_slice::<serde_json::Value>(body).ok();
    let pretty = value.and_then(|value| serde_json::to_string_pretty(&value).ok());
    text.push_str(&pretty.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned()));
    text
}
