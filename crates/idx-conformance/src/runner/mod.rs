//! Runs scenarios, each in an org of its own, several at once, and tells what happens as events.

mod case;
mod exec;
mod fill;
mod inbox;
mod knowledge;
mod needs;
mod shown;
mod stage;
mod world;

pub use exec::run as run_command;

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::clock::Stopwatch;
use crate::drivers::adapter::AdapterPool;
use crate::event::{
    CaseResult, Event, RunFinished, RunStarted, ScenarioInfo, ScenarioResult, Verdict,
};
use crate::known::KnownFailures;
use crate::proxy::{ProxySettings, Tamper};
use crate::scenario::{Level, OrgChoice, Scenario};
use crate::tls::{Tls, Trust};

/// How a run is done.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What is run against.
    pub place: Place,
    /// What acts as the client.
    pub client: ClientChoice,
    /// What the proxy shows to clients, where they speak TLS.
    pub tls: Option<Tls>,
    /// Whom the proxy, the built-in client and the calls of the control API trust.
    pub trust: Trust,
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
    /// How often a scenario that fails is run again. One that passes then is *flaky*.
    pub retries: u32,
    /// Which scenarios the client is known to fail.
    pub known: KnownFailures,
    /// What changes answers on their way, when the harness itself is tested.
    pub tamper: Option<Arc<dyn Tamper>>,
    /// What stands after `idxlab run ADDRESS --seed N` in the command that shows a failure again.
    pub reproduce_with: String,
}

/// What a run is run against.
#[derive(Debug, Clone)]
pub enum Place {
    /// An emulator; each scenario gets an org of its own.
    Emulator {
        /// Its control API.
        control_url: String,
    },
    /// A server that is not ours.
    Target(Target),
}

/// A server that is not ours, and what is known of it.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its issuer.
    pub issuer: String,
    /// The client to sign people up with.
    pub client_id: String,
    /// That client's secret, when it is confidential.
    pub client_secret: Option<String>,
    /// A redirect URI that is registered there.
    pub redirect_uri: String,
    /// A command that prints the newest code for a channel and an address.
    pub inbox: Option<String>,
}

/// What acts as the client.
#[derive(Debug, Clone)]
pub enum ClientChoice {
    /// The built-in one.
    Wire,
    /// One behind the adapter protocol.
    Adapter(Arc<AdapterPool>),
}

impl ClientChoice {
    /// Name and version, as known-failures files give them.
    fn identity(&self) -> (&str, &str) {
        match self {
            Self::Wire => ("wire", ""),
            Self::Adapter(pool) => (&pool.hello().client, &pool.hello().version),
        }
    }

    /// The client in a few words.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Wire => "the built-in wire client".to_owned(),
            Self::Adapter(pool) => format!("{} {}", pool.hello().client, pool.hello().version),
        }
    }
}

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
            Ok(_) = stop.wait_for(|stop| *stop) => {
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
    let mut cases = run_cases(&scenario, &settings).await;
    let mut verdict = worst(&cases);
    for _ in 0..settings.retries {
        if verdict != Verdict::Failed {
            break;
        }
        let again = run_cases(&scenario, &settings).await;
        if worst(&again) < Verdict::Warned {
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
        reproduce: reproduce(&scenario, &settings),
    };
    let (client, version) = settings.client.identity();
    settings.known.apply(&mut result, client, version);
    result
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

impl Settings {
    /// The built-in client over plain HTTP, one scenario at a time.
    #[must_use]
    pub fn against(place: Place) -> Self {
        Self {
            place,
            client: ClientChoice::Wire,
            tls: None,
            trust: Trust::nobody(),
            seed: 1,
            jobs: 1,
            org: None,
            fail_fast: false,
            strict: false,
            retries: 0,
            known: KnownFailures::default(),
            tamper: None,
            reproduce_with: String::new(),
        }
    }

    fn proxy(&self, upstream: &str) -> ProxySettings {
        ProxySettings {
            upstream: upstream.to_owned(),
            tls: self.tls.clone(),
            trust: self.trust.clone(),
            tamper: self.tamper.clone(),
        }
    }

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
