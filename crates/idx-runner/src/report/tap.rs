//! TAP version 14.

use std::io::{self, Write};

use super::Reporter;
use super::gathered::Gathered;
use super::words::{is_failure, is_skipped, one_line, plain, reasons, standard_error};
use crate::event::{Event, ScenarioResult};

/// Gathers the run and writes it as TAP at its end.
#[derive(Debug)]
pub struct TapReport<W> {
    out: W,
    gathered: Gathered,
}

impl<W: Write> TapReport<W> {
    /// A report that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, gathered: Gathered::default() }
    }
}

impl<W: Write> TapReport<W> {
    /// The YAML block below a test point.
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
        if let Some(said) = standard_error(result) {
            writeln!(self.out, "  standardError: {}", quoted(&said))?;
        }
        writeln!(self.out, "  ...")
    }
}

impl<W: Write> Reporter for TapReport<W> {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        if self.gathered.take(event).is_none() {
            return Ok(());
        }
        let results = std::mem::take(&mut self.gathered.results);
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
        self.out.flush()
    }
}

/// Text of a test point: one line, in which a # would begin a directive.
fn described(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace('#', "\\#")
}

/// A string of YAML: those of JSON are, and hide every control character.
fn quoted(text: &str) -> String {
    serde_json::Value::from(plain(text)).to_string()
}
