//! Races over HTTP: sixteen connections released at once against `idxlab serve`, and exactly one of them wins.

use std::sync::Arc;

use idx_tests::http::Http;
use serde_json::json;
use tokio::sync::Barrier;

use crate::{Org, ROUNDS};

const AT_ONCE: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_sign_ups_for_one_email_make_one_person() {
    let org = Org::served().await;
    for round in 0..ROUNDS {
        let email = format!("round-{round}@example.com");
        let mut people = Vec::new();
        for _ in 0..AT_ONCE {
            let mut person = org.sign_up().await;
            person.answer("select-enroll-profile", json!({})).await;
            people.push((person.page["stateHandle"].clone(), org.url("/idp/idx/enroll/new")));
        }
        let profile = json!({"firstName": "Mary", "lastName": "Jo", "email": email});
        let calls = people
            .into_iter()
            .map(|(handle, url)| (url, json!({"stateHandle": handle, "userProfile": profile})));
        let statuses = released_at_once(calls).await;
        assert_eq!(count(&statuses, 200), 1, "round {round}: {statuses:?}");
        assert_eq!(count(&statuses, 400), AT_ONCE - 1, "round {round}: {statuses:?}");
    }
    assert_eq!(org.logins().await.len(), ROUNDS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_answered_by_many_is_accepted_once() {
    let org = Org::served().await;
    for round in 0..ROUNDS {
        let email = format!("round-{round}@example.com");
        let mut mary = org.sign_up().await;
        mary.profile(&email).await;
        mary.password().await;
        mary.choose("okta_email", json!({})).await;
        let code = org.code_for(&email).await;
        let body =
            json!({"stateHandle": mary.page["stateHandle"], "credentials": {"passcode": code}});
        let statuses = released_at_once(
            (0..AT_ONCE).map(|_| (org.url("/idp/idx/challenge/answer"), body.clone())),
        )
        .await;
        assert_eq!(count(&statuses, 200), 1, "round {round}: {statuses:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_interaction_code_redeemed_by_many_gives_tokens_once() {
    let org = Org::served().await;
    for round in 0..ROUNDS {
        let mut mary = org.sign_up().await;
        mary.finish(&format!("round-{round}@example.com")).await;
        let redeemed = Arc::new(Barrier::new(AT_ONCE));
        let mut calls = tokio::task::JoinSet::new();
        let fields = [
            ("grant_type", "interaction_code"),
            ("interaction_code", mary.interaction_code()),
            ("client_id", idx_tests::org::PUBLIC_CLIENT),
            ("code_verifier", idx_tests::sign_up::VERIFIER),
        ];
        let body = idx_tests::http::encode_form(&fields);
        for _ in 0..AT_ONCE {
            let (released, url, body) =
                (redeemed.clone(), format!("{}/v1/token", org.issuer()), body.clone());
            calls.spawn(async move {
                let http = connected(&url).await;
                released.wait().await;
                let headers = [("content-type", "application/x-www-form-urlencoded")];
                http.send(hyper::Method::POST, &url, &headers, body).await.status
            });
        }
        let statuses = calls.join_all().await;
        assert_eq!(
            (count(&statuses, 200), count(&statuses, 400)),
            (1, AT_ONCE - 1),
            "round {round}: {statuses:?}"
        );
    }
}

/// The statuses of JSON requests that all leave at the same moment, each on a connection of its own.
async fn released_at_once(
    calls: impl IntoIterator<Item = (String, serde_json::Value)>,
) -> Vec<u16> {
    let barrier = Arc::new(Barrier::new(AT_ONCE));
    let mut tasks = tokio::task::JoinSet::new();
    for (url, body) in calls {
        let barrier = barrier.clone();
        tasks.spawn(async move {
            let http = connected(&url).await;
            barrier.wait().await;
            http.post_json(&url, &body).await.status
        });
    }
    tasks.join_all().await
}

/// A client whose connection is already open, so that what races is the request and not the handshake.
async fn connected(url: &str) -> Http {
    let http = Http::default();
    http.send(hyper::Method::OPTIONS, url, &[], "").await;
    http
}

fn count(statuses: &[u16], wanted: u16) -> usize {
    statuses.iter().filter(|status| **status == wanted).count()
}
