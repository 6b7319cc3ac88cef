//! GitHub Actions: an annotation per failure, and a table in the step's summary.

use std::io::{self, Write};

use idx_judge::rules::RuleOutcomes;

use super::collected::CollectedRun;
use super::reporter::Reporter;
use super::text::{
    escaped, explanation, is_failure, location, one_line, reasons, rule_line, unseen_steps,
};
use crate::event::{Event, ScenarioResult, Verdict};
use crate::plain::plain;

/// Writes annotations while the run goes on, and the summary at its end.
#[derive(Debug)]
pub struct GithubReport<W, S> {
    annotations: W,
    summary: Option<S>,
    collected: CollectedRun,
}

impl<W: Write, S: Write> GithubReport<W, S> {
    /// A report that writes workflow commands to `annotations` and Markdown to `summary`.
    pub fn new(annotations: W, summary: Option<S>) -> Self {
        Self { annotations, summary, collected: CollectedRun::default() }
    }

    fn annotate(&mut self, result: &ScenarioResult) -> io::Result<()> {
        let kind = match result.verdict {
            verdict if is_failure(verdict) => "error",
            Verdict::Warned | Verdict::Flaky => "warning",
            _ => return Ok(()),
        };
        let info = &result.scenario;
        let at = match location(result) {
            Some((file, line)) => format!("file={},line={line},", property(&one_line(&file))),
            None => String::new(),
        };
        let title = property(&one_line(&format!("{} {}", info.id, info.title)));
        writeln!(
            self.annotations,
            "::{kind} {at}title={title}::{}",
            data(&plain(&explanation(result)))
        )
    }

    fn summarize(&mut self) -> io::Result<()> {
        let Some(summary) = &mut self.summary else { return Ok(()) };
        writeln!(
            summary,
            "### idxlab: {}\n\n{}\n\n{}\n",
            cell(self.collected.client()),
            self.collected.counts.words(),
            self.collected.rules.summary()
        )?;
        let cases = self.collected.results.iter().flat_map(|result| &result.cases);
        if let Some(unseen) = unseen_steps(cases.map(|case| case.unseen).sum()) {
            writeln!(summary, "{unseen}\n")?;
        }
        let bad: Vec<_> =
            self.collected.results.iter().filter(|result| result.verdict.is_bad()).collect();
        if !bad.is_empty() {
            writeln!(summary, "| verdict | requirement | why |\n|---|---|---|")?;
        }
        for result in bad {
            let why = reasons(result).first().map_or_else(String::new, |reason| cell(reason));
            writeln!(
                summary,
                "| {} | {} {} | {why} |",
                result.verdict.word(),
                result.scenario.id,
                cell(&result.scenario.title)
            )?;
        }
        write_rules(summary, &self.collected.rules)?;
        summary.flush()
    }
}

impl<W: Write, S: Write> Reporter for GithubReport<W, S> {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        if let Event::ScenarioFinished(result) = event {
            self.annotate(result)?;
        }
        match self.collected.add(event) {
            Some(_) => self.annotations.flush().and_then(|()| self.summarize()),
            None => Ok(()),
        }
    }
}

/// The list of all rules, closed.
fn write_rules(summary: &mut impl Write, rules: &RuleOutcomes) -> io::Result<()> {
    writeln!(summary, "\n<details><summary>{}</summary>\n", rules.summary())?;
    for outcome in rules.iter() {
        writeln!(summary, "- {}", rule_line(outcome))?;
    }
    writeln!(summary, "\n</details>")
}

/// Escapes text for a cell of a Markdown table.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for character in escaped(&one_line(text)).chars() {
        if matches!(character, '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '~') {
            cell.push('\\');
        }
        cell.push(character);
    }
    cell
}

/// Escapes the message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
