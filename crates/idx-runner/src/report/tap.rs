//! TAP version 14.

use std::io::{self, Write};

use super::collected::CollectedRun;
use super::reporter::Reporter;
use super::text::{is_failure, is_skipped, one_line, reasons, rule_line, standard_error};
use crate::event::{Event, ScenarioResult};
use crate::plain::plain;

/// Collects the run and writes it as TAP at its end.
#[derive(Debug)]
pub struct TapReport<W> {
    out: W,
    collected: CollectedRun,
}

impl<W: Write> TapReport<W> {
    /// A report that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, collected: CollectedRun::default() }
    }
}

impl<W: Write> TapReport<W> {
    /// The rules' outcomes, as comments.
    fn rules(&mut self) -> io::Result<()> {
        writeln!(self.out, "# rules: {}", self.collected.rules.summary())?;
        for outcome in self.collected.rules.iter() {
            writeln!(self.out, "# {}", rule_line(outcome))?;
        }
        Ok(())
    }

    /// Writes the YAML block below a test point.
    fn diagnose(&mut self, result: &ScenarioResult, reasons: &[String]) -> io::Result<()> {
        writeln!(self.out, "  ---\n  verdict: {}", result.verdict.word())?;
        if result.verdict.is_bad() {
            writeln!(self.out, "  again: {}", quoted(&result.reproduce))?;
        }
        let unseen: usize = result.cases.iter().map(|case| case.unseen).sum();
        if unseen > 0 {
            writeln!(self.out, "  stepsNotShown: {unseen}")?;
        }
        if !reasons.is_empty() {
            writeln!(self.out, "  reasons:")?;
        }
        for reason in reasons {
            writeln!(self.out, "    - {}", quoted(reason))?;
        }
        if let Some(text) = standard_error(result) {
            writeln!(self.out, "  standardError: {}", quoted(&text))?;
        }
        writeln!(self.out, "  ...")
    }
}

impl<W: Write> Reporter for TapReport<W> {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        if self.collected.add(event).is_none() {
            return Ok(());
        }
        let results = std::mem::take(&mut self.collected.results);
        writeln!(self.out, "TAP version 14\n1..{}", results.len())?;
        for (index, result) in results.iter().enumerate() {
            let outcome = if is_failure(result.verdict) { "not ok" } else { "ok" };
            let info = &result.scenario;
            let title = described(&format!("{} {}", info.id, info.title));
            let reasons = reasons(result);
            write!(self.out, "{outcome} {} - {title}", index + 1)?;
            if is_skipped(result.verdict) {
                let reason = described(reasons.first().map_or("", String::as_str));
                write!(self.out, " # SKIP {}: {reason}", result.verdict.word())?;
            }
            writeln!(self.out)?;
            if result.verdict.is_bad() || result.cases.iter().any(|case| case.unseen > 0) {
                self.diagnose(result, &reasons)?;
            }
        }
        self.rules()?;
        self.out.flush()
    }
}

/// Escapes the text of a test point: one line, in which an unescaped # starts a directive.
fn described(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace('#', "\\#")
}

/// A YAML string. JSON strings are valid YAML, and escape every control character.
fn quoted(text: &str) -> String {
    serde_json::Value::from(plain(text)).to_string()
}
