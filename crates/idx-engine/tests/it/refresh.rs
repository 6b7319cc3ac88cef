//! Refresh tokens: a golden document for each refusal, and concurrent use.

use std::sync::Arc;

use idx_engine::{Answer, AuthorizationServer, Call, InteractCall, Org, Reply, TokenCall};
use serde_json::json;

use crate::golden::golden;
use crate::lab::{Lab, VERIFIER, interact_call, token_call};
use crate::races::race;
use crate::walk::Walk;

const APPS: &str = "[[apps]]\nlabel = \"Spa\"\nclientId = \"0oaidxlabdefault0001\"\ngroups = [\"Everyone\"]\n\
                    [[apps]]\nlabel = \"Other\"\nclientId = \"0oaidxlabother000002\"\ngroups = [\"Everyone\"]\n";

#[test]
fn invalid_refresh_is_refused() {
    let (mut lab, token) = granted();
    let mut refused = |name: &str, change: fn(&mut TokenCall)| {
        let mut call = refresh_call(&token);
        change(&mut call);
        lab.call(Call::Token(call));
        golden(name, &lab.last);
    };
    refused("O23-grant-of-another-client", |call| {
        call.credentials.id = Some("0oaidxlabother000002".to_owned());
    });
    refused("O24-grant-of-another-server", |call| {
        call.authorization_server = AuthorizationServer::Org;
    });
    refused("O25-refresh-scope-denied", |call| call.scope = Some("openid phone".to_owned()));
    lab.call(Call::NotEmulated);
    golden("O28-not-emulated", &lab.last);
    let assigned = Arc::clone(&lab.org);
    let unassigned = APPS.replace("Everyone", "Nobody");
    lab.org = Arc::new(Org::from_toml(&unassigned, "test.toml").unwrap());
    lab.call(Call::Token(refresh_call(&token)));
    golden("O37-user-not-assigned", &lab.last);
    lab.org = assigned;
    assert!(matches!(
        lab.call_without_commit(Call::Token(refresh_call(&token))).reply,
        Reply::Tokens(_)
    ));
    lab.org = org("[authorizationServer]\ngrantTypes = [\"interaction_code\"]\n");
    lab.call(Call::Token(refresh_call(&token)));
    golden("O26-policy-denied", &lab.last);
    lab.call(Call::Interact(offline()));
    golden("O27-scope-not-allowed", &lab.last);
}

#[test]
fn parallel_refreshes_return_the_same_refresh_token_and_different_access_tokens() {
    let (mut lab, token) = granted();
    let calls = [(); 2].map(|()| Call::Token(refresh_call(&token)));
    let [first, second] = calls;
    let (one, two) = race(&mut lab, first, second);
    let (one, two) = (tokens(&one), tokens(&two));
    assert_ne!(one.refresh_token, Some(token));
    assert_eq!(one.refresh_token, two.refresh_token);
    assert_ne!(one.access.jti, two.access.jti);
}

#[test]
fn refused_refresh_changes_nothing() {
    let (mut lab, token) = granted();
    let mut call = refresh_call(&token);
    call.scope = Some("openid phone".to_owned());
    assert!(lab.call_without_commit(Call::Token(call)).changes.is_empty());
    assert!(lab.call_without_commit(Call::Token(refresh_call("unknown"))).changes.is_empty());
}

#[test]
fn refresh_of_a_removed_app_is_refused() {
    let (mut lab, token) = granted();
    lab.org =
        Arc::new(Org::from_toml("[[apps]]\nlabel = \"New\"\nclientId = \"0oanew\"\n", "").unwrap());
    lab.call(Call::Token(refresh_call(&token)));
    assert_eq!(lab.last.0, 401);
}

/// An org and a refresh token of a user who granted `offline_access`.
fn granted() -> (Lab, String) {
    let mut lab = Lab::preset("password-only-policy");
    lab.org = org("");
    let mut walk = Walk::begin_with(&mut lab, "mary@example.com", offline());
    walk = walk.with_profile_sent(&mut lab);
    walk.password(&mut lab);
    walk.take(&mut lab, "skip", json!({}));
    let code = walk.code().unwrap().to_owned();
    let answer = lab.redeem(&code, VERIFIER);
    let token = tokens(&answer).refresh_token.clone().unwrap();
    (lab, token)
}

fn org(settings: &str) -> Arc<Org> {
    let text = format!("preset = \"password-only-policy\"\n{APPS}{settings}");
    Arc::new(Org::from_toml(&text, "test.toml").unwrap())
}

fn offline() -> InteractCall {
    InteractCall { scope: Some("openid email offline_access".to_owned()), ..interact_call() }
}

fn refresh_call(token: &str) -> TokenCall {
    TokenCall {
        grant_type: Some("refresh_token".to_owned()),
        refresh_token: Some(token.to_owned()),
        ..token_call("", "")
    }
}

fn tokens(answer: &Answer) -> &idx_engine::Tokens {
    match &answer.reply {
        Reply::Tokens(tokens) => tokens,
        other => panic!("no tokens: {other:?}"),
    }
}
