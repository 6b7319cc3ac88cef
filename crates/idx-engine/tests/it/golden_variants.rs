//! Golden documents for the responses of org settings.

use idx_engine::{Call, Endpoint, HookOutcome, LinkCall, Reply};
use serde_json::json;

use crate::golden::golden;
use crate::lab::{Lab, activation_call, document, idx_call, interact_call};
use crate::variants::{staged, token_of_last_mail};
use crate::walk::Walk;

const EMAIL: &str = "mary@example.com";

#[test]
fn each_page_of_a_variant_matches_its_golden_document() {
    let mut lab = Lab::preset("custom-attributes");
    Walk::begin(&mut lab, EMAIL).take(&mut lab, "select-enroll-profile", json!({}));
    golden("enroll-profile-custom-attributes", &lab.last);

    let mut lab = Lab::preset("password-on-profile-page");
    Walk::begin(&mut lab, EMAIL).take(&mut lab, "select-enroll-profile", json!({}));
    golden("enroll-profile-with-password", &lab.last);

    let mut lab = Lab::preset("password-optional");
    Walk::begin(&mut lab, EMAIL);
    golden("identify-first", &lab.last);

    let mut lab = Lab::preset("magic-link");
    Walk::with_profile(&mut lab, EMAIL).choose(&mut lab, "okta_email");
    golden("enroll-authenticator-magic-link", &lab.last);

    let mut lab = Lab::preset("generation-2021");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    golden("select-authenticator-enroll-2021", &lab.last);
    walk.password(&mut lab);
    let id = walk.authenticator_id("phone_number");
    walk.take(
        &mut lab,
        "select-authenticator-enroll",
        json!({ "authenticator": { "id": id, "methodType": "sms", "phoneNumber": "123" } }),
    );
    golden("E23a-phone-invalid-2021", &lab.last);

    let mut lab = Lab::document(
        "preset = \"password-only-policy\"\n[appSignOn]\nkeepMeSignedIn = { postAuth = \"ALLOWED\" }\n",
    );
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    walk.take(&mut lab, "skip", json!({}));
    golden("keep-me-signed-in", &lab.last);

    let mut lab = Lab::document("[password]\nallowRecoveryEmailWithoutEnrollment = true\n");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    golden("authenticator-verification-data", &lab.last);
    let id = walk.page["currentAuthenticatorEnrollment"]["value"]["id"].clone();
    walk.take(
        &mut lab,
        "authenticator-verification-data",
        json!({ "authenticator": { "id": id } }),
    );
    golden("challenge-authenticator", &lab.last);
}

#[test]
fn each_refusal_of_a_limit_matches_its_golden_document() {
    let mut lab = Lab::document("[rateLimits]\nstateToken = true\n");
    let walk = Walk::begin(&mut lab, EMAIL);
    for _ in 0..10 {
        lab.page(Endpoint::Introspect, json!({ "stateHandle": walk.page["stateHandle"] }));
    }
    golden("E5-too-many-requests", &lab.last);
    for (method, name) in [("sms", "E9-sms-recently"), ("voice", "E9a-call-recently")] {
        let mut lab = Lab::document("[rateLimits]\nresend = true\n");
        send_number(&mut lab, method, 1);
        golden(name, &lab.last);
    }
    for (method, name) in [("sms", "E7-too-many-sms"), ("voice", "E8-too-many-calls")] {
        let mut lab = Lab::document("[rateLimits]\nphoneEnrollment = true\n");
        send_number(&mut lab, method, 15);
        golden(name, &lab.last);
    }
}

/// Sends a code, and then the given number of resends.
fn send_number(lab: &mut Lab, method: &str, again: usize) {
    let mut walk = Walk::with_profile(lab, EMAIL);
    walk.password(lab);
    let id = walk.authenticator_id("phone_number");
    walk.take(
        lab,
        "select-authenticator-enroll",
        json!({ "authenticator": { "id": id, "methodType": method, "phoneNumber": "+15551234567" } }),
    );
    for _ in 0..again {
        walk.send(lab, Endpoint::ChallengeResend, json!({}));
    }
}

#[test]
fn each_refusal_of_a_hook_matches_its_golden_document() {
    let deny = json!({ "commands": [{ "type": "com.okta.action.update", "value": { "registration": "DENY" } }] });
    let answered = HookOutcome::Answered { status: 200, body: deny.to_string().into_bytes() };
    let answered_with = |error: serde_json::Value| HookOutcome::Answered {
        status: 200,
        body: json!({ "error": error }).to_string().into_bytes(),
    };
    let cause = json!({ "errorSummary": "Only example.org can register.", "location": "data.userProfile.email" });
    for (name, outcome) in [
        ("E16-registration-failed", HookOutcome::Failed),
        ("E20-hook-denied", answered),
        ("E20a-hook-error", answered_with(json!({ "errorSummary": "Ask." }))),
        ("E20b-hook-cause", answered_with(json!({ "errorCauses": [cause] }))),
    ] {
        let mut lab = Lab::document(
            "[profileEnrollment]\npreRegistrationInlineHooks = [{ url = \"http://127.0.0.1:1/hook\" }]\n",
        );
        let mut walk = Walk::begin(&mut lab, EMAIL);
        walk.take(&mut lab, "select-enroll-profile", json!({}));
        let mut body = walk.profile();
        body["stateHandle"] = walk.page["stateHandle"].clone();
        lab.call_with_hook(idx_call(Endpoint::EnrollNew, body), |_| outcome);
        golden(name, &lab.last);
    }
}

#[test]
fn each_terminal_page_of_an_activation_token_matches_its_golden_document() {
    let mut lab = Lab::document("[authorizationServer]\ngrantTypes = [\"authorization_code\"]\n");
    Walk::begin(&mut lab, EMAIL);
    golden("E26-no-matching-policy", &lab.last);

    let mut lab = Lab::preset("password-only-policy");
    let token = staged(&mut lab);
    let begin = |lab: &mut Lab| Walk::begin_with(lab, EMAIL, activation_call(&token));
    let mut walk = begin(&mut lab);
    golden("select-authenticator-enroll-activation", &lab.last);
    walk.password(&mut lab);
    walk.take(&mut lab, "skip", json!({}));
    begin(&mut lab);
    golden("E42a-activation-missing", &lab.last);
    let mut lab = Lab::preset("password-only-policy");
    staged(&mut lab);
    lab.advance(7 * 24 * 3600);
    begin(&mut lab);
    golden("E42-activation-expired", &lab.last);
}

/// The golden document of an HTML page is its text.
fn golden_page(name: &str, lab: &mut Lab, token: &str, browser: Option<&str>) {
    let call = LinkCall { token: Some(token.to_owned()), browser: browser.map(str::to_owned) };
    let Reply::Page { status, html } = lab.call(Call::EmailLink(call)).reply else {
        panic!("no page")
    };
    golden(name, &(status, serde_json::to_vec(&html).unwrap()));
}

#[test]
fn each_page_of_a_link_matches_its_golden_document() {
    let mut lab = Lab::preset("email-and-password-required");
    let browser = "the first browser";
    let mut call = interact_call();
    call.browser = Some(browser.to_owned());
    let handle = document(&lab.call(Call::Interact(call))).1["interaction_handle"]
        .as_str()
        .unwrap()
        .to_owned();
    let (status, page) = lab.introspect(&handle);
    let mut walk = Walk { interaction_handle: handle, status, page, email: EMAIL.to_owned() };
    walk.take(&mut lab, "select-enroll-profile", json!({}));
    let profile = walk.profile();
    walk.take(&mut lab, "enroll-profile", profile);
    walk.choose(&mut lab, "okta_email");
    let first = token_of_last_mail(&lab);
    walk.send(&mut lab, Endpoint::ChallengeResend, json!({}));
    let token = token_of_last_mail(&lab);
    golden_page("E39a-link-stale", &mut lab, &first, None);
    golden_page("E39b-link-error", &mut lab, "ftunknown", None);
    golden_page("E40a-link-other-browser", &mut lab, &token, None);
    let mut later = lab.clone();
    later.advance(300);
    golden_page("E39-link-expired", &mut later, &token, Some(browser));
    golden_page("E40-link-return", &mut lab, &token, Some(browser));
    let (status, page) = lab.introspect(&walk.interaction_handle);
    let mut walk = Walk { status, page, ..walk };
    walk.password(&mut lab);
    walk.take(&mut lab, "skip", json!({}));
    walk.send(&mut lab, Endpoint::ChallengePoll, json!({}));
    golden("E40b-transferred", &lab.last);
}
