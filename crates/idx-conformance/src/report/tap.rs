//! TAP version 14.

use std::io::{self, Write};

use super::Reporter;
use super::gathered::Gathered;
use super::words::{is_failure, is_skipped, reasons};
use crate::event::Event;

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

impl<W: Write> Reporter for TapReport<W> {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        if self.gathered.take(event).is_none() {
            return Ok(());
        }
        writeln!(self.out, "TAP version 14\n1..{}", self.gathered.results.len())?;
        for (index, result) in self.gathered.results.iter().enumerate() {
            let outcome = if is_failure(result.verdict) { "not ok" } else { "ok" };
            let info = &result.scenario;
            // A # would begin a directive.
            let title = format!("{} {}", info.id, info.title).replace('#', "\\#");
            let reasons = reasons(result);
            write!(self.out, "{outcome} {} - {title}", index + 1)?;
            if is_skipped(result.verdict) {
                write!(self.out, " # SKIP {}", reasons.first().map_or("", String::as_str))?;
            }
            writeln!(self.out)?;
            if is_failure(result.verdict) {
                writeln!(self.out, "  ---\n  again: {:?}\n  reasons:", result.reproduce)?;
                for reason in &reasons {
                    writeln!(self.out, "    - {reason:?}")?;
                }
                writeln!(self.out, "  ...")?;
            }
        }
        self.out.flush()
    }
}
