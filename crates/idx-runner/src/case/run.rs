//! Runs one case from its setup to its verdict.

use idx_scenario::{Case, Scenario};

use super::bindings::Bindings;
use super::requirements;
use super::runner::{CaseOutcome, CaseRunner};
use super::setup::CaseSetup;
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
    let judgement = setup.judge(verdict_on_steps(&outcome, scenario, settings), settings);
    // Reading standard error ends the client, and a warning is no reason to start another one.
    let has_failed = matches!(judgement.verdict, Verdict::Failed | Verdict::Broken);
    let standard_error = if has_failed { runner.stderr_tail().await } else { None };
    CaseResult {
        name: case.name.clone(),
        verdict: judgement.verdict,
        standard_error,
        reason: outcome.unsupported,
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

fn wire_client(settings: &Settings, seed: &Seed, setup: &CaseSetup) -> WireClient {
    WireClient::new(setup.account.clone(), seed.rng(), &settings.trust)
}
