//! One case of one scenario: where it is played, and what comes of it.

use super::knowledge::{Knowledge, account};
use super::needs;
use super::stage::Stage;
use super::world::World;
use super::{ClientChoice, Settings};
use crate::drivers::wire::WireClient;
use crate::drivers::{Account, Driver};
use crate::event::{CaseResult, Verdict};
use crate::proxy::{ProxySettings, RecordingProxy};
use crate::seed::Seed;
use idx_judge::rules::{self, Facts};
use idx_scenario::{Case, Scenario};

pub(super) async fn run(scenario: &Scenario, case: &Case, settings: &Settings) -> CaseResult {
    if let Some((verdict, reason)) = needs::missing(scenario, settings) {
        return not_run(case, verdict, reason);
    }
    let seed = Seed::of(settings.seed, &scenario.id, &case.name);
    let world = match World::open(scenario, settings, &seed).await {
        Ok(world) => world,
        Err(error) => return not_run(case, Verdict::Broken, error.to_string()),
    };
    let mut result = play(scenario, case, settings, &seed, &world).await;
    if let Err(error) = world.close().await
        && result.verdict == Verdict::Passed
    {
        result = not_run(case, Verdict::Broken, error.to_string());
    }
    result
}

fn not_run(case: &Case, verdict: Verdict, reason: String) -> CaseResult {
    CaseResult::not_run(case.name.clone(), verdict, reason)
}

async fn play(
    scenario: &Scenario,
    case: &Case,
    settings: &Settings,
    seed: &Seed,
    world: &World,
) -> CaseResult {
    let newer_server = scenario.newer_server;
    let between = ProxySettings { newer_server, ..settings.proxy(&world.origin) };
    let proxy = match RecordingProxy::start(between).await {
        Ok(proxy) => proxy,
        Err(error) => {
            return not_run(case, Verdict::Broken, format!("the proxy could not listen: {error}"));
        }
    };
    let record = proxy.record().clone();
    record.set_org_time(world.frozen_at.map(ToOwned::to_owned));
    let account = match account(world, scenario.client, proxy.base_url()) {
        Ok(account) => account,
        Err(reason) => return not_run(case, Verdict::Broken, reason),
    };
    let facts = Facts {
        is_tls: settings.tls.is_some(),
        is_newer_server: newer_server,
        signed_origin: settings.place.target().map(|target| target.issuer.origin().to_owned()),
        client_id: account.client_id.clone(),
        client_secret: account.client_secret.clone(),
    };
    let drawn = seed.person();
    let person = match settings.place.target() {
        Some(target) => target.person(drawn),
        None => drawn,
    };
    let knowledge = Knowledge::new(person, &account, case);
    let owner = WireClient::new(account.clone(), seed.rng(), &settings.trust);
    let driver = match driver(settings, account, seed).await {
        Ok(driver) => driver,
        // The first process of the client was good, so this is the scenario's failure and not the run's.
        Err(reason) => return not_run(case, Verdict::Failed, reason),
    };
    let mut stage = Stage::new(world, driver, owner, record.clone(), knowledge);
    let played = stage.play(scenario).await;

    let of_steps = match &played.unsupported {
        Some(_) => Verdict::Unsupported,
        None if played.failed() => settings.verdict_on(scenario.level),
        None => Verdict::Passed,
    };
    let exchanges = record.since(0);
    let judgement = rules::judge(&exchanges, &facts);
    let of_rules = judgement.breaches.iter().map(|breach| settings.verdict_on(breach.rule.level));
    // A warning beside what was not done does not make it done.
    let of_rules =
        of_rules.filter(|of_rule| *of_rule != Verdict::Warned || of_steps != Verdict::Unsupported);
    let verdict = of_rules.chain([of_steps]).max().unwrap_or(of_steps);
    // Its last words end a client, and a warning is nothing to start the next one for.
    let has_failed = matches!(verdict, Verdict::Failed | Verdict::Broken);
    let standard_error = if has_failed { stage.last_words().await } else { None };
    CaseResult {
        name: case.name.clone(),
        verdict,
        standard_error,
        reason: played.unsupported,
        steps: played.steps,
        unseen: played.unseen,
        breaches: judgement.breaches,
        rules: judgement.outcomes,
        exchanges,
    }
}

async fn driver(
    settings: &Settings,
    account: Account,
    seed: &Seed,
) -> Result<Box<dyn Driver>, String> {
    Ok(match &settings.client {
        ClientChoice::Wire => Box::new(WireClient::new(account, seed.rng(), &settings.trust)),
        ClientChoice::Adapter(pool) => Box::new(pool.client(account).await?),
    })
}
