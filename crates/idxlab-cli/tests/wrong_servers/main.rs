//! Wrong servers: each breaks one requirement, and may use its earlier requests and responses for that. The scenario that checks the requirement
//! must fail in one of its own steps, and pass on the same server without the defect.

mod client_request;
mod clients;
mod codes;
mod facade;
mod history;
mod links;
mod oauth;
mod passwords;
mod policy;
mod profile;
mod refresh;
mod tokens;
mod transaction;

use std::collections::BTreeSet;

use client_request::{ClientRequest, Handling};
use facade::{Defect, Facade};
use history::History;
use idx_runner::event::{StepResult, Verdict};
use idx_runner::{ServerChoice, Settings};
use idx_scenario::{Scenario, Selection};
use idxlab::Emulator;
use serde_json::Value;
use tokio::task::JoinSet;

/// The number of servers that run at the same time.
const CONCURRENT_SERVERS: usize = 8;

/// A server with one defect.
#[derive(Debug, Clone, Copy)]
struct WrongServer {
    /// The incorrect behaviour.
    behaviour: &'static str,
    /// The scenario that must fail, with its case in brackets.
    detected_by: &'static str,
    defect: Defect,
}

impl WrongServer {
    /// A server that changes requests or responses.
    const fn request(
        behaviour: &'static str,
        detected_by: &'static str,
        defect: fn(ClientRequest, &History) -> Handling,
    ) -> Self {
        Self { behaviour, detected_by, defect: Defect::Request(defect) }
    }

    /// A server that ignores or changes the org's settings.
    const fn org(
        behaviour: &'static str,
        detected_by: &'static str,
        defect: fn(&mut Value),
    ) -> Self {
        Self { behaviour, detected_by, defect: Defect::Org(defect) }
    }

    fn scenario(&self) -> &'static str {
        self.detected_by.split(" [").next().unwrap_or_default()
    }

    fn case(&self) -> Option<&'static str> {
        self.detected_by.split_once(" [").map(|(_, case)| case.trim_end_matches(']'))
    }
}

fn all() -> impl Iterator<Item = &'static WrongServer> {
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
async fn wrong_server_fails_the_scenario_of_its_requirement() {
    let emulator = Emulator::builder().seed(1).start().await.expect("the emulator starts");
    let mut waiting = all();
    let mut running = JoinSet::new();
    let mut undetected = Vec::new();
    loop {
        while running.len() < CONCURRENT_SERVERS
            && let Some(wrong) = waiting.next()
        {
            running.spawn(problem(wrong, emulator.base_url().to_owned()));
        }
        let Some(problem) = running.join_next().await else { break };
        undetected.extend(problem.expect("a run does not panic"));
    }
    assert!(undetected.is_empty(), "these servers are not detected:\n{}", undetected.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn server_without_a_defect_passes() {
    let emulator = Emulator::builder().seed(1).start().await.expect("the emulator starts");
    let facade = Facade::start(emulator.base_url(), Defect::None);
    let asked: BTreeSet<_> = all().map(WrongServer::scenario).collect();
    let settings = Settings { jobs: CONCURRENT_SERVERS, ..settings(&facade) };
    for result in idx_runner::results(scenarios(asked), settings).await {
        let steps = result.cases.iter().flat_map(|case| &case.steps);
        let failures: Vec<_> = steps.filter(|step| failed(step)).collect();
        let address = &result.scenario.address;
        assert_eq!(result.verdict, Verdict::Passed, "{address}: {failures:?}");
    }
}

#[test]
fn wrong_servers_have_unique_descriptions() {
    let names: BTreeSet<_> = all().map(|wrong| wrong.behaviour).collect();
    assert_eq!(names.len(), all().count());
}

/// Scenarios without their own wrong server. Each checks a single response, and fails if that response is corrupted:
/// `each_scenario_fails_for_some_mutant`. Do not add a scenario; write a wrong server for it.
const DETECT_ONLY_MUTANTS: &[&str] = &[
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
    let detecting: BTreeSet<_> = all().map(WrongServer::scenario).collect();
    let built_in = Selection::default().load().expect("the scenarios exist");
    let without: BTreeSet<_> = built_in
        .iter()
        .map(|scenario| scenario.address.as_str())
        .filter(|address| !detecting.contains(address))
        .collect();
    assert_eq!(without, DETECT_ONLY_MUTANTS.iter().copied().collect());
}

/// Explains why the scenario does not detect the server. `None` if it does.
async fn problem(wrong: &'static WrongServer, emulator: String) -> Option<String> {
    let facade = Facade::start(&emulator, wrong.defect);
    let mut scenarios = scenarios([wrong.scenario()]);
    scenarios[0].cases.retain(|case| wrong.case().is_none_or(|name| name == case.name));
    let result = idx_runner::results(scenarios, settings(&facade)).await.remove(0);
    let problem =
        |text: String| Some(format!("{} ({}): {text}", wrong.behaviour, wrong.detected_by));
    if let Some(case) = result.cases.iter().find(|case| case.verdict == Verdict::Broken) {
        return problem(format!("it did not run: {:?}", case.reason));
    }
    let steps = || result.cases.iter().flat_map(|case| &case.steps).filter(|step| failed(step));
    if let Some(step) = steps().find(|step| is_shared(step)) {
        return problem(format!("it fails before its own steps: {step:?}"));
    }
    if steps().next().is_some() { None } else { problem("every step passes".to_owned()) }
}

fn failed(step: &StepResult) -> bool {
    !step.failures.is_empty()
}

/// A shared step leads to the requirement but does not check it. The location of a shared step ends with its own location in brackets.
fn is_shared(step: &StepResult) -> bool {
    step.location.ends_with(')')
}

fn scenarios(words: impl IntoIterator<Item = &'static str>) -> Vec<Scenario> {
    let words = words.into_iter().map(ToOwned::to_owned).collect();
    Selection { words }.load().expect("the scenarios exist")
}

fn settings(facade: &Facade) -> Settings {
    let server = ServerChoice::Emulator { control_url: facade.control_url().to_owned() };
    Settings { strict: true, ..Settings::against(server) }
}
