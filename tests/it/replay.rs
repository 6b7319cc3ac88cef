//! The same seed, clock and requests produce the same bytes, except for the server's address.

use hyper::Method;
use idx_tests::http::{Http, encode_form};
use idx_tests::org::PUBLIC_CLIENT;
use idx_tests::sign_up::{VERIFIER, interact_fields};
use idx_walker::page;
use serde_json::{Value, json};

use crate::Org;

/// Sent as Host, so that both orgs use the same name in their responses.
const HOST: &str = "localhost:6480";

#[tokio::test]
async fn same_seed_clock_and_requests_produce_the_same_bytes() {
    let (first, second) = (recorded(7).await, recorded(7).await);
    assert_eq!(first.len(), second.len());
    for (at, (first, second)) in first.iter().zip(&second).enumerate() {
        assert_eq!(first, second, "response {at}");
    }
}

#[tokio::test]
async fn another_seed_produces_other_responses() {
    let (first, second) = (recorded(7).await, recorded(8).await);
    assert_ne!(first, second);
}

#[tokio::test]
async fn another_users_requests_do_not_change_a_users_responses() {
    let alone = Recorder::new(7).await;
    let mut mary = Vec::new();
    alone.start_sign_up(&mut mary).await;
    alone.finish_sign_up(&mut mary, "mary@example.com").await;

    let crowded = Recorder::new(7).await;
    let (mut mary_again, mut ada) = (Vec::new(), Vec::new());
    crowded.start_sign_up(&mut mary_again).await;
    crowded.start_sign_up(&mut ada).await;
    crowded.finish_sign_up(&mut ada, "ada@example.com").await;
    crowded.finish_sign_up(&mut mary_again, "mary@example.com").await;
    assert_eq!(mary, mary_again);
}

/// All responses of a sign-up, including the tokens.
async fn recorded(seed: u64) -> Vec<String> {
    let recorder = Recorder::new(seed).await;
    let mut responses = Vec::new();
    recorder.start_sign_up(&mut responses).await;
    recorder.finish_sign_up(&mut responses, "mary@example.com").await;
    responses
}

/// Sends fixed requests to a fixed host name and records the response bodies.
struct Recorder {
    org: Org,
    http: Http,
}

impl Recorder {
    async fn new(seed: u64) -> Self {
        let org = Org::seeded(seed).await;
        org.freeze("2030-01-01T00:00:00.000Z").await;
        Self { org, http: Http::default() }
    }

    async fn start_sign_up(&self, responses: &mut Vec<String>) {
        let handle = self.form("/oauth2/default/v1/interact", &interact_fields()).await;
        let body = json!({"interactionHandle": parsed(&handle)["interaction_handle"]});
        responses.extend([handle, self.json("/idp/idx/introspect", body).await]);
    }

    async fn finish_sign_up(&self, responses: &mut Vec<String>, email: &str) {
        let start = responses.last().map(|response| parsed(response)).unwrap_or_default();
        let handle = start["stateHandle"].clone();
        let with_handle = |body: Value| {
            let mut body = body;
            body["stateHandle"] = handle.clone();
            body
        };
        responses.push(self.json("/idp/idx/enroll", with_handle(json!({}))).await);
        let profile =
            json!({"userProfile": {"firstName": "Mary", "lastName": "Jo", "email": email}});
        let list = self.json("/idp/idx/enroll/new", with_handle(profile)).await;
        let id = page::authenticator_id(&parsed(&list), "okta_password").map(str::to_owned);
        responses.push(list);
        let chosen = self
            .json("/idp/idx/credential/enroll", with_handle(json!({"authenticator": {"id": id}})))
            .await;
        let password = json!({"credentials": {"passcode": idx_tests::org::PASSWORD}});
        let list = self.json("/idp/idx/challenge/answer", with_handle(password)).await;
        let id = page::authenticator_id(&parsed(&list), "okta_email").map(str::to_owned);
        responses.extend([chosen, list]);
        responses.push(
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
        let issued = page::interaction_code(&parsed(&success)).map(str::to_owned);
        responses.extend([code, accepted, success]);
        let fields = [
            ("grant_type", "interaction_code"),
            ("interaction_code", issued.as_deref().expect("the success page contains a code")),
            ("client_id", PUBLIC_CLIENT),
            ("code_verifier", VERIFIER),
        ];
        responses.push(self.form("/oauth2/default/v1/token", &fields).await);
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
        String::from_utf8(reply.bytes.to_vec()).expect("a response is text")
    }
}

fn parsed(response: &str) -> Value {
    serde_json::from_str(response).expect("a response is JSON")
}
