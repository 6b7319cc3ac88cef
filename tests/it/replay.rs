//! The same seed, clock and calls give the same bytes; the address of the server aside.

use hyper::Method;
use idx_tests::http::{Http, encode_form};
use idx_tests::org::PUBLIC_CLIENT;
use idx_tests::sign_up::{VERIFIER, interact_fields};
use serde_json::{Value, json};

use crate::Org;

/// Sent as Host, so that both orgs speak of themselves under one name.
const HOST: &str = "localhost:6480";

#[tokio::test]
async fn the_same_seed_clock_and_calls_give_the_same_bytes() {
    let (first, second) = (recorded(7).await, recorded(7).await);
    assert_eq!(first.len(), second.len());
    for (at, (first, second)) in first.iter().zip(&second).enumerate() {
        assert_eq!(first, second, "answer {at}");
    }
}

#[tokio::test]
async fn another_seed_gives_other_handles_and_codes() {
    let (first, second) = (recorded(7).await, recorded(8).await);
    assert_ne!(first, second);
}

#[tokio::test]
async fn what_one_person_gets_does_not_depend_on_what_others_do_meanwhile() {
    let alone = Recorder::start(7).await;
    let mut mary = Vec::new();
    alone.begin(&mut mary).await;
    alone.sign_up_from(&mut mary, "mary@example.com").await;

    let crowded = Recorder::start(7).await;
    let (mut mary_again, mut ada) = (Vec::new(), Vec::new());
    crowded.begin(&mut mary_again).await;
    crowded.begin(&mut ada).await;
    crowded.sign_up_from(&mut ada, "ada@example.com").await;
    crowded.sign_up_from(&mut mary_again, "mary@example.com").await;
    assert_eq!(mary, mary_again);
}

/// Every answer of one sign-up, tokens included.
async fn recorded(seed: u64) -> Vec<String> {
    let recorder = Recorder::start(seed).await;
    let mut answers = Vec::new();
    recorder.begin(&mut answers).await;
    recorder.sign_up_from(&mut answers, "mary@example.com").await;
    answers
}

/// Makes constant calls under a constant name, and keeps the bodies.
struct Recorder {
    org: Org,
    http: Http,
}

impl Recorder {
    async fn start(seed: u64) -> Self {
        let org = Org::seeded(seed).await;
        org.freeze("2030-01-01T00:00:00.000Z").await;
        Self { org, http: Http::default() }
    }

    async fn begin(&self, answers: &mut Vec<String>) {
        let handle = self.form("/oauth2/default/v1/interact", &interact_fields()).await;
        let body = json!({"interactionHandle": parsed(&handle)["interaction_handle"]});
        answers.extend([handle, self.json("/idp/idx/introspect", body).await]);
    }

    async fn sign_up_from(&self, answers: &mut Vec<String>, email: &str) {
        let start = answers.last().map(|answer| parsed(answer)).unwrap_or_default();
        let handle = start["stateHandle"].clone();
        let with_handle = |body: Value| {
            let mut body = body;
            body["stateHandle"] = handle.clone();
            body
        };
        answers.push(self.json("/idp/idx/enroll", with_handle(json!({}))).await);
        let profile =
            json!({"userProfile": {"firstName": "Mary", "lastName": "Jo", "email": email}});
        let list = self.json("/idp/idx/enroll/new", with_handle(profile)).await;
        let id = parsed(&list)["authenticators"]["value"][0]["id"].clone();
        answers.push(list);
        let chosen = self
            .json("/idp/idx/credential/enroll", with_handle(json!({"authenticator": {"id": id}})))
            .await;
        let password = json!({"credentials": {"passcode": idx_tests::org::PASSWORD}});
        let list = self.json("/idp/idx/challenge/answer", with_handle(password)).await;
        let id = parsed(&list)["authenticators"]["value"][0]["id"].clone();
        answers.extend([chosen, list]);
        answers.push(
            self.json(
                "/idp/idx/credential/enroll",
                with_handle(json!({"authenticator": {"id": id}})),
            )
            .await,
        );
        let code = self.org.code_for(email).await;
        let accepted = self
            .json(
                "/idp/idx/challenge/answer",
                with_handle(json!({"credentials": {"passcode": code}})),
            )
            .await;
        let success = self.json("/idp/idx/skip", with_handle(json!({}))).await;
        let issued = parsed(&success)["successWithInteractionCode"]["value"][1]["value"]
            .as_str()
            .map(str::to_owned);
        answers.extend([code, accepted, success]);
        let fields = [
            ("grant_type", "interaction_code"),
            ("interaction_code", issued.as_deref().expect("success carries a code")),
            ("client_id", PUBLIC_CLIENT),
            ("code_verifier", VERIFIER),
        ];
        answers.push(self.form("/oauth2/default/v1/token", &fields).await);
    }

    async fn json(&self, path: &str, body: Value) -> String {
        self.send(path, "application/json", body.to_string()).await
    }

    async fn form(&self, path: &str, fields: &[(&str, &str)]) -> String {
        self.send(path, "application/x-www-form-urlencoded", encode_form(fields)).await
    }

    async fn send(&self, path: &str, media_type: &str, body: String) -> String {
        let headers = [("host", HOST), ("content-type", media_type)];
        let reply = self.http.send(Method::POST, &self.org.url(path), &headers, body).await;
        assert_eq!(reply.status, 200, "{path}: {:?}", reply.bytes);
        String::from_utf8(reply.bytes.to_vec()).expect("an answer is text")
    }
}

fn parsed(answer: &str) -> Value {
    serde_json::from_str(answer).expect("an answer is JSON")
}
