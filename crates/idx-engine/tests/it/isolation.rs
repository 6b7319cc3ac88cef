//! Handles, links and codes of a transaction, app or org are refused in another.

use idx_engine::{AuthorizationServer, Call, ClientCredentials, Endpoint, LinkCall, Reply};
use serde_json::json;

use crate::lab::{Lab, VERIFIER, document, token_call};
use crate::variants::token_of_last_mail;
use crate::walk::Walk;

const PRESET: &str = "email-and-password-required";

/// A transaction that waits for an email code.
fn waiting(lab: &mut Lab, email: &str) -> Walk {
    let mut walk = Walk::with_profile(lab, email);
    walk.choose(lab, "okta_email");
    walk
}

/// A transaction with its interaction code.
fn done(lab: &mut Lab, email: &str) -> String {
    let mut walk = Walk::with_profile(lab, email);
    walk.email_code(lab);
    walk.password(lab);
    walk.take(lab, "skip", json!({}));
    walk.code().unwrap().to_owned()
}

#[test]
fn code_of_one_transaction_is_refused_in_another() {
    let mut lab = Lab::preset(PRESET);
    waiting(&mut lab, "one@example.com");
    let mut two = waiting(&mut lab, "two@example.com");
    let (first, second) = (lab.code("one@example.com"), lab.code("two@example.com"));
    assert_ne!(first, second);
    two.answer(&mut lab, &first);
    assert_eq!(two.status, 401);
    two.answer(&mut lab, &second);
    assert_eq!(two.status, 200);
}

#[test]
fn handles_links_and_codes_of_one_org_are_unknown_in_another() {
    let mut here = Lab::preset(PRESET);
    // The orgs have the same document but different seeds, as two orgs of one server do.
    let mut elsewhere = Lab::preset(PRESET).seeded(8);
    let walk = waiting(&mut here, "mary@example.com");
    waiting(&mut elsewhere, "mary@example.com");
    assert_eq!(elsewhere.introspect(&walk.interaction_handle).0, 401);
    let handle = json!({ "stateHandle": walk.page["stateHandle"] });
    assert_eq!(elsewhere.page(Endpoint::Skip, handle).0, 401);
    let token = token_of_last_mail(&here);
    let reply =
        elsewhere.call(Call::EmailLink(LinkCall { token: Some(token), browser: None })).reply;
    assert!(matches!(reply, Reply::Page { status: 400, .. }));
    let code = done(&mut here, "another@example.com");
    let answer = elsewhere.redeem(&code, VERIFIER);
    assert_eq!(document(&answer).1["error"], "invalid_grant");
    assert!(matches!(here.redeem(&code, VERIFIER).reply, Reply::Tokens(_)));
}

#[test]
fn code_of_one_app_or_server_is_refused_for_another() {
    let mut lab = Lab::preset(PRESET);
    let code = done(&mut lab, "mary@example.com");
    let mut other_app = token_call(&code, VERIFIER);
    other_app.credentials = ClientCredentials {
        id: Some("0oaidxlabweb00000002".to_owned()),
        secret: Some("idxlab-secret-of-the-confidential-app".to_owned()),
        ..ClientCredentials::default()
    };
    assert_eq!(document(&lab.call(Call::Token(other_app))).1["error"], "invalid_grant");
    let mut other_server = token_call(&code, VERIFIER);
    other_server.authorization_server = AuthorizationServer::Org;
    assert_eq!(document(&lab.call(Call::Token(other_server))).1["error"], "invalid_request");
    assert!(matches!(lab.redeem(&code, VERIFIER).reply, Reply::Tokens(_)));
}
