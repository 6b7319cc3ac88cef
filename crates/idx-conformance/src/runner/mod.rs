//! Runs scenarios, each in an org of its own, several at once, and tells what happens as events.

mod case;
mod knowledge;

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::clock::Stopwatch;
use crate::event::{Event, RunFinished, RunStarted, ScenarioInfo, ScenarioResult, Verdict};
use crate::scenario::{Level, OrgChoice, Scenario};

/// How a run is done.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The control API of the emulator.
    pub control_url: String,
    /// What everything drawn comes from.
    pub seed: u64,
    /// How many scenarios at once, 1 at least.
    pub jobs: usize,
    /// An org in place of each scenario's own.
    pub org: Option<OrgChoice>,
    /// Whether the first failure ends the run.
    pub fail_fast: bool,
    /// Whether a failed *should* is a failure.
    pub strict: bool,
    /// What stands after `idxlab run ADDRESS --seed N` in the command that shows a failure again.
    pub reproduce_with: String,
}

/// Runs every scenario and tells of it, until all are done or `stop` becomes true.
pub async fn run(
    scenarios: Vec<Scenario>,
    settings: Settings,
    events: mpsc::UnboundedSender<Event>,
    mut stop: watch::Receiver<bool>,
) {
    let stopwatch = Stopwatch::start();
    let client = "the built-in wire client".to_owned();
    // A reporter that is gone has nothing to be told.
    let tell = |event| drop(events.send(event));
    tell(Event::RunStarted(RunStarted { scenarios: scenarios.len(), seed: settings.seed, client }));

    let settings = Arc::new(settings);
    let mut waiting = scenarios.into_iter();
    let mut running = JoinSet::new();
    let mut interrupted = false;
    loop {
        while running.len() < settings.jobs.max(1)
            && let Some(scenario) = waiting.next()
        {
            tell(Event::ScenarioStarted { address: scenario.address.clone() });
            running.spawn(run_scenario(scenario, Arc::clone(&settings)));
        }
        let result = tokio::select! {
            result = running.join_next() => result,
            _ = stop.wait_for(|stop| *stop) => {
                interrupted = true;
                break;
            }
        };
        match result {
            None => break,
            Some(Ok(result)) => {
                let ends = settings.fail_fast
                    && matches!(result.verdict, Verdict::Failed | Verdict::Broken);
                tell(Event::ScenarioFinished(Box::new(result)));
                if ends {
                    interrupted = !running.is_empty() || waiting.len() > 0;
                    break;
                }
            }
            // A task that panicked has printed why; the count of results shows that one is missing.
            Some(Err(_)) => interrupted = true,
        }
    }
    running.abort_all();
    tell(Event::RunFinished(RunFinished { took: stopwatch.milliseconds(), interrupted }));
}

async fn run_scenario(scenario: Scenario, settings: Arc<Settings>) -> ScenarioResult {
    let stopwatch = Stopwatch::start();
    let mut cases = Vec::new();
    for case in &scenario.cases {
        cases.push(case::run(&scenario, case, &settings).await);
    }
    let verdict = cases.iter().map(|case| case.verdict).max().unwrap_or(Verdict::Passed);
    ScenarioResult {
        scenario: ScenarioInfo::from(&scenario),
        verdict,
        cases,
        took: stopwatch.milliseconds(),
        reproduce: reproduce(&scenario, &settings),
    }
}

impl Settings {
    /// What it means that something of this level does not hold.
    fn verdict_on(&self, level: Level) -> Verdict {
        if level == Level::Should && !self.strict { Verdict::Warned } else { Verdict::Failed }
    }
}

fn reproduce(scenario: &Scenario, settings: &Settings) -> String {
    let what = scenario.path.as_deref().unwrap_or(&scenario.address);
    let what = if what.contains(' ') { format!("'{what}'") } else { what.to_owned() };
    format!("idxlab run {what} --seed {}{}", settings.seed, settings.reproduce_with)
}
