//! Any command as the client, such as a test suite. The rules judge what the proxy records while it runs.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use crate::case::{CaseSetup, SetupError};
use crate::children::ChildGroup;
use crate::clock::Stopwatch;
use crate::event::{
    CaseResult, Event, NothingJudged, RunFinished, RunStarted, ScenarioInfo, ScenarioResult,
    StepResult, Verdict,
};
use crate::proxy::{CreatedOrgs, ProxySettings};
use crate::reproduce;
use crate::seed::Seed;
use crate::settings::Settings;
use idx_judge::Failure;
use idx_scenario::{ClientType, Level};

/// Why a command could not be run.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// There is no org to run it beside.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The command could not be started.
    #[error("`{command}` could not be started: {reason}")]
    NotStarted {
        /// The command line.
        command: String,
        /// The system's reason.
        reason: io::Error,
    },
}

/// Runs a command beside one org, and emits the events of a run of one scenario. If `stop` becomes true, the command is stopped and not judged.
///
/// # Errors
/// When the org cannot be created, or the command cannot be started.
pub async fn run_command(
    command: &str,
    settings: &Settings,
    events: mpsc::UnboundedSender<Event>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), ExecError> {
    let stopwatch = Stopwatch::start();
    let created_orgs = CreatedOrgs::new(settings.tls.clone(), settings.trust.clone());
    let setup = open(command, settings, &created_orgs).await?;
    // A reporter may have stopped listening.
    let emit = |event| drop(events.send(event));
    emit(Event::RunStarted(RunStarted {
        scenarios: 1,
        seed: settings.seed,
        client: command.to_owned(),
        target: None,
        part: None,
    }));
    let not_started = |reason| ExecError::NotStarted { command: command.to_owned(), reason };
    let mut group =
        ChildGroup::spawn(&mut process(command, settings, &setup)).map_err(not_started)?;
    let status = tokio::select! {
        status = group.wait() => Some(status.map_err(not_started)?),
        Ok(_) = stop.wait_for(|stop| *stop) => None,
    };
    group.stop().await;
    if let Some(status) = status {
        let case = judge(command, status, settings, &setup, &created_orgs);
        if let Some(reason) = not_found(status).filter(|_| case.exchanges.is_empty()) {
            return Err(not_started(reason));
        }
        emit(Event::ScenarioFinished(Box::new(ScenarioResult {
            scenario: info(command),
            verdict: case.verdict,
            cases: vec![case],
            took: stopwatch.milliseconds(),
            known: None,
            reproduce: reproduce::of_command(command, settings),
        })));
    }
    // The org ends with its emulator; the verdict stands.
    let _ = setup.close().await;
    let interrupted = status.is_none();
    emit(Event::RunFinished(RunFinished { took: stopwatch.milliseconds(), interrupted }));
    Ok(())
}

async fn open(
    command: &str,
    settings: &Settings,
    created_orgs: &Arc<CreatedOrgs>,
) -> Result<CaseSetup, ExecError> {
    let seed = Seed::of(settings.seed, "EXEC", command);
    let org = settings.org.clone().unwrap_or_default();
    // A test suite runs real clients, which compare tokens with the system clock.
    let frozen_at = None;
    let control_responses = Some(created_orgs.downgraded());
    let proxy = |proxy| ProxySettings { control_responses, ..proxy };
    Ok(CaseSetup::open(&org, ClientType::Public, frozen_at, settings, &seed, proxy).await?)
}

/// How the shell reports a command that it cannot start.
fn not_found(status: ExitStatus) -> Option<io::Error> {
    match status.code() {
        Some(126) => Some(io::ErrorKind::PermissionDenied.into()),
        Some(127) => Some(io::ErrorKind::NotFound.into()),
        _ => None,
    }
}

fn process(command: &str, settings: &Settings, setup: &CaseSetup) -> tokio::process::Command {
    let mut process = tokio::process::Command::new("sh");
    process
        .args(["-c", command])
        .env("IDXLAB_BASE_URL", &setup.account.base_url)
        .env("IDXLAB_ISSUER", &setup.account.issuer)
        .env("IDXLAB_CLIENT_ID", &setup.account.client_id)
        .env("IDXLAB_CONTROL_URL", format!("{}/_idxlab/api", setup.account.base_url))
        .envs(settings.tls.as_ref().map(|tls| ("IDXLAB_CA", &tls.ca_file)))
        .stdin(Stdio::null())
        // Standard output belongs to the report.
        .stdout(io::stderr());
    let mut secrets = setup.bed.clients.iter().filter_map(|client| client.client_secret.as_ref());
    if let Some(secret) = secrets.next() {
        process.env("IDXLAB_CLIENT_SECRET", secret);
    }
    process
}

fn judge(
    command: &str,
    status: ExitStatus,
    settings: &Settings,
    setup: &CaseSetup,
    created_orgs: &CreatedOrgs,
) -> CaseResult {
    let failures = if status.success() {
        vec![]
    } else {
        vec![Failure::ExitStatus { actual: status.to_string() }]
    };
    let of_command = if failures.is_empty() { Verdict::Passed } else { Verdict::Failed };
    let mut judgement = setup.judge(of_command, settings);
    for (clients, exchanges) in created_orgs.records() {
        judgement.add_org(&clients, exchanges, settings);
    }
    let is_unjudged = judgement.exchanges.is_empty() && judgement.verdict == Verdict::Passed;
    let step = StepResult {
        location: "exec".into(),
        summary: command.to_owned(),
        failures,
        exchanges: 0..judgement.exchanges.len(),
    };
    CaseResult {
        name: String::new(),
        verdict: if is_unjudged { Verdict::Skipped } else { judgement.verdict },
        reason: is_unjudged.then(|| NothingJudged::NoRequests.to_string()),
        steps: vec![step],
        breaches: judgement.breaches,
        rules: judgement.outcomes,
        exchanges: judgement.exchanges,
        unseen: 0,
        standard_error: None,
    }
}

fn info(command: &str) -> ScenarioInfo {
    ScenarioInfo {
        id: "EXEC".into(),
        title: format!("`{command}` behaves as an IDX client should"),
        level: Level::Must,
        source: "the rules that `idxlab explain` lists".into(),
        address: "exec".into(),
        path: None,
    }
}
