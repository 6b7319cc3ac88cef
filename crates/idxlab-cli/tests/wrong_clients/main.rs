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

/// Forty-three characters that no hash of this conversation has.
const OTHER: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A rule, and a client that breaks it.
type Wrong = (&'static str, fn(&mut Conversation));

/// The rule that only a confidential client can break. A public client breaks every other rule.
const OF_CONFIDENTIAL: &str = "client.secret-of-confidential";

const INTERACT: &str = "/v1/interact";
const TOKEN: &str = "/v1/token";

const WRONG: &[Wrong] = &[
    ("client.interact-form", |c| c.header(INTERACT, "content-type", "application/json")),
    ("client.interact-parameters", |c| c.without(INTERACT, "redirect_uri")),
    ("client.scope-openid", |c| c.parameter(INTERACT, "scope", "profile")),
    ("client.pkce-s256", |c| c.parameter(INTERACT, "code_challenge_method", "plain")),
    ("client.pkce-challenge", |c| c.parameter(INTERACT, "code_challenge", "short")),
    ("client.pkce-fresh", |c| begin_twice(c, &["state", "nonce"])),
    ("client.state", |c| c.parameter(INTERACT, "state", "abc")),
    ("client.state-fresh", |c| begin_twice(c, &["code_challenge", "nonce"])),
    ("client.nonce", |c| c.without(INTERACT, "nonce")),
    ("client.nonce-fresh", |c| begin_twice(c, &["code_challenge", "state"])),
    ("client.introspects-first", |c| {
        c.json("/introspect", 0, |body| body["interactionHandle"] = json!("another"))
    }),
    ("client.follows-href", |c| {
        c.at("/idx/enroll", 0).request.target = "/idp/idx/elsewhere".into()
    }),
    ("client.method", |c| c.at("/idx/enroll", 0).request.method = "PUT".into()),
    ("client.accepts", |c| c.header("/idx/enroll", "content-type", "text/plain")),
    ("client.accept-header", |c| c.header("/idx/enroll", "accept", "text/html")),
    ("client.json-body", |c| c.at("/idx/enroll", 0).request.body = "[]".into()),
    ("client.state-handle", |c| {
        c.json("/idx/enroll", 0, |body| body["stateHandle"] = json!("02unknown"))
    }),
    ("client.newest-state-handle", |c| c.answer("/challenge/poll", 0, change_handle)),
    ("client.host", |c| c.header("/v1/keys", "host", "elsewhere.example.org")),
    ("client.known-endpoint", |c| c.at("/v1/keys", 0).request.target = "/guessed".into()),
    ("client.hidden-fields", |c| c.answer("/introspect", 0, hide_a_field)),
    ("client.required-fields", |c| {
        c.json("/challenge/answer", 0, |body| drop(take(body, "credentials")))
    }),
    ("client.invents-nothing", |c| c.json("/idx/enroll", 0, |body| body["invented"] = json!(1))),
    ("client.profile-members", |c| {
        c.json("/enroll/new", 0, |body| body["userProfile"]["invented"] = json!(1))
    }),
    ("client.chosen-authenticator", |c| {
        c.json("/credential/enroll", 0, |body| body["authenticator"]["id"] = json!("autX"))
    }),
    ("client.chosen-method", |c| {
        c.json("/credential/enroll", 2, |body| body["authenticator"]["methodType"] = json!("push"))
    }),
    ("client.passcode-text", |c| {
        c.json("/challenge/answer", 1, |body| body["credentials"]["passcode"] = json!(12345))
    }),
    ("client.phone-number", |c| {
        c.json("/credential/enroll", 2, |body| {
            body["authenticator"]["phoneNumber"] = json!("5551234567")
        })
    }),
    ("client.waits-for-answer", |c| c.at("/enroll/new", 0).took = 15_000),
    ("client.poll-refresh", |c| c.repeat("/challenge/poll", 0, c.place("/challenge/poll", 0), 10)),
    ("client.stops-polling", |c| {
        c.repeat("/challenge/poll", 0, c.place("/challenge/answer", 1), 10)
    }),
    ("client.backs-off", |c| {
        status(c.again("/challenge/answer", 1, c.place("/challenge/poll", 0), 9_990), 429);
    }),
    ("client.restarts-on-expiry", expire),
    ("client.leaves-after-cancel", |c| {
        c.again("/idx/enroll", 0, c.place("/idx/enroll", 0), 10).request.target =
            "/idp/idx/cancel".into();
    }),
    ("client.stops-at-success", |c| {
        let success = c.place("/challenge/answer", 2);
        c.repeat("/credential/enroll", 2, success, 10);
        // What comes back stands for the finished sign-up again.
        c.0[success + 1].answer = c.0[success].answer.clone();
    }),
    ("client.not-twice", |c| c.repeat("/challenge/answer", 0, c.place("/challenge/answer", 0), 10)),
    ("client.ignores-unknown", |c| {
        c.at("/idx/enroll", 0).request.target = "/idp/idx/future/answer".into()
    }),
    ("client.ignores-unknown", |c| {
        c.json("/idx/enroll", 0, |body| body["futureFeature"] = json!("valueOfFutureFeature"))
    }),
    ("client.ignores-unknown", |c| {
        c.json("/credential/enroll", 1, |body| {
            body["authenticator"] = json!({"id": "autfuture00000000001", "methodType": "future"})
        })
    }),
    ("client.redeems-form", |c| c.parameter(TOKEN, "grant_type", "password")),
    ("client.redeems-href", |c| c.at(TOKEN, 0).request.target = "/oauth2/v1/token".into()),
    ("client.redeems-once", |c| c.repeat(TOKEN, 0, c.place(TOKEN, 0), 10)),
    ("client.redeems-own-code", |c| c.parameter(TOKEN, "interaction_code", OTHER)),
    ("client.pkce-verifier", |c| c.parameter(TOKEN, "code_verifier", OTHER)),
    (OF_CONFIDENTIAL, |c| c.without(TOKEN, "client_secret")),
    ("client.no-secret-of-public", |c| c.parameter(TOKEN, "client_secret", "secret")),
    ("client.no-secret-in-address", |c| {
        c.at("/idx/enroll", 0).request.target.push_str("?passcode=1")
    }),
    ("client.no-secret-in-headers", |c| {
        let code = c.password();
        c.header("/idx/enroll", "x-passcode", &code);
    }),
    ("client.password-once", |c| {
        let code = c.password();
        c.json("/enroll/new", 0, |body| body["userProfile"]["firstName"] = json!(code));
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn wrong_client_breaks_only_its_rule() {
    let public = right_client(ClientType::Public).await;
    let confidential = right_client(ClientType::Confidential).await;
    for right in [&public, &confidential] {
        assert_eq!(broken(right), BTreeSet::new(), "the right client breaks nothing");
    }

    let mut wrong = Vec::new();
    for (rule, change) in WRONG {
        let right = if *rule == OF_CONFIDENTIAL { &confidential } else { &public };
        let mut conversation = right.clone();
        change(&mut conversation);
        let broken = broken(&conversation);
        if broken != BTreeSet::from([*rule]) {
            wrong.push(format!("{rule}: {broken:?}"));
        }
    }
    assert!(wrong.is_empty(), "these are named otherwise:\n{}", wrong.join("\n"));
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

/// Begins another sign-up before this one, and generates only these parameters again.
fn begin_twice(conversation: &mut Conversation, fresh: &[&str]) {
    let place = conversation.place(INTERACT, 0);
    let copies = conversation.0[place..place + 2].to_vec();
    conversation.0.splice(place..place, copies);
    for name in fresh {
        conversation.parameter(INTERACT, name, OTHER);
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

fn take(body: &mut Value, name: &str) -> Option<Value> {
    body.as_object_mut()?.remove(name)
}

fn status(exchange: &mut idx_judge::exchange::Exchange, status: u16) {
    exchange.answer.as_mut().expect("there is an answer").status = status;
}

/// The session expires at the poll, and the client answers on.
fn expire(conversation: &mut Conversation) {
    let poll = conversation.at("/challenge/poll", 0);
    status(poll, 401);
    let message = json!({"message": "The session has expired.", "i18n": {"key": "idx.session.expired"}, "class": "ERROR"});
    let body = json!({"version": "1.0.0", "messages": {"type": "array", "value": [message]}});
    poll.answer.as_mut().expect("there is an answer").body = body.to_string().into();
}

async fn right_client(client: ClientType) -> Conversation {
    let emulator = idxlab::Emulator::start().await.expect("the emulator starts");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wrong_clients/base.toml");
    let mut scenarios = Selection { words: vec![file.into()] }.load().expect("the scenario reads");
    scenarios[0].client = client;
    let server = ServerChoice::Emulator { control_url: emulator.control_url().to_owned() };
    let settings = Settings { strict: true, ..Settings::against(server) };
    let result = idx_runner::results(scenarios, settings).await.remove(0);
    Conversation::new(&result.cases[0].exchanges)
}
