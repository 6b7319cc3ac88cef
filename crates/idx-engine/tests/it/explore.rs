//! Explores the engine with every preset and setting, and collects the edges.

use std::collections::{BTreeSet, VecDeque};

use idx_engine::{Call, Edge, Endpoint, LinkCall, presets};
use idx_walker::page::{authenticators, interaction_code};
use serde_json::{Value, json};

use crate::lab::{Lab, PASSWORD, activation_call, document, interact_call};
use crate::variants::{staged, token_of_last_mail};
use crate::walk::{Walk, names, offered};

const EMAIL: &str = "mary@example.com";
const BROWSER: &str = "the first browser";

/// Org documents with settings that no preset changes.
const SETTINGS: [&str; 9] = [
    "autoAdvance = true\npreset = \"email-and-password-required\"\n",
    "autoAdvance = true\n[authenticatorEnrollment]\nphone_number = \"REQUIRED\"\n",
    "[appSignOn]\nkeepMeSignedIn = { postAuth = \"ALLOWED\" }\n",
    "[password]\nallowRecoveryEmailWithoutEnrollment = true\n",
    "preset = \"password-on-profile-page\"\n[password]\nallowRecoveryEmailWithoutEnrollment = true\n",
    "preset = \"password-only-policy\"\n[profileEnrollment]\nactivationRequirements = { emailVerification = true }\n",
    "[authorizationServer]\ngrantTypes = []\n",
    "[authenticatorEnrollment]\nokta_password = \"NOT_ALLOWED\"\nokta_email = \"NOT_ALLOWED\"\nphone_number = \"NOT_ALLOWED\"\n",
    "[authenticatorEnrollment]\nself = \"NEVER\"\n",
];

/// The edges of all presets and settings.
pub(crate) fn edges() -> BTreeSet<Edge> {
    let presets = presets::ALL.iter().map(|preset| Lab::preset(preset.name));
    let settings = SETTINGS.iter().map(|text| Lab::document(text));
    presets.chain(settings).flat_map(|lab| edges_of(&lab)).collect()
}

fn edges_of(org: &Lab) -> BTreeSet<Edge> {
    let mut found = BTreeSet::new();
    for start in starts(org, &mut found) {
        // Each start has its own walk: with an activation token, the same page can lead elsewhere, because the address is proven.
        walk_all(start, &mut found);
    }
    found
}

fn walk_all(start: (Lab, Walk), found: &mut BTreeSet<Edge>) {
    let mut queue = VecDeque::from([start]);
    let mut seen = BTreeSet::new();
    while let Some((lab, walk)) = queue.pop_front() {
        if !seen.insert(shape(&walk.page)) {
            continue;
        }
        for call in moves(&lab, &walk.page) {
            let mut lab = lab.clone();
            let answer = lab.call(call);
            let trace = &answer.trace;
            if let (Some(from), Some(edge), Some(to), None) = (
                trace.step_before,
                trace.edge,
                trace.step_after,
                trace.refusal.filter(|_| trace.step_after != Some("terminal")),
            ) {
                found.insert(Edge { from: Some(from), edge, to });
            }
            let (status, page) = lab.introspect(&walk.interaction_handle);
            queue.push_back((lab, Walk { status, page, ..walk.clone() }));
        }
    }
}

/// A transaction without an activation token, and one with it.
fn starts(org: &Lab, found: &mut BTreeSet<Edge>) -> Vec<(Lab, Walk)> {
    let mut walks = Vec::new();
    for with_token in [false, true] {
        let mut lab = org.clone();
        let mut call =
            if with_token { activation_call(&staged(&mut lab)) } else { interact_call() };
        call.browser = Some(BROWSER.to_owned());
        let answer = lab.call(Call::Interact(call));
        let Some(to) = answer.trace.step_after else { continue };
        found.insert(Edge { from: None, edge: "interact", to });
        let interaction_handle =
            document(&answer).1["interaction_handle"].as_str().unwrap().to_owned();
        let (status, page) = lab.introspect(&interaction_handle);
        walks.push((lab, Walk { interaction_handle, status, page, email: EMAIL.to_owned() }));
    }
    walks
}

/// Identifies a page by everything except ids, handles and times.
fn shape(page: &Value) -> String {
    let keys = |list: &str| -> Vec<String> {
        page[list]["value"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| item["key"].to_string())
            .collect()
    };
    let current = &page["currentAuthenticator"]["value"];
    format!(
        "{:?} {:?} {:?} {} {} {}",
        names(page),
        keys("authenticators"),
        keys("authenticatorEnrollments"),
        current["key"],
        current["methods"],
        interaction_code(page).is_some()
    )
}

/// Every valid request of a client on a page.
fn moves(lab: &Lab, page: &Value) -> Vec<Call> {
    let mut calls = Vec::new();
    for endpoint in offered(page) {
        for mut body in bodies(lab, page, endpoint) {
            body["stateHandle"] = page["stateHandle"].clone();
            calls.push(crate::lab::idx_call(endpoint, body));
        }
    }
    let waits_for_mail = page["currentAuthenticator"]["value"]["key"] == "okta_email"
        || names(page) == ["challenge-authenticator"];
    if waits_for_mail && lab.sent.last().is_some_and(|mail| mail.link.is_some()) {
        let call =
            LinkCall { token: Some(token_of_last_mail(lab)), browser: Some(BROWSER.to_owned()) };
        calls.push(Call::EmailLink(call));
    }
    calls
}

fn bodies(lab: &Lab, page: &Value, endpoint: Endpoint) -> Vec<Value> {
    match endpoint {
        Endpoint::EnrollNew => {
            let profile = json!({ "firstName": "Mary", "lastName": "Jo", "email": EMAIL });
            let mut with_number = profile.clone();
            with_number["employeeNumber"] = json!("E0001");
            let body = |profile: &Value| json!({ "userProfile": profile, "credentials": { "passcode": PASSWORD } });
            vec![body(&profile), body(&with_number)]
        }
        Endpoint::CredentialEnroll => {
            authenticators(page)
                .flat_map(|(_, id)| {
                    let number = json!({ "authenticator": { "id": id, "methodType": "sms", "phoneNumber": "+15551234567" } });
                    [json!({ "authenticator": { "id": id } }), number]
                })
                .collect()
        }
        Endpoint::Challenge => {
            let id = page["currentAuthenticatorEnrollment"]["value"]["id"].clone();
            vec![json!({ "authenticator": { "id": id } })]
        }
        Endpoint::ChallengeAnswer => {
            let code = lab.sent.last().and_then(|sent| sent.otp.clone()).unwrap_or_default();
            [PASSWORD, &code]
                .map(|passcode| json!({ "credentials": { "passcode": passcode } }))
                .to_vec()
        }
        _ => vec![json!({})],
    }
}
