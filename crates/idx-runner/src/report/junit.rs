//! JUnit XML: one suite per folder, and one case per scenario.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::collected::CollectedRun;
use super::reporter::Reporter;
use super::text::{escaped, explanation, is_failure, is_skipped, reasons, unseen};
use crate::event::{Event, ScenarioResult, Verdict};

/// Collects the run and writes it as JUnit XML at its end.
#[derive(Debug)]
pub struct JunitReport<W> {
    out: W,
    collected: CollectedRun,
}

impl<W: Write> JunitReport<W> {
    /// A report that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, collected: CollectedRun::default() }
    }

    fn suite(&mut self, name: &str, results: &[&ScenarioResult]) -> io::Result<()> {
        writeln!(self.out, "  <testsuite name=\"{}\" {}>", escaped(name), totals(results))?;
        for result in results {
            self.case(name, result)?;
        }
        writeln!(self.out, "  </testsuite>")
    }

    /// A suite without cases, whose properties are the rules' outcomes.
    fn rules(&mut self) -> io::Result<()> {
        writeln!(self.out, "  <testsuite name=\"rules\" {}>", totals(&[]))?;
        writeln!(self.out, "    <properties>")?;
        for outcome in self.collected.rules.iter() {
            let (id, word) = (outcome.rule.id, outcome.exercise().word());
            let (held, broken) = (outcome.held, outcome.broken);
            let counts = format!("held {held}, broken {broken}");
            writeln!(self.out, "      <property name=\"{id}\" value=\"{word}: {counts}\"/>")?;
        }
        writeln!(self.out, "    </properties>\n  </testsuite>")
    }

    fn case(&mut self, suite: &str, result: &ScenarioResult) -> io::Result<()> {
        let info = &result.scenario;
        let name = escaped(&format!("{} {}", info.id, info.title));
        write!(
            self.out,
            "    <testcase classname=\"{}\" name=\"{name}\" time=\"{}\"",
            escaped(suite),
            seconds(result.took)
        )?;
        let reasons = reasons(result);
        let first = escaped(reasons.first().map_or("", String::as_str));
        let all = escaped(&explanation(result));
        match result.verdict {
            Verdict::Passed => match unseen(result) {
                Some(unseen) => {
                    writeln!(self.out, "><system-out>{unseen}</system-out></testcase>")?;
                }
                None => writeln!(self.out, "/>")?,
            },
            verdict if is_skipped(verdict) => writeln!(
                self.out,
                "><skipped message=\"{}: {first}\"/></testcase>",
                verdict.word()
            )?,
            Verdict::Broken => {
                writeln!(self.out, "><error message=\"{first}\">{all}</error></testcase>")?
            }
            Verdict::Failed => {
                writeln!(self.out, "><failure message=\"{first}\">{all}</failure></testcase>")?
            }
            // Warnings and flaky passes are reported as output, because JUnit has no such result.
            other => {
                writeln!(self.out, "><system-out>{}: {all}</system-out></testcase>", other.word())?
            }
        }
        Ok(())
    }
}

impl<W: Write> Reporter for JunitReport<W> {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        let Some(finished) = self.collected.add(event) else { return Ok(()) };
        let results = std::mem::take(&mut self.collected.results);
        let mut suites: BTreeMap<&str, Vec<&ScenarioResult>> = BTreeMap::new();
        for result in &results {
            let folder =
                result.scenario.address.rsplit_once('/').map_or("scenarios", |(folder, _)| folder);
            suites.entry(folder).or_default().push(result);
        }
        let all: Vec<_> = results.iter().collect();
        writeln!(self.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        let client = escaped(self.collected.client());
        writeln!(
            self.out,
            "<testsuites name=\"idxlab: {client}\" {} time=\"{}\">",
            totals(&all),
            seconds(finished.took)
        )?;
        for (name, results) in &suites {
            self.suite(name, results)?;
        }
        self.rules()?;
        writeln!(self.out, "</testsuites>")?;
        self.out.flush()
    }
}

fn totals(results: &[&ScenarioResult]) -> String {
    let count = |wanted: &dyn Fn(Verdict) -> bool| {
        results.iter().filter(|result| wanted(result.verdict)).count()
    };
    format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
        results.len(),
        count(&|verdict| is_failure(verdict) && verdict != Verdict::Broken),
        count(&|verdict| verdict == Verdict::Broken),
        count(&is_skipped)
    )
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}
