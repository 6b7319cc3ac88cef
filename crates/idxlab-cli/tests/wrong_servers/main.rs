//! Wrong servers that no change of one answer makes: each remembers what it was told and sent, and breaks one requirement. The scenario that holds the
//! requirement must fail in a step of its own, and pass on the same server without its cheat.

mod call;
mod clients;
mod codes;
mod facade;
mod links;
mod memory;
mod oauth;
mod passwords;
mod policy;
mod profile;
mod refresh;
mod tokens;
mod transaction;

use std::collections::BTreeSet;

use call::{Call, Way};
use facade::{Cheat, Facade};
use idx_runner::event::{StepResult, Verdict};
use idx_runner::{ServerChoice, Settings};
use idx_scenario::{Scenario, Selection};
use idxlab::Emulator;
use memory::Memory;
use serde_json::Value;
use tokio::task::JoinSet;

/// How many servers are played at once.
const AT_ONCE: usize = 8;

/// A server that is wrong in one way.
#[derive(Debug, Clone, Copy)]
struct Wrong {
    /// What it does.
    does: &'static str,
    /// The scenario that must fail, and in brackets the case of it.
    caught_by: &'static str,
    cheat: Cheat,
}

impl Wrong {
    /// Does not take requests as they were made.
    const fn call(
        does: &'static str,
        caught_by: &'static str,
        cheat: fn(Call, &Memory) -> Way,
    ) -> Self {
        Self { does, caught_by, cheat: Cheat::Call(cheat) }
    }

    /// Does not heed its settings.
    const fn org(does: &'static str, caught_by: &'static str, cheat: fn(&mut Value)) -> Self {
        Self { does, caught_by, cheat: Cheat::Org(cheat) }
    }

    fn scenario(&self) -> &'static str {
        self.caught_by.split(" [").next().unwrap_or_default()
    }

    fn case(&self) -> Option<&'static str> {
        self.caught_by.split_once(" [").map(|(_, case)| case.trim_end_matches(']'))
    }
}

fn all() -> impl Iterator<Item = &'static Wrong> {
    [
        clients::WRONG,
        codes::WRONG,
        links::WRONG,
        oauth::WRONG,
        passwords::WRONG,
        policy::WRONG,
        profile::WRONG,
        refresh::WRONG,
        tokens::WRONG,
        transaction::WRONG,
    ]
    .into_iter()
    .flatten()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_server_is_caught_by_the_scenario_that_holds_its_requirement() {
    let emulator = Emulator::builder().seed(1).start().await.expect("the emulator starts");
    let mut waiting = all();
    let mut running = JoinSet::new();
    let mut unnoticed = Vec::new();
    loop {
        while running.len() < AT_ONCE
            && let Some(wrong) = waiting.next()
        {
            running.spawn(complaint(wrong, emulator.base_url().to_owned()));
        }
        let Some(complaint) = running.join_next().await else { break };
        unnoticed.extend(complaint.expect("a run does not panic"));
    }
    assert!(unnoticed.is_empty(), "these servers are not caught:\n{}", unnoticed.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_cheat_every_server_passes() {
    let emulator = Emulator::builder().seed(1).start().await.expect("the emulator starts");
    let facade = Facade::start(emulator.base_url(), Cheat::None);
    let asked: BTreeSet<_> = all().map(Wrong::scenario).collect();
    let settings = Settings { jobs: AT_ONCE, ..settings(&facade) };
    for result in idx_runner::results(scenarios(asked), settings).await {
        let steps = result.cases.iter().flat_map(|case| &case.steps);
        let failures: Vec<_> = steps.filter(|step| failed(step)).collect();
        let address = &result.scenario.address;
        assert_eq!(result.verdict, Verdict::Passed, "{address}: {failures:?}");
    }
}

#[test]
fn every_wrong_server_has_its_own_name() {
    let names: BTreeSet<_> = all().map(|wrong| wrong.does).collect();
    assert_eq!(names.len(), all().count());
}

/// Scenarios without a wrong server of their own. Each checks a single response, and a corrupted response makes it fail:
/// `each_scenario_fails_for_some_mutant`. Add no scenario here; write a wrong server for it.
const ONLY_MUTANTS: &[&str] = &[
    "activation/token-begins-behind-the-profile",
    "activation/token-used-as-plain-json",
    "limits/resend-later",
    "limits/too-many-requests",
    "magic-link/callback-moves-nothing",
    "newer-server/password-email-skip",
    "newer-server/wrong-code-of-phone",
    "oauth-errors/activation-of-public-client",
    "oauth-errors/discovery",
    "oauth-errors/discovery-without-grants",
    "oauth-errors/endpoint-not-emulated",
    "password/settings-shown",
    "phone/java-method-type",
    "phone/method-without-number",
    "phone/other-chosen-meanwhile",
    "phone/refused-as-in-2021",
    "policy/password-optional-enrolled",
    "policy/server-rule-as-plain-json",
    "profile/back-to-sign-in",
    "profile/form",
    "profile/unasked-members-ignored",
    "refresh/after-an-hour",
    "refresh/invalid-request",
    "refresh/static",
    "refresh/within-the-leeway",
    "robustness/interact-unencoded",
    "robustness/json-of-wrong-shape",
    "robustness/malformed-json",
    "robustness/media-types",
    "robustness/refusals-as-plain-json",
    "robustness/unknown-path",
    "robustness/wrong-method",
    "sign-in/known-username",
    "sign-in/recover",
    "sign-in/unknown-username",
    "sign-up/bad-number-corrected",
    "sign-up/confidential-client",
    "sign-up/malformed-address-corrected",
    "sign-up/org-authorization-server",
    "sign-up/password-email-phone",
    "sign-up/password-phone-skip",
    "skip/while-enrolling",
    "token/code-unknown",
    "token/parameters-in-query",
    "token/token-missing",
    "token/userinfo",
];

#[test]
fn every_scenario_has_a_wrong_server() {
    let caught: BTreeSet<_> = all().map(Wrong::scenario).collect();
    let built_in = Selection::default().load().expect("the scenarios are there");
    let without: BTreeSet<_> = built_in
        .iter()
        .map(|scenario| scenario.address.as_str())
        .filter(|address| !caught.contains(address))
        .collect();
    assert_eq!(without, ONLY_MUTANTS.iter().copied().collect());
}

/// What is to be said of a server that its scenario does not catch as it should.
async fn complaint(wrong: &'static Wrong, emulator: String) -> Option<String> {
    let facade = Facade::start(&emulator, wrong.cheat);
    let mut scenarios = scenarios([wrong.scenario()]);
    scenarios[0].cases.retain(|case| wrong.case().is_none_or(|name| name == case.name));
    let result = idx_runner::results(scenarios, settings(&facade)).await.remove(0);
    let said = |what: String| Some(format!("{} ({}): {what}", wrong.does, wrong.caught_by));
    if let Some(case) = result.cases.iter().find(|case| case.verdict == Verdict::Broken) {
        return said(format!("it was not played: {:?}", case.reason));
    }
    let steps = || result.cases.iter().flat_map(|case| &case.steps).filter(|step| failed(step));
    if let Some(step) = steps().find(|step| is_shared(step)) {
        return said(format!("it fails before its own steps: {step:?}"));
    }
    if steps().next().is_some() { None } else { said("every step holds".to_owned()) }
}

fn failed(step: &StepResult) -> bool {
    !step.failures.is_empty()
}

/// A shared step leads to the requirement; it does not hold it. Its own place stands in brackets behind that of its use.
fn is_shared(step: &StepResult) -> bool {
    step.location.ends_with(')')
}

fn scenarios(words: impl IntoIterator<Item = &'static str>) -> Vec<Scenario> {
    let words = words.into_iter().map(ToOwned::to_owned).collect();
    Selection { words }.load().expect("the scenarios are there")
}

fn settings(facade: &Facade) -> Settings {
    let server = ServerChoice::Emulator { control_url: facade.control_url().to_owned() };
    Settings { strict: true, ..Settings::against(server) }
}
