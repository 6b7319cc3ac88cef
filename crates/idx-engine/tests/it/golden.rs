//! A golden document for each type of response, in `fixtures/responses`. Another test checks all of them with a validator that shares no code with the
//! emulator.

use std::collections::BTreeSet;

use idx_engine::{
    ApiRefusal, AuthorizationServer, Call, ClientCredentials, Endpoint, Env, Epoch, Hint,
    InteractCall, LogoutCall, Presented, Stream, TokenCall, TokenInquiry, api_error, refusal,
};
use serde_json::{Value, json};

use crate::lab::{Lab, PASSWORD, VERIFIER, WEB_CLIENT, activation_call, interact_call, token_call};
use crate::walk::Walk;

const EMAIL: &str = "mary@example.com";
const DEFAULT: &str = "password-plus-another-factor";

/// Compares the last response with a golden document, including the order of the members.
pub(crate) fn golden(name: &str, (status, body): &(u16, Vec<u8>)) {
    let mut pretty = Vec::new();
    let mut serializer = serde_json::Serializer::pretty(&mut pretty);
    serde_transcode::transcode(&mut serde_json::Deserializer::from_slice(body), &mut serializer)
        .unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../../fixtures/responses");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(format!("HTTP {status}"));
    settings.bind(|| insta::assert_snapshot!(name, String::from_utf8(pretty).unwrap()));
}

#[test]
fn each_page_matches_its_golden_document() {
    let mut lab = Lab::preset(DEFAULT);
    let mut walk = Walk::begin(&mut lab, EMAIL);
    golden("identify", &lab.last);
    walk.take(&mut lab, "select-enroll-profile", json!({}));
    golden("enroll-profile", &lab.last);
    let profile = walk.profile();
    walk.take(&mut lab, "enroll-profile", profile);
    golden("select-authenticator-enroll", &lab.last);
    walk.choose(&mut lab, "okta_password");
    golden("enroll-authenticator-password", &lab.last);
    walk.answer(&mut lab, PASSWORD);
    golden("select-authenticator-enroll-second", &lab.last);
    walk.choose(&mut lab, "okta_email");
    golden("enroll-authenticator-email", &lab.last);
    let code = lab.code(EMAIL);
    walk.answer(&mut lab, &code);
    golden("skip", &lab.last);
    walk.choose(&mut lab, "phone_number");
    golden("authenticator-enrollment-data", &lab.last);
    let id = walk.authenticator_id("phone_number");
    let number = json!({ "authenticator": { "id": id, "methodType": "sms", "phoneNumber": "+15551234567" } });
    walk.take(&mut lab, "authenticator-enrollment-data", number);
    golden("enroll-authenticator-phone", &lab.last);
    walk.take(&mut lab, "skip", json!({}));
    golden("success", &lab.last);
}

#[test]
fn each_refusal_of_a_page_matches_its_golden_document() {
    let mut lab = Lab::preset("common-passwords-refused");
    lab.introspect("an-unknown-handle");
    golden("E1-session-expired", &lab.last);
    lab.page(Endpoint::Enroll, json!({}));
    golden("E2-state-handle-missing", &lab.last);
    let mut walk = Walk::begin(&mut lab, EMAIL);
    walk.send(&mut lab, Endpoint::Identify, json!({ "identifier": "nobody@example.com" }));
    golden("E33-username-unknown", &lab.last);
    walk.send(&mut lab, Endpoint::Recover, json!({}));
    golden("E35-bad-request", &lab.last);
    walk.send(&mut lab, Endpoint::Skip, json!({}));
    golden("E43-not-offered", &lab.last);
    walk.take(&mut lab, "select-enroll-profile", json!({}));
    let profile = |lab: &mut Lab, walk: &mut Walk, profile: Value| {
        walk.send(lab, Endpoint::EnrollNew, json!({ "userProfile": profile }))
    };
    profile(
        &mut lab,
        &mut walk,
        json!({ "firstName": "Mary", "lastName": "Jo", "email": "nowhere" }),
    );
    golden("E11-email-malformed", &lab.last);
    profile(&mut lab, &mut walk, json!({ "firstName": "Mary", "email": EMAIL }));
    golden("E13-attribute-missing", &lab.last);
    profile(
        &mut lab,
        &mut walk,
        json!({ "firstName": "M".repeat(51), "lastName": "Jo", "email": EMAIL }),
    );
    golden("E14-attribute-length", &lab.last);
    profile(
        &mut lab,
        &mut walk,
        json!({ "firstName": "Mary", "lastName": "Jo", "email": EMAIL, "passcode": "x" }),
    );
    golden("E15-attribute-unknown", &lab.last);
    profile(&mut lab, &mut walk, json!({ "firstName": true, "lastName": "Jo", "email": EMAIL }));
    golden("E12-attribute-pattern", &lab.last);
    profile(&mut lab, &mut walk, json!({ "firstName": "Mary", "lastName": "Jo", "email": EMAIL }));
    walk.choose(&mut lab, "okta_password");
    walk.answer(&mut lab, "weak");
    golden("E21-password-requirements", &lab.last);
    walk.answer(&mut lab, "Password1");
    golden("E22-password-common", &lab.last);
    walk.take(&mut lab, "enroll-authenticator", json!({ "credentials": {} }));
    golden("E43a-passcode-missing", &lab.last);
    walk.answer(&mut lab, PASSWORD);
    let id = walk.authenticator_id("phone_number");
    walk.take(
        &mut lab,
        "select-authenticator-enroll",
        json!({ "authenticator": { "id": id, "methodType": "sms", "phoneNumber": "123" } }),
    );
    golden("E23-phone-invalid", &lab.last);
    walk.choose(&mut lab, "okta_email");
    let wrong = if lab.code(EMAIL) == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        walk.answer(&mut lab, wrong);
    }
    golden("E3-wrong-code", &lab.last);
    walk.answer(&mut lab, wrong);
    golden("E4-too-many-attempts", &lab.last);
    let mut again = Walk::begin(&mut lab, EMAIL);
    again.send(&mut lab, Endpoint::Identify, json!({ "identifier": EMAIL }));
    golden("E32-sign-in-failed", &lab.last);
    again.take(&mut lab, "select-enroll-profile", json!({}));
    let body = again.profile();
    again.take(&mut lab, "enroll-profile", body);
    golden("E10-email-taken", &lab.last);
    let mut denied = Lab::preset("sign-up-denied");
    let mut walk = Walk::begin(&mut denied, EMAIL);
    walk.send(&mut denied, Endpoint::Enroll, json!({}));
    golden("E18-sign-up-unavailable", &denied.last);
}

#[test]
fn each_terminal_page_matches_its_golden_document() {
    for (name, text) in [
        (
            "E25-app-not-assigned",
            "[[apps]]\nlabel = \"My Web App\"\nclientId = \"0oaidxlabdefault0001\"\n",
        ),
        (
            "E41-email-verification-required",
            "[profileEnrollment]\nactivationRequirements = { emailVerification = true }\n",
        ),
    ] {
        let mut lab = Lab::document(&format!("preset = \"password-only-policy\"\n{text}"));
        let mut walk = Walk::with_profile(&mut lab, EMAIL);
        walk.password(&mut lab);
        walk.take(&mut lab, "skip", json!({}));
        golden(name, &lab.last);
    }
    let mut lab = Lab::document(
        "[authenticatorEnrollment]\nokta_email = \"NOT_ALLOWED\"\nphone_number = \"NOT_ALLOWED\"\n",
    );
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    golden("E28-enrollment-not-allowed", &lab.last);
}

/// A public app, a confidential app, and an app without the grant.
const APPS: &str = r#"
    [[apps]]
    label = "Spa"
    clientId = "0oaidxlabdefault0001"
    groups = ["Everyone"]
    [[apps]]
    label = "Web"
    clientId = "0oaidxlabweb00000002"
    type = "web"
    clientSecret = "s"
    [[apps]]
    label = "Old"
    clientId = "0oaidxlabold00000003"
    grantTypes = ["authorization_code", "implicit"]
"#;

#[test]
fn each_refusal_of_interact_matches_its_golden_document() {
    let mut lab = Lab::document(APPS);
    let mut interact = |name: &str, call: InteractCall| {
        lab.call(Call::Interact(call));
        golden(name, &lab.last);
    };
    let with = |change: fn(&mut InteractCall)| {
        let mut call = interact_call();
        change(&mut call);
        call
    };
    interact("O1-client-unknown", with(|call| call.credentials.id = Some("0oanobody".to_owned())));
    interact(
        "O2-grant-not-enabled",
        with(|call| call.credentials.id = Some("0oaidxlabold00000003".to_owned())),
    );
    interact("O3-pkce-missing", with(|call| call.code_challenge = None));
    interact("O4-pkce-method", with(|call| call.code_challenge_method = Some("plain".to_owned())));
    interact("O5-scope-invalid", with(|call| call.scope = Some("profile".to_owned())));
    interact("O19-scope-unknown", with(|call| call.scope = Some("openid orders:read".to_owned())));
    interact(
        "O6-redirect-unregistered",
        with(|call| call.redirect_uri = Some("https://elsewhere.example/".to_owned())),
    );
    interact("O7-activation-token-invalid", with(|call| *call = activation_call("unknown")));
    interact(
        "O35-activation-of-public-client",
        with(|call| call.activation_token = Some("unknown".to_owned())),
    );
    interact("O33-pkce-challenge", with(|call| call.code_challenge = Some("ü".to_owned())));
    interact("O34-max-age-invalid", with(|call| call.max_age = Some(-1)));
    interact(
        "O11-secret-invalid",
        with(|call| {
            call.credentials.id = Some("0oaidxlabweb00000002".to_owned());
            call.credentials.secret = Some("wrong".to_owned());
        }),
    );
}

#[test]
fn each_refusal_of_a_token_request_matches_its_golden_document() {
    let mut lab = Lab::document(APPS);
    let mut token = |name: &str, code: &str, change: fn(&mut TokenCall)| {
        let mut call = token_call(code, VERIFIER);
        change(&mut call);
        lab.call(Call::Token(call));
        golden(name, &lab.last);
    };
    token("O9-code-invalid", "unknown", |_| {});
    token("O10-client-authentication-failed", "unknown", |call| {
        call.credentials.id = Some("0oanobody".to_owned())
    });
    token("O12-credentials-missing", "unknown", |call| call.credentials.id = None);
    token("O13-credentials-twice", "unknown", |call| call.credentials.twice = true);
    token("O14-grant-unsupported", "unknown", |call| call.grant_type = Some("password".to_owned()));
    token("O32-credentials-unreadable", "unknown", |call| call.credentials.unreadable = true);
    token("O20-grant-missing", "unknown", |call| call.grant_type = None);
    let refresh = |call: &mut TokenCall| call.grant_type = Some("refresh_token".to_owned());
    token("O21-parameter-missing", "unknown", refresh);
    token("O22-refresh-token-invalid", "unknown", |call| {
        call.grant_type = Some("refresh_token".to_owned());
        call.refresh_token = Some("unknown".to_owned());
    });
}

#[test]
fn each_refusal_of_a_valid_code_matches_its_golden_document() {
    let mut lab = Lab::preset("password-only-policy");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    walk.take(&mut lab, "skip", json!({}));
    let code = walk.code().unwrap().to_owned();
    lab.redeem(&code, "another verifier");
    golden("O8-pkce-mismatch", &lab.last);
    let redirect_uri = Some("http://localhost:8080/other".to_owned());
    lab.call(Call::Token(TokenCall { redirect_uri, ..token_call(&code, VERIFIER) }));
    golden("O29-redirect-mismatch", &lab.last);
    let mut without_challenge = interact_call();
    without_challenge.credentials.id = Some(WEB_CLIENT.to_owned());
    without_challenge.code_challenge = None;
    without_challenge.code_challenge_method = None;
    let mut walk = Walk::begin_with(&mut lab, "jo@example.com", without_challenge);
    walk = walk.with_profile_sent(&mut lab);
    walk.password(&mut lab);
    walk.take(&mut lab, "skip", json!({}));
    let code = walk.code().unwrap().to_owned();
    lab.redeem_as_web(&code);
    golden("O30-verifier-without-challenge", &lab.last);
}

#[test]
fn discovery_matches_its_golden_document() {
    let mut lab = Lab::preset("password-only-policy");
    lab.call(Call::Discovery(AuthorizationServer::Default));
    golden("discovery", &lab.last);
}

#[test]
fn each_refusal_of_other_endpoints_matches_its_golden_document() {
    let mut lab = Lab::preset(DEFAULT);
    let spa = ClientCredentials {
        id: Some("0oaidxlabdefault0001".to_owned()),
        ..ClientCredentials::default()
    };
    lab.call(Call::Revoke(TokenInquiry {
        authorization_server: AuthorizationServer::Default,
        credentials: spa,
        token: Presented::Missing,
    }));
    golden("O15-token-missing", &lab.last);
    let logout = LogoutCall {
        post_logout_redirect_uri: Some("https://elsewhere.example/".to_owned()),
        ..LogoutCall::default()
    };
    lab.call(Call::Logout(logout));
    golden("O18-logout-redirect", &lab.last);
    lab.call(Call::Logout(LogoutCall { id_token_hint: Hint::Invalid, ..LogoutCall::default() }));
    golden("O36-id-token-invalid", &lab.last);
    lab.call(Call::RepeatedParameter);
    golden("O31-parameter-repeated", &lab.last);
    for (name, refusal) in [
        ("E37-malformed-json", ApiRefusal::MalformedJson),
        ("E38-method-not-allowed", ApiRefusal::MethodNotAllowed),
        ("A1-body-too-large", ApiRefusal::BodyTooLarge),
        ("A2-not-found", ApiRefusal::NotFound("aus1 (AuthorizationServer)")),
    ] {
        let mut env =
            Env::new(lab.now, Stream { seed: 7, number: 0, version: 0, epoch: Epoch::first(7, 0) });
        let (status, body, _) = api_error(refusal, &mut env);
        golden(name, &(status, body));
    }
}

/// Rows whose response has no document, because a header reports that a bearer token is refused.
const WITHOUT_DOCUMENT: [&str; 2] = ["O16", "O17"];

#[test]
fn every_row_of_the_refusal_table_has_a_golden_document() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/responses");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let ids: BTreeSet<String> =
        files.filter_map(|file| Some(file.split_once('-')?.0.to_owned())).collect();
    let missing: Vec<_> = refusal::TABLE
        .iter()
        .map(|row| row.id)
        .filter(|id| !WITHOUT_DOCUMENT.contains(id) && !ids.contains(*id))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}
