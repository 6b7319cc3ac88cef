//! Runs scenarios, several at once, and emits what happens as events.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::{Id, JoinError, JoinSet};

use crate::case::run_case;
use crate::clock::Stopwatch;
use crate::event::{
    CaseResult, Event, RunFinished, RunStarted, ScenarioInfo, ScenarioResult, Verdict,
};
use crate::known_failure;
use crate::reproduce;
use crate::settings::Settings;
use idx_scenario::Scenario;

/// Runs every scenario and returns the results, in the order of their addresses.
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

/// Runs every scenario and emits its events, until all are done or `stop` becomes true.
pub async fn run(
    scenarios: Vec<Scenario>,
    settings: Settings,
    events: mpsc::UnboundedSender<Event>,
    mut stop: watch::Receiver<bool>,
) {
    let stopwatch = Stopwatch::start();
    let mut queue = Queue::new(scenarios, settings, events);
    queue.emit(Event::RunStarted(queue.started()));
    let mut interrupted = false;
    loop {
        queue.fill();
        let result = tokio::select! {
            result = queue.next() => result,
            Ok(_) = stop.wait_for(|stop| *stop) => {
                interrupted = true;
                break;
            }
        };
        let Some(result) = result else { break };
        let ends =
            queue.settings.fail_fast && matches!(result.verdict, Verdict::Failed | Verdict::Broken);
        queue.emit(Event::ScenarioFinished(Box::new(result)));
        if ends {
            interrupted = !queue.is_empty();
            break;
        }
    }
    // Their clients are back in the pool once they have stopped.
    queue.running.shutdown().await;
    queue.emit(Event::RunFinished(RunFinished { took: stopwatch.milliseconds(), interrupted }));
}

/// The scenarios of a run: those that wait, and those that run.
struct Queue {
    settings: Arc<Settings>,
    events: mpsc::UnboundedSender<Event>,
    waiting: std::vec::IntoIter<Scenario>,
    running: JoinSet<ScenarioResult>,
    /// The running scenarios with the commands that reproduce them.
    tasks: HashMap<Id, (ScenarioInfo, String)>,
}

impl Queue {
    fn new(
        scenarios: Vec<Scenario>,
        settings: Settings,
        events: mpsc::UnboundedSender<Event>,
    ) -> Self {
        Self {
            settings: Arc::new(settings),
            events,
            waiting: scenarios.into_iter(),
            running: JoinSet::new(),
            tasks: HashMap::new(),
        }
    }

    fn started(&self) -> RunStarted {
        let target = self.settings.server.target();
        RunStarted {
            scenarios: self.waiting.len(),
            seed: self.settings.seed,
            client: self.settings.client.name(),
            target: target.map(|target| target.issuer.to_string()),
            part: self.settings.part,
        }
    }

    fn is_empty(&self) -> bool {
        self.running.is_empty() && self.waiting.len() == 0
    }

    fn emit(&self, event: Event) {
        // A reporter may have stopped listening.
        let _ = self.events.send(event);
    }

    /// Starts scenarios until as many run as the settings allow.
    fn fill(&mut self) {
        while self.running.len() < self.settings.jobs.max(1)
            && let Some(scenario) = self.waiting.next()
        {
            self.emit(Event::ScenarioStarted { address: scenario.address.clone() });
            let info = ScenarioInfo::from(&scenario);
            let reproduce = reproduce::of_scenario(&scenario, &self.settings);
            let task = self.running.spawn(run_scenario(scenario, Arc::clone(&self.settings)));
            self.tasks.insert(task.id(), (info, reproduce));
        }
    }

    /// The result of the next scenario that ends; `None` when all are done.
    async fn next(&mut self) -> Option<ScenarioResult> {
        loop {
            match self.running.join_next_with_id().await? {
                Ok((_, result)) => return Some(result),
                Err(error) => {
                    if let Some((info, reproduce)) = self.tasks.remove(&error.id()) {
                        return Some(panicked(info, reproduce, &error));
                    }
                }
            }
        }
    }
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
        // If the client does not support it in the second run, it has not passed.
        if matches!(worst(&again), Verdict::Passed | Verdict::Warned) {
            // The report of a flaky scenario shows the failure.
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
    let known = settings.known.find(&result.scenario.id, client, version);
    known_failure::apply(&mut result, &known);
    result
}

async fn run_cases(scenario: &Scenario, settings: &Settings) -> Vec<CaseResult> {
    let mut cases = Vec::new();
    for case in &scenario.cases {
        cases.push(run_case(scenario, case, settings).await);
    }
    cases
}

fn worst(cases: &[CaseResult]) -> Verdict {
    cases.iter().map(|case| case.verdict).max().unwrap_or(Verdict::Passed)
}

/// The result of a scenario whose task panicked. Without it, the run could pass.
fn panicked(scenario: ScenarioInfo, reproduce: String, error: &JoinError) -> ScenarioResult {
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
    async fn panic_in_scenario_counts_as_broken() {
        let scenarios = idx_scenario::Selection { words: vec!["IDX-REG-SSR-1".into()] }.load();
        let info = ScenarioInfo::from(&scenarios.unwrap()[0]);
        let task = tokio::spawn(async { panic!("no such page") });
        let result = panicked(info, "idxlab run x".into(), &task.await.unwrap_err());
        assert_eq!(result.verdict, Verdict::Broken);
        let reason = result.cases[0].reason.clone().unwrap();
        assert!(
            reason.contains("the harness itself failed") && reason.contains("no such page"),
            "{reason}"
        );
    }
}
