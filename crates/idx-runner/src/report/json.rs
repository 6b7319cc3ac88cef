//! The report for programs. It starts with `"format":1`. Later versions may add members, and never change the meaning of one.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::collected::CollectedRun;
use super::reporter::Reporter;
use crate::event::{
    CaseResult, Counts, Event, Part, ScenarioInfo, ScenarioResult, StepResult, Verdict,
};
use idx_judge::Failure;
use idx_judge::exchange::Exchange;
use idx_judge::http_message::Headers;
use idx_judge::rules::{Breach, Exercise, RuleOutcome};
use idx_scenario::Level;

/// Collects the run and writes it as one JSON document at its end.
#[derive(Debug)]
pub struct JsonReport<W> {
    out: W,
    collected: CollectedRun,
}

impl<W: Write> JsonReport<W> {
    /// A report that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, collected: CollectedRun::default() }
    }
}

impl<W: Write> Reporter for JsonReport<W> {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        let Some(finished) = self.collected.add(event) else { return Ok(()) };
        let report = Report {
            format: 1,
            seed: self.collected.seed(),
            client: self.collected.client(),
            target: self.collected.target(),
            part: self.collected.part(),
            interrupted: finished.interrupted,
            took: finished.took,
            counts: &self.collected.counts,
            rules: self.collected.rules.iter().map(RulePart::from).collect(),
            scenarios: self.collected.results.iter().map(ScenarioPart::from).collect(),
        };
        serde_json::to_writer_pretty(&mut self.out, &report)?;
        writeln!(self.out)?;
        self.out.flush()
    }
}

#[derive(Serialize)]
struct Report<'r> {
    format: u8,
    seed: u64,
    client: &'r str,
    /// The issuer that tokens name. Responses name the proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<Part>,
    interrupted: bool,
    took: u64,
    counts: &'r Counts,
    rules: Vec<RulePart<'r>>,
    scenarios: Vec<ScenarioPart<'r>>,
}

#[derive(Serialize)]
struct RulePart<'r> {
    id: &'r str,
    level: Level,
    outcome: Exercise,
    held: usize,
    broken: usize,
}

impl<'r> From<&'r RuleOutcome> for RulePart<'r> {
    fn from(outcome: &'r RuleOutcome) -> Self {
        Self {
            id: outcome.rule.id,
            level: outcome.rule.level,
            outcome: outcome.exercise(),
            held: outcome.held,
            broken: outcome.broken,
        }
    }
}

#[derive(Serialize)]
struct ScenarioPart<'r> {
    #[serde(flatten)]
    info: &'r ScenarioInfo,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<&'r str>,
    took: u64,
    reproduce: &'r str,
    cases: Vec<CasePart<'r>>,
}

impl<'r> From<&'r ScenarioResult> for ScenarioPart<'r> {
    fn from(result: &'r ScenarioResult) -> Self {
        Self {
            info: &result.scenario,
            verdict: result.verdict,
            known: result.known.as_deref(),
            took: result.took,
            reproduce: &result.reproduce,
            cases: result.cases.iter().map(CasePart::from).collect(),
        }
    }
}

#[derive(Serialize)]
struct CasePart<'r> {
    name: &'r str,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
    /// Steps that the client did not show, because it took several answers in one call.
    unseen: usize,
    #[serde(rename = "standardError", skip_serializing_if = "Option::is_none")]
    standard_error: Option<&'r str>,
    steps: Vec<StepPart<'r>>,
    breaches: Vec<BreachPart<'r>>,
}

#[derive(Serialize)]
struct BreachPart<'r> {
    rule: &'r str,
    level: Level,
    detail: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<ExchangePart<'r>>,
}

impl<'r> BreachPart<'r> {
    fn new(breach: &'r Breach, case: &'r CaseResult) -> Self {
        Self {
            rule: breach.rule.id,
            level: breach.rule.level,
            detail: &breach.detail,
            exchange: case.exchanges.get(breach.exchange).map(ExchangePart::from),
        }
    }
}

impl<'r> From<&'r CaseResult> for CasePart<'r> {
    fn from(case: &'r CaseResult) -> Self {
        Self {
            name: &case.name,
            verdict: case.verdict,
            reason: case.reason.as_deref(),
            unseen: case.unseen,
            standard_error: case.standard_error.as_deref(),
            steps: case.steps.iter().map(|step| StepPart::new(step, case)).collect(),
            breaches: case.breaches.iter().map(|breach| BreachPart::new(breach, case)).collect(),
        }
    }
}

#[derive(Serialize)]
struct StepPart<'r> {
    #[serde(rename = "place")]
    location: &'r str,
    summary: &'r str,
    failures: &'r [Failure],
    /// Present in failed steps only, so that the report of a passed run is small.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exchanges: Vec<ExchangePart<'r>>,
}

impl<'r> StepPart<'r> {
    fn new(step: &'r StepResult, case: &'r CaseResult) -> Self {
        let exchanges = if step.failures.is_empty() { 0..0 } else { step.exchanges.clone() };
        Self {
            location: &step.location,
            summary: &step.summary,
            failures: &step.failures,
            exchanges: case
                .exchanges
                .get(exchanges)
                .unwrap_or_default()
                .iter()
                .map(ExchangePart::from)
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct ExchangePart<'r> {
    method: &'r str,
    target: &'r str,
    #[serde(rename = "requestHeaders")]
    request_headers: &'r Headers,
    #[serde(rename = "requestBody")]
    request_body: Value,
    status: u16,
    #[serde(rename = "answerHeaders", skip_serializing_if = "Option::is_none")]
    answer_headers: Option<&'r Headers>,
    #[serde(rename = "answerBody")]
    answer_body: Value,
}

impl<'r> From<&'r Exchange> for ExchangePart<'r> {
    fn from(exchange: &'r Exchange) -> Self {
        Self {
            method: &exchange.request.method,
            target: &exchange.request.target,
            request_headers: &exchange.request.headers,
            request_body: readable(&exchange.request.body),
            status: exchange.status(),
            answer_headers: exchange.answer.as_ref().ok().map(|answer| &answer.headers),
            answer_body: exchange
                .answer
                .as_ref()
                .map_or_else(|error| Value::from(error.to_string()), |a| readable(&a.body)),
        }
    }
}

/// A JSON body as JSON, any other as text.
fn readable(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(body)))
}
