//! Runs scenarios, each in an org of its own, several at once, and tells what happens as events.

mod case;
mod exec;
mod fill;
mod inbox;
mod knowledge;
mod needs;
mod reproduce;
mod settings;
mod shown;
mod stage;
mod target;
mod world;

pub use exec::run as run_command;
pub use reproduce::quoted;
pub use settings::{ClientChoice, Place, Settings};
pub use target::{Target, TargetError};

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};

use crate::clock::Stopwatch;
use crate::event::{
    CaseResult, Event, RunFinished, RunStarted, ScenarioInfo, ScenarioResult, Verdict,
};
use idx_scenario::{KnownFailure, Scenario};

/// Runs every scenario to its end and gives what came of each, in the order of their addresses.
pub async fn results(scenarios: Vec<Scenario>, settings: Settings) -> Vec<ScenarioResult> {
    let (sender, mut events) = mpsc::unbounded_channel();
    let (_stop, stopped) = watch::channel(false);
    run(scenarios, settings, sender, stopped).await;
    let mut results = Vec::new();
    while let Some(event) = events.recv().await {
        if let Event::ScenarioFinished(result) = event {
            results.push(*result);
        }
    }
    results.sort_by(|one, other| one.scenario.address.cmp(&other.scenario.address));
    results
}

/// Runs every scenario and tells of it, until all are done or `stop` becomes true.
pub async fn run(
    scenarios: Vec<Scenario>,
    settings: Settings,
    events: mpsc::UnboundedSender<Event>,
    mut stop: watch::Receiver<bool>,
) {
    let stopwatch = Stopwatch::start();
    // A reporter that is gone has nothing to be told.
    let tell = |event| drop(events.send(event));
    let client = settings.client.name();
    let target = settings.place.target().map(|target| target.issuer.to_string());
    let (count, seed) = (scenarios.len(), settings.seed);
    let part = settings.part;
    tell(Event::RunStarted(RunStarted { scenarios: count, seed, client, target, part }));

    let settings = Arc::new(settings);
    let mut waiting = scenarios.into_iter();
    let mut running = JoinSet::new();
    let mut started = HashMap::new();
    let mut interrupted = false;
    loop {
        while running.len() < settings.jobs.max(1)
            && let Some(scenario) = waiting.next()
        {
            tell(Event::ScenarioStarted { address: scenario.address.clone() });
            let (info, reproduce) =
                (ScenarioInfo::from(&scenario), reproduce::of_scenario(&scenario, &settings));
            let task = running.spawn(run_scenario(scenario, Arc::clone(&settings)));
            started.insert(task.id(), (info, reproduce));
        }
        let result = tokio::select! {
            result = running.join_next_with_id() => result,
            Ok(_) = stop.wait_for(|stop| *stop) => {
                interrupted = true;
                break;
            }
        };
        let result = match result {
            None => break,
            Some(Ok((_, result))) => result,
            Some(Err(error)) => match started.remove(&error.id()) {
                Some((info, reproduce)) => vanished(info, reproduce, &error),
                None => continue,
            },
        };
        let ends =
            settings.fail_fast && matches!(result.verdict, Verdict::Failed | Verdict::Broken);
        tell(Event::ScenarioFinished(Box::new(result)));
        if ends {
            interrupted = !running.is_empty() || waiting.len() > 0;
            break;
        }
    }
    running.abort_all();
    tell(Event::RunFinished(RunFinished { took: stopwatch.milliseconds(), interrupted }));
}

async fn run_scenario(scenario: Scenario, settings: Arc<Settings>) -> ScenarioResult {
    let stopwatch = Stopwatch::start();
    let mut cases = run_cases(&scenario, &settings).await;
    let mut verdict = worst(&cases);
    for _ in 0..settings.retries {
        if verdict != Verdict::Failed {
            break;
        }
        let again = run_cases(&scenario, &settings).await;
        // A client that cannot do it at the second time has not passed.
        if matches!(worst(&again), Verdict::Passed | Verdict::Warned) {
            // The failure is what a person wants to see of a flaky scenario.
            verdict = Verdict::Flaky;
        } else {
            cases = again;
        }
    }
    let mut result = ScenarioResult {
        scenario: ScenarioInfo::from(&scenario),
        verdict,
        cases,
        took: stopwatch.milliseconds(),
        known: None,
        reproduce: reproduce::of_scenario(&scenario, &settings),
    };
    let (client, version) = settings.client.identity();
    if let Some(known) = settings.known.find(&result.scenario.id, client, version) {
        apply_known_failure(&mut result, known);
    }
    result
}

/// A failure becomes *known*; a pass becomes a failure, so that the entry is removed.
fn apply_known_failure(result: &mut ScenarioResult, known: &KnownFailure) {
    let explanation = known.explanation();
    match result.verdict {
        Verdict::Failed | Verdict::Warned => {
            result.verdict = Verdict::Known;
            result.known = Some(explanation);
        }
        Verdict::Passed => {
            result.verdict = Verdict::Failed;
            result.known =
                Some(format!("it is known to fail ({explanation}) and passes: take the entry out"));
        }
        _ => {}
    }
}

async fn run_cases(scenario: &Scenario, settings: &Settings) -> Vec<CaseResult> {
    let mut cases = Vec::new();
    for case in &scenario.cases {
        cases.push(case::run(scenario, case, settings).await);
    }
    cases
}

fn worst(cases: &[CaseResult]) -> Verdict {
    cases.iter().map(|case| case.verdict).max().unwrap_or(Verdict::Passed)
}

/// A scenario whose task panicked. It would be missing in every count, and a run without it may have passed.
fn vanished(scenario: ScenarioInfo, reproduce: String, error: &JoinError) -> ScenarioResult {
    let reason = format!("the harness itself failed: {error}");
    ScenarioResult {
        scenario,
        verdict: Verdict::Broken,
        cases: vec![CaseResult::not_run(String::new(), Verdict::Broken, reason)],
        took: 0,
        known: None,
        reproduce,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_scenario_that_takes_the_harness_down_is_counted_as_broken() {
        let scenarios = idx_scenario::Selection { words: vec!["IDX-REG-SSR-1".into()] }.load();
        let info = ScenarioInfo::from(&scenarios.unwrap()[0]);
        let task = tokio::spawn(async { panic!("no such page") });
        let result = vanished(info, "idxlab run x".into(), &task.await.unwrap_err());
        assert_eq!(result.verdict, Verdict::Broken);
        let reason = result.cases[0].reason.clone().unwrap();
        assert!(
            reason.contains("the harness itself failed") && reason.contains("no such page"),
            "{reason}"
        );
    }
}
