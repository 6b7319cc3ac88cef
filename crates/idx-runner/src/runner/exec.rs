//! Any command as the client: a test suite, say. What the proxy saw meanwhile is judged by the rules.

use std::process::Stdio;

use tokio::sync::mpsc;

use super::Settings;
use super::knowledge::account;
use super::world::World;
use crate::clock::Stopwatch;
use crate::event::{
    CaseResult, Event, NothingJudged, RunFinished, RunStarted, ScenarioInfo, ScenarioResult,
    StepResult, Verdict,
};
use crate::proxy::RecordingProxy;
use crate::seed::Seed;
use idx_judge::Failure;
use idx_judge::rules::{self, Facts};
use idx_scenario::{ClientType, Level, OrgChoice};

/// Runs a command beside one org, and tells of it as of a run of one scenario.
///
/// # Errors
/// When there is no org to run it beside, or the command cannot be started.
pub async fn run(
    command: &str,
    settings: &Settings,
    events: mpsc::UnboundedSender<Event>,
) -> Result<(), String> {
    let stopwatch = Stopwatch::start();
    let seed = Seed::of(settings.seed, "EXEC", command);
    let choice = settings
        .org
        .clone()
        .unwrap_or_else(|| OrgChoice::Preset("password-plus-another-factor".into()));
    // A test suite drives real clients, which compare tokens with the machine's clock.
    let frozen_at = None;
    let world = World::open_for(&choice, settings, &seed, frozen_at)
        .await
        .map_err(|error| error.to_string())?;
    let proxy = RecordingProxy::start(settings.proxy(&world.origin))
        .await
        .map_err(|error| error.to_string())?;
    let account = account(&world, ClientType::Public, proxy.base_url())?;

    // A reporter that is gone has nothing to be told.
    let tell = |event| drop(events.send(event));
    tell(Event::RunStarted(RunStarted {
        scenarios: 1,
        seed: settings.seed,
        client: command.to_owned(),
        target: None,
        part: None,
    }));
    let mut process = tokio::process::Command::new("sh");
    process
        .args(["-c", command])
        .env("IDXLAB_BASE_URL", &account.base_url)
        .env("IDXLAB_ISSUER", &account.issuer)
        .env("IDXLAB_CLIENT_ID", &account.client_id)
        .env("IDXLAB_CONTROL_URL", world.control_url.clone().unwrap_or_default())
        .envs(settings.tls.as_ref().map(|tls| ("IDXLAB_CA", &tls.ca_file)))
        .stdin(Stdio::null())
        // Standard output is the report's.
        .stdout(std::io::stderr())
        .kill_on_drop(true);
    if let Some(confidential) =
        world.clients.iter().find_map(|client| client.client_secret.as_ref())
    {
        process.env("IDXLAB_CLIENT_SECRET", confidential);
    }
    let status = process
        .status()
        .await
        .map_err(|error| format!("`{command}` could not be started: {error}"))?;

    let exchanges = proxy.record().since(0);
    let facts = Facts {
        signed_origin: None,
        is_tls: settings.tls.is_some(),
        is_newer_server: false,
        client_id: account.client_id,
        client_secret: account.client_secret,
    };
    let judgement = rules::judge(&exchanges, &facts);
    let failures = if status.success() {
        vec![]
    } else {
        vec![Failure::ExitStatus { actual: status.to_string() }]
    };
    let of_command = if failures.is_empty() { Verdict::Passed } else { Verdict::Failed };
    let of_rules = judgement.breaches.iter().map(|breach| settings.verdict_on(breach.rule.level));
    let verdict = of_rules.chain([of_command]).max().unwrap_or(of_command);
    let (verdict, reason) = if exchanges.is_empty() && verdict == Verdict::Passed {
        (Verdict::Skipped, Some(NothingJudged::NoRequests.to_string()))
    } else {
        (verdict, None)
    };
    let step = StepResult {
        place: "exec".into(),
        summary: command.to_owned(),
        failures,
        exchanges: 0..exchanges.len(),
    };
    let case = CaseResult {
        name: String::new(),
        verdict,
        reason,
        steps: vec![step],
        breaches: judgement.breaches,
        rules: judgement.outcomes,
        exchanges,
        unseen: 0,
        standard_error: None,
    };
    tell(Event::ScenarioFinished(Box::new(ScenarioResult {
        scenario: ScenarioInfo {
            id: "EXEC".into(),
            title: format!("`{command}` behaves as an IDX client should"),
            level: Level::Must,
            source: "idxlab explain".into(),
            address: "exec".into(),
            path: None,
        },
        verdict,
        cases: vec![case],
        took: stopwatch.milliseconds(),
        known: None,
        reproduce: format!(
            "idxlab run --exec {} --seed {}{}",
            super::quoted(command),
            settings.seed,
            settings.reproduce_with
        ),
    })));
    // The org is gone with its emulator in any case; what was judged stands.
    let _ = world.close().await;
    tell(Event::RunFinished(RunFinished { took: stopwatch.milliseconds(), interrupted: false }));
    Ok(())
}
