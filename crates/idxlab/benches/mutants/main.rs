//! Mutants of the right server: one answer is wrong in one way, and the harness must notice. `cargo bench -p idxlab --bench mutants` makes them of every
//! member of every kind of answer that the scenarios see, and prints who survives. It takes some minutes, and so is no test.

#![expect(clippy::print_stdout, reason = "the figure is what it is run for")]

mod operators;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::Arc;

use idx_conformance::event::{CaseResult, ScenarioResult, Verdict};
use idx_conformance::exchange::{Exchange, Request};
use idx_conformance::http::HttpAnswer;
use idx_conformance::proxy::Tamper;
use idx_conformance::rules::{self, Facts};
use idx_conformance::runner::{self, Place, Settings};
use idx_conformance::scenario::{ClientType, Scenario, Selection};
use operators::Operator;
use serde_json::Value;
use tokio::task::JoinSet;

/// How many mutants are played at once: most of their time goes into waiting.
const AT_ONCE: usize = 16;

/// One answer of one scenario, wrong in one way.
#[derive(Debug, Clone)]
struct Mutant {
    scenario: usize,
    case: usize,
    exchange: usize,
    pointer: String,
    operator: Operator,
}

/// The share of mutants that the harness must notice, in per cent.
const WANTED: f64 = 95.0;

#[tokio::main]
async fn main() -> ExitCode {
    let emulator = idxlab::Emulator::start().await.expect("the emulator starts");
    let scenarios = Selection::default().load().expect("the scenarios read");
    let results = run(&scenarios, emulator.control_url(), None).await;
    let right = results.iter().all(|result| result.verdict == Verdict::Passed);
    assert!(right, "the right server passes");

    let mutants = mutants(&scenarios, &results);
    let (flagged, quiet): (Vec<_>, Vec<_>) =
        mutants.iter().partition(|(_, mutant)| breaks_a_rule(mutant, &scenarios, &results));
    println!("{} mutants, {} noticed by rules; the rest are played", mutants.len(), flagged.len());
    let survivors = survivors(quiet, &scenarios, emulator.control_url()).await;
    for name in &survivors {
        println!("survives: {name}");
    }
    let share = (mutants.len() - survivors.len()) as f64 * 100.0 / mutants.len() as f64;
    println!(
        "{} of {} noticed: {share:.1} %, wanted {WANTED} %",
        mutants.len() - survivors.len(),
        mutants.len()
    );
    if share < WANTED { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Those in which the rules see nothing wrong: perhaps the scenario does.
async fn survivors(
    quiet: Vec<(&String, &Mutant)>,
    scenarios: &[Scenario],
    control_url: &str,
) -> BTreeSet<String> {
    let mut survivors = BTreeSet::new();
    let mut waiting = quiet.into_iter();
    let mut running = JoinSet::new();
    loop {
        while running.len() < AT_ONCE
            && let Some((name, mutant)) = waiting.next()
        {
            let mut scenario = scenarios[mutant.scenario].clone();
            scenario.cases = vec![scenario.cases[mutant.case].clone()];
            let (name, control_url) = (name.clone(), control_url.to_owned());
            let tamper: Arc<dyn Tamper> = Arc::new(mutant.clone());
            running
                .spawn(async move { (name, run(&[scenario], &control_url, Some(tamper)).await) });
        }
        let Some(played) = running.join_next().await else { return survivors };
        let (name, results) = played.expect("a run does not panic");
        if results.iter().all(|result| result.verdict == Verdict::Passed) {
            survivors.insert(name);
        }
    }
}

async fn run(
    scenarios: &[Scenario],
    control_url: &str,
    tamper: Option<Arc<dyn Tamper>>,
) -> Vec<ScenarioResult> {
    let place = Place::Emulator { control_url: control_url.to_owned() };
    let settings = Settings { jobs: 2, strict: true, tamper, ..Settings::against(place) };
    runner::results(scenarios.to_vec(), settings).await
}

/// Every member of every kind of answer that the scenarios see, wrong in every way; the first of its kind stands for the others.
fn mutants(scenarios: &[Scenario], results: &[ScenarioResult]) -> BTreeMap<String, Mutant> {
    let mut mutants = BTreeMap::new();
    for (scenario, case) in shortest_first(scenarios, results) {
        for (exchange, seen) in results[scenario].cases[case].exchanges.iter().enumerate() {
            let is_control = seen.request.path().starts_with("/_idxlab/");
            let Some(body) = seen.answer_json().filter(|_| !is_control) else { continue };
            for (pointer, shown) in operators::places(&body) {
                for operator in
                    operators::ALL.into_iter().filter(|o| o.apply(&body, &pointer).is_some())
                {
                    let name = format!("{} {shown} {}", kind(seen), operator.word());
                    let pointer = pointer.clone();
                    mutants.entry(name).or_insert(Mutant {
                        scenario,
                        case,
                        exchange,
                        pointer,
                        operator,
                    });
                }
            }
        }
    }
    mutants
}

/// Every case by its place; a short one shows a kind of answer as well as a long one, and sooner.
fn shortest_first(scenarios: &[Scenario], results: &[ScenarioResult]) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for (scenario, result) in results.iter().enumerate() {
        assert_eq!(scenarios[scenario].address, result.scenario.address);
        places.extend((0..result.cases.len()).map(|case| (scenario, case)));
    }
    places.sort_by_key(|(scenario, case)| results[*scenario].cases[*case].exchanges.len());
    places
}

/// What kind of answer it is, in a word.
fn kind(exchange: &Exchange) -> &str {
    if exchange.is_idx() {
        return "idx";
    }
    exchange.request.path().rsplit('/').next().unwrap_or_default()
}

fn breaks_a_rule(mutant: &Mutant, scenarios: &[Scenario], results: &[ScenarioResult]) -> bool {
    let case: &CaseResult = &results[mutant.scenario].cases[mutant.case];
    let mut exchanges = case.exchanges.clone();
    let changed = exchanges[mutant.exchange].answer.clone().map(|answer| mutant.change(answer));
    exchanges[mutant.exchange].answer = changed;
    if exchanges[mutant.exchange].is_idx() {
        // Rules on pages look back and never ahead.
        exchanges.truncate(mutant.exchange + 1);
    }
    let facts = facts(&scenarios[mutant.scenario]);
    rules::judge(&exchanges, &facts).iter().any(|breach| breach.rule.id.starts_with("server."))
}

/// The clients that every preset has.
fn facts(scenario: &Scenario) -> Facts {
    match scenario.client {
        ClientType::Public => {
            Facts { client_id: "0oaidxlabdefault0001".into(), ..Facts::default() }
        }
        ClientType::Confidential => Facts {
            client_id: "0oaidxlabweb00000002".into(),
            client_secret: Some("unknown to this test".into()),
            ..Facts::default()
        },
    }
}

impl Mutant {
    fn change(&self, answer: HttpAnswer) -> HttpAnswer {
        let body: Option<Value> = answer.json();
        match body.and_then(|body| self.operator.apply(&body, &self.pointer)) {
            Some(changed) => HttpAnswer { body: changed.to_string().into(), ..answer },
            None => answer,
        }
    }
}

impl Tamper for Mutant {
    fn tamper(&self, number: usize, _: &Request, answer: HttpAnswer) -> HttpAnswer {
        if number == self.exchange { self.change(answer) } else { answer }
    }
}
