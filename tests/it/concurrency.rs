//! Races over HTTP: of sixteen parallel requests to `idxlab serve`, exactly one succeeds.

use std::sync::Arc;

use idx_tests::http::Http;
use idx_walker::Walker as _;
use serde_json::json;
use tokio::sync::Barrier;

use crate::{Org, ROUNDS};

const PARALLEL: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_sign_ups_with_one_email_create_one_user() {
    let org = Org::served().await;
    for round in 0..ROUNDS {
        let email = format!("round-{round}@example.com");
        let mut sign_ups = Vec::new();
        for _ in 0..PARALLEL {
            let mut sign_up = org.sign_up().await;
            sign_up.answer("select-enroll-profile", json!({})).await;
            sign_ups.push((sign_up.page["stateHandle"].clone(), org.url("/idp/idx/enroll/new")));
        }
        let profile = json!({"firstName": "Mary", "lastName": "Jo", "email": email});
        let calls = sign_ups
            .into_iter()
            .map(|(handle, url)| (url, json!({"stateHandle": handle, "userProfile": profile})));
        let statuses = sent_in_parallel(calls).await;
        assert_eq!(count(&statuses, 200), 1, "round {round}: {statuses:?}");
        assert_eq!(count(&statuses, 400), PARALLEL - 1, "round {round}: {statuses:?}");
    }
    assert_eq!(org.logins().await.len(), ROUNDS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn code_submitted_in_parallel_is_accepted_once() {
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
        let statuses = sent_in_parallel(
            (0..PARALLEL).map(|_| (org.url("/idp/idx/challenge/answer"), body.clone())),
        )
        .await;
        assert_eq!(count(&statuses, 200), 1, "round {round}: {statuses:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn interaction_code_redeemed_in_parallel_returns_tokens_once() {
    let org = Org::served().await;
    for round in 0..ROUNDS {
        let mut mary = org.sign_up().await;
        mary.finish(&format!("round-{round}@example.com")).await;
        let barrier = Arc::new(Barrier::new(PARALLEL));
        let mut calls = tokio::task::JoinSet::new();
        let fields = [
            ("grant_type", "interaction_code"),
            ("interaction_code", mary.interaction_code()),
            ("client_id", idx_tests::org::PUBLIC_CLIENT),
            ("code_verifier", idx_tests::sign_up::VERIFIER),
        ];
        let body = idx_tests::http::encode_form(&fields);
        for _ in 0..PARALLEL {
            let (barrier, url, body) =
                (barrier.clone(), format!("{}/v1/token", org.issuer()), body.clone());
            calls.spawn(async move {
                let http = connected(&url).await;
                barrier.wait().await;
                let headers = [("content-type", "application/x-www-form-urlencoded")];
                http.send(hyper::Method::POST, &url, &headers, body).await.status
            });
        }
        let statuses = calls.join_all().await;
        assert_eq!(
            (count(&statuses, 200), count(&statuses, 400)),
            (1, PARALLEL - 1),
            "round {round}: {statuses:?}"
        );
    }
}

/// Sends JSON requests at the same moment, each on its own connection. Returns the statuses.
async fn sent_in_parallel(
    calls: impl IntoIterator<Item = (String, serde_json::Value)>,
) -> Vec<u16> {
    let barrier = Arc::new(Barrier::new(PARALLEL));
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

/// A client whose connection is already open, so that the requests race and not the handshakes.
async fn connected(url: &str) -> Http {
    let http = Http::default();
    http.send(hyper::Method::OPTIONS, url, &[], "").await;
    http
}

fn count(statuses: &[u16], expected: u16) -> usize {
    statuses.iter().filter(|status| **status == expected).count()
}
