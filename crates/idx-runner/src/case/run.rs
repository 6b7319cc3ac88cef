//! Runs one case from its setup to its verdict.

use idx_judge::rules::Breach;
use idx_scenario::{Action, Case, Scenario};

use super::bindings::Bindings;
use super::requirements;
use super::runner::{CaseOutcome, CaseRunner};
use super::setup::{CaseSetup, Judgement};
use super::target_policy;
use super::test_bed::FROZEN_AT;
use crate::drivers::{AdapterClient, Driver, WireClient};
use crate::event::{CaseResult, Verdict};
use crate::proxy::ProxySettings;
use crate::seed::Seed;
use crate::settings::{ClientChoice, Settings};

/// Runs a case in an org of its own, or against the target.
pub(crate) async fn run_case(scenario: &Scenario, case: &Case, settings: &Settings) -> CaseResult {
    let not_run = |verdict, reason| CaseResult::not_run(case.name.clone(), verdict, reason);
    if let Some((verdict, reason)) = requirements::missing(scenario, settings) {
        return not_run(verdict, reason);
    }
    let seed = Seed::of(settings.seed, &scenario.id, &case.name);
    let setup = match open(scenario, settings, &seed).await {
        Ok(setup) => setup,
        Err(error) => return not_run(Verdict::Broken, error.to_string()),
    };
    let result = run_steps(scenario, case, settings, &seed, &setup).await;
    match setup.close().await {
        Err(error) if result.verdict == Verdict::Passed => {
            not_run(Verdict::Broken, error.to_string())
        }
        _ => result,
    }
}

async fn open(
    scenario: &Scenario,
    settings: &Settings,
    seed: &Seed,
) -> Result<CaseSetup, super::setup::SetupError> {
    // Real clients compare tokens with the system clock, so their orgs use it too.
    let frozen_at = matches!(settings.client, ClientChoice::Wire).then_some(FROZEN_AT);
    let org = settings.org.as_ref().unwrap_or(&scenario.org);
    let newer_server = scenario.newer_server;
    let proxy = |proxy| ProxySettings { newer_server, ..proxy };
    CaseSetup::open(org, scenario.client, frozen_at, settings, seed, proxy).await
}

async fn run_steps(
    scenario: &Scenario,
    case: &Case,
    settings: &Settings,
    seed: &Seed,
    setup: &CaseSetup,
) -> CaseResult {
    let generated = seed.user();
    let user = match settings.server.target() {
        Some(target) => target.user(generated),
        None => generated,
    };
    let bindings = Bindings::new(user, &setup.account, case);
    let control_client = wire_client(settings, seed, setup);
    let driver: Box<dyn Driver> = match &settings.client {
        ClientChoice::Wire => Box::new(wire_client(settings, seed, setup)),
        ClientChoice::Adapter(pool) => {
            match AdapterClient::start(pool, setup.account.clone()).await {
                Ok(client) => Box::new(client),
                // The client's first process started, so this failure belongs to the scenario and not to the run.
                Err(error) => {
                    return CaseResult::not_run(
                        case.name.clone(),
                        Verdict::Failed,
                        error.to_string(),
                    );
                }
            }
        }
    };
    let mut runner = CaseRunner::new(setup, driver, control_client, bindings);
    let outcome = runner.run(scenario).await;
    let mut judgement = setup.judge(verdict_on_steps(&outcome, scenario, settings), settings);
    let mismatch = target_mismatch(scenario, settings, &outcome, &judgement);
    if mismatch.is_some() {
        judgement.verdict = Verdict::Skipped;
    }
    // Reading standard error ends the client, and a warning is no reason to start another one.
    let has_failed = matches!(judgement.verdict, Verdict::Failed | Verdict::Broken);
    let standard_error = if has_failed { runner.stderr_tail().await } else { None };
    CaseResult {
        name: case.name.clone(),
        verdict: judgement.verdict,
        standard_error,
        reason: mismatch.or(outcome.unsupported),
        steps: outcome.steps,
        unseen: outcome.unseen,
        breaches: judgement.breaches,
        rules: judgement.outcomes,
        exchanges: judgement.exchanges,
    }
}

fn verdict_on_steps(outcome: &CaseOutcome, scenario: &Scenario, settings: &Settings) -> Verdict {
    match &outcome.unsupported {
        Some(_) => Verdict::Unsupported,
        None if outcome.failed() => settings.verdict_on(scenario.level),
        None => Verdict::Passed,
    }
}

/// Why a failed step proves nothing: the target's pages show that it is configured otherwise. A broken rule holds in every configuration.
fn target_mismatch(
    scenario: &Scenario,
    settings: &Settings,
    outcome: &CaseOutcome,
    judgement: &Judgement,
) -> Option<String> {
    settings.server.target()?;
    let is_broken = |breach: &Breach| settings.verdict_on(breach.rule.level) == Verdict::Failed;
    if judgement.breaches.iter().any(is_broken) {
        return None;
    }
    let failed = outcome.steps.iter().find(|step| !step.failures.is_empty())?;
    let polls = scenario.steps.iter().any(|step| step.action == Action::Poll);
    target_policy::difference(&judgement.exchanges, failed.exchanges.start, polls)
}

fn wire_client(settings: &Settings, seed: &Seed, setup: &CaseSetup) -> WireClient {
    WireClient::new(setup.account.clone(), seed.rng(), &settings.trust)
}
