//! Wrong clients: for every client rule, a client that breaks that rule and no other.

mod conversation;
#[path = "../support/known_clients.rs"]
mod known_clients;
mod overlapping;
mod random;

use std::collections::BTreeSet;

use conversation::Conversation;
use idx_judge::rules;
use idx_runner::{ServerChoice, Settings};
use idx_scenario::{ClientType, Selection};
use known_clients::facts;
use serde_json::{Value, json};

/// A value in the format of a PKCE challenge or verifier that is not in the recorded traffic.
const OTHER_VALUE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A rule and the change to a correct client's traffic that breaks it.
type WrongClient = (&'static str, fn(&mut Conversation));

/// The rule that only a confidential client can break. A public client breaks every other rule.
const CONFIDENTIAL_RULE: &str = "client.secret-of-confidential";

const INTERACT: &str = "/v1/interact";
const TOKEN: &str = "/v1/token";

const WRONG: &[WrongClient] = &[
    ("client.interact-form", |c| c.set_header(INTERACT, "content-type", "application/json")),
    ("client.interact-parameters", |c| c.remove_parameter(INTERACT, "redirect_uri")),
    ("client.scope-openid", |c| c.set_parameter(INTERACT, "scope", "profile")),
    ("client.pkce-s256", |c| c.set_parameter(INTERACT, "code_challenge_method", "plain")),
    ("client.pkce-challenge", |c| c.set_parameter(INTERACT, "code_challenge", "short")),
    ("client.pkce-fresh", |c| begin_twice(c, &["state", "nonce"])),
    ("client.state", |c| c.set_parameter(INTERACT, "state", "abc")),
    ("client.state-fresh", |c| begin_twice(c, &["code_challenge", "nonce"])),
    ("client.nonce", |c| c.remove_parameter(INTERACT, "nonce")),
    ("client.nonce-fresh", |c| begin_twice(c, &["code_challenge", "state"])),
    ("client.introspects-first", |c| {
        c.change_request("/introspect", 0, |body| body["interactionHandle"] = json!("another"))
    }),
    ("client.follows-href", |c| {
        c.exchange_mut("/idx/enroll", 0).request.target = "/idp/idx/elsewhere".into()
    }),
    ("client.method", |c| c.exchange_mut("/idx/enroll", 0).request.method = "PUT".into()),
    ("client.accepts", |c| c.set_header("/idx/enroll", "content-type", "text/plain")),
    ("client.accept-header", |c| c.set_header("/idx/enroll", "accept", "text/html")),
    ("client.json-body", |c| c.exchange_mut("/idx/enroll", 0).request.body = "[]".into()),
    ("client.state-handle", |c| {
        c.change_request("/idx/enroll", 0, |body| body["stateHandle"] = json!("02unknown"))
    }),
    ("client.newest-state-handle", |c| c.change_response("/challenge/poll", 0, change_handle)),
    ("client.host", |c| c.set_header("/v1/keys", "host", "elsewhere.example.org")),
    ("client.known-endpoint", |c| c.exchange_mut("/v1/keys", 0).request.target = "/guessed".into()),
    ("client.hidden-fields", |c| c.change_response("/introspect", 0, hide_a_field)),
    ("client.required-fields", |c| {
        c.change_request("/challenge/answer", 0, |body| drop(remove_member(body, "credentials")))
    }),
    ("client.invents-nothing", |c| {
        c.change_request("/idx/enroll", 0, |body| body["invented"] = json!(1))
    }),
    ("client.profile-members", |c| {
        c.change_request("/enroll/new", 0, |body| body["userProfile"]["invented"] = json!(1))
    }),
    ("client.chosen-authenticator", |c| {
        c.change_request("/credential/enroll", 0, |body| {
            body["authenticator"]["id"] = json!("autX")
        })
    }),
    ("client.chosen-method", |c| {
        c.change_request("/credential/enroll", 2, |body| {
            body["authenticator"]["methodType"] = json!("push")
        })
    }),
    ("client.passcode-text", |c| {
        c.change_request("/challenge/answer", 1, |body| {
            body["credentials"]["passcode"] = json!(12345)
        })
    }),
    ("client.phone-number", |c| {
        c.change_request("/credential/enroll", 2, |body| {
            body["authenticator"]["phoneNumber"] = json!("5551234567")
        })
    }),
    ("client.waits-for-answer", |c| c.exchange_mut("/enroll/new", 0).took = 15_000),
    ("client.poll-refresh", |c| {
        c.repeat("/challenge/poll", 0, c.index_of("/challenge/poll", 0), 10)
    }),
    ("client.stops-polling", |c| {
        c.repeat("/challenge/poll", 0, c.index_of("/challenge/answer", 1), 10)
    }),
    ("client.backs-off", |c| {
        set_status(c.copy("/challenge/answer", 1, c.index_of("/challenge/poll", 0), 9_990), 429);
    }),
    ("client.restarts-on-expiry", expire),
    ("client.leaves-after-cancel", |c| {
        c.copy("/idx/enroll", 0, c.index_of("/idx/enroll", 0), 10).request.target =
            "/idp/idx/cancel".into();
    }),
    ("client.stops-at-success", |c| {
        let success = c.index_of("/challenge/answer", 2);
        c.repeat("/credential/enroll", 2, success, 10);
        // The repeated request returns the success page again.
        c.0[success + 1].answer = c.0[success].answer.clone();
    }),
    ("client.not-twice", |c| {
        c.repeat("/challenge/answer", 0, c.index_of("/challenge/answer", 0), 10)
    }),
    ("client.ignores-unknown", |c| {
        c.exchange_mut("/idx/enroll", 0).request.target = "/idp/idx/future/answer".into()
    }),
    ("client.ignores-unknown", |c| {
        c.change_request("/idx/enroll", 0, |body| {
            body["futureFeature"] = json!("valueOfFutureFeature")
        })
    }),
    ("client.ignores-unknown", |c| {
        c.change_request("/credential/enroll", 1, |body| {
            body["authenticator"] = json!({"id": "autfuture00000000001", "methodType": "future"})
        })
    }),
    ("client.redeems-form", |c| c.set_parameter(TOKEN, "grant_type", "password")),
    ("client.redeems-href", |c| {
        c.exchange_mut(TOKEN, 0).request.target = "/oauth2/v1/token".into()
    }),
    ("client.redeems-once", |c| c.repeat(TOKEN, 0, c.index_of(TOKEN, 0), 10)),
    ("client.redeems-own-code", |c| c.set_parameter(TOKEN, "interaction_code", OTHER_VALUE)),
    ("client.pkce-verifier", |c| c.set_parameter(TOKEN, "code_verifier", OTHER_VALUE)),
    (CONFIDENTIAL_RULE, |c| c.remove_parameter(TOKEN, "client_secret")),
    ("client.no-secret-of-public", |c| c.set_parameter(TOKEN, "client_secret", "secret")),
    ("client.no-secret-in-address", |c| {
        c.exchange_mut("/idx/enroll", 0).request.target.push_str("?passcode=1")
    }),
    ("client.no-secret-in-headers", |c| {
        let code = c.password();
        c.set_header("/idx/enroll", "x-passcode", &code);
    }),
    ("client.password-once", |c| {
        let code = c.password();
        c.change_request("/enroll/new", 0, |body| body["userProfile"]["firstName"] = json!(code));
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn wrong_client_breaks_only_its_rule() {
    let public = correct_client(ClientType::Public).await;
    let confidential = correct_client(ClientType::Confidential).await;
    for correct in [&public, &confidential] {
        assert_eq!(broken(correct), BTreeSet::new(), "the correct client breaks no rule");
    }

    let mut unexpected = Vec::new();
    for (rule, change) in WRONG {
        let correct = if *rule == CONFIDENTIAL_RULE { &confidential } else { &public };
        let mut conversation = correct.clone();
        change(&mut conversation);
        let broken = broken(&conversation);
        if broken != BTreeSet::from([*rule]) {
            unexpected.push(format!("{rule}: {broken:?}"));
        }
    }
    assert!(unexpected.is_empty(), "these clients break other rules:\n{}", unexpected.join("\n"));
}

#[test]
fn every_client_rule_has_a_wrong_client() {
    let tried: BTreeSet<_> = WRONG.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(tried, client_rules());
}

fn client_rules() -> BTreeSet<&'static str> {
    rules::all().map(|rule| rule.id).filter(|id| id.starts_with("client.")).collect()
}

fn broken(conversation: &Conversation) -> BTreeSet<&'static str> {
    let breaches = rules::judge(&conversation.0, &facts()).breaches;
    breaches.iter().map(|breach| breach.rule.id).filter(|id| id.starts_with("client.")).collect()
}

/// Starts another sign-up before this one. Only the `fresh` parameters have new values.
fn begin_twice(conversation: &mut Conversation, fresh: &[&str]) {
    let index = conversation.index_of(INTERACT, 0);
    let copies = conversation.0[index..index + 2].to_vec();
    conversation.0.splice(index..index, copies);
    for name in fresh {
        conversation.set_parameter(INTERACT, name, OTHER_VALUE);
    }
}

/// The server issues another handle, at the top of the page and in every form.
fn change_handle(page: &mut Value) {
    let old = page["stateHandle"].as_str().expect("a page has a handle").to_owned();
    *page = serde_json::from_str(&page.to_string().replace(&old, "02newer")).expect("JSON");
}

fn hide_a_field(page: &mut Value) {
    let fields =
        page["remediation"]["value"][1]["value"].as_array_mut().expect("the form has fields");
    fields.insert(0, json!({"name": "hidden", "value": "v", "mutable": false}));
}

fn remove_member(body: &mut Value, name: &str) -> Option<Value> {
    body.as_object_mut()?.remove(name)
}

fn set_status(exchange: &mut idx_judge::exchange::Exchange, status: u16) {
    exchange.answer.as_mut().expect("the request has a response").status = status;
}

/// The poll reports an expired session, and the client continues.
fn expire(conversation: &mut Conversation) {
    let poll = conversation.exchange_mut("/challenge/poll", 0);
    set_status(poll, 401);
    let message = json!({"message": "The session has expired.", "i18n": {"key": "idx.session.expired"}, "class": "ERROR"});
    let body = json!({"version": "1.0.0", "messages": {"type": "array", "value": [message]}});
    poll.answer.as_mut().expect("the request has a response").body = body.to_string().into();
}

async fn correct_client(client: ClientType) -> Conversation {
    let emulator = idxlab::Emulator::start().await.expect("the emulator starts");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wrong_clients/base.toml");
    let mut scenarios =
        Selection { words: vec![file.into()] }.load().expect("the scenario is valid");
    scenarios[0].client = client;
    let server = ServerChoice::Emulator { control_url: emulator.control_url().to_owned() };
    let settings = Settings { strict: true, ..Settings::against(server) };
    let result = idx_runner::results(scenarios, settings).await.remove(0);
    Conversation::new(&result.cases[0].exchanges)
}
