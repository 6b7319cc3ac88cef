//! Slow work: a request that visits many records lets the org's other requests run after every few records.

use std::collections::BTreeSet;

use hyper::Method;
use idx_walker::Walker as _;
use idxlab::{Emulator, Limits};
use serde_json::{Value, json};

use crate::Org;

/// The records that a request may visit at a time, far fewer than each collection contains.
const RECORDS_PER_LOCK: usize = 5;

/// An org with many users, transactions, messages and exchanges.
async fn filled() -> Org {
    let limits = Limits { records_per_lock: RECORDS_PER_LOCK, ..Limits::default() };
    let org =
        Org::of(Emulator::builder().preset("email-and-password-required").limits(limits)).await;
    org.freeze("2100-01-01T00:00:00.000Z").await;
    for index in 0..20 {
        let mut user = org.sign_up().await;
        user.profile(&format!("user{index}@example.com")).await;
        user.choose("okta_email", json!({})).await;
    }
    org
}

/// The largest number of records that a request visited.
async fn longest(org: &Org) -> u64 {
    let limits = org.control("limits").await;
    assert_eq!(limits["recordsPerLock"]["limit"], RECORDS_PER_LOCK);
    limits["recordsPerLock"]["used"].as_u64().expect("a number")
}

#[tokio::test]
async fn no_call_visits_many_records_at_a_time() {
    let org = filled().await;
    let users = org.control("users").await["users"].as_array().cloned().unwrap();
    assert_eq!(users.len(), 20);
    // Each call visits each of its records once, over several locks.
    assert_eq!(longest(&org).await, RECORDS_PER_LOCK as u64);
    let deadlines = org.control("clock").await["deadlines"].as_array().cloned().unwrap();
    assert_eq!(deadlines.len(), 40);
    let messages = org.control("messages").await["messages"].as_array().cloned().unwrap();
    assert_eq!(messages.len(), 20);
    let exchanges = org.control("journal").await["exchanges"].as_array().cloned().unwrap();
    assert_eq!(exchanges.len(), 100);

    let url = org.control_url(&format!("users/{}", users[3]["id"].as_str().unwrap()));
    assert_eq!(org.http.send(Method::DELETE, &url, &[], "").await.status, 204);
    let deadlines = org.control("clock").await["deadlines"].as_array().cloned().unwrap();
    assert_eq!(deadlines.len(), 38);
    let reply = org.control_post("clock", &json!({"to": "next-deadline"})).await.json();
    assert_eq!(reply["now"], deadlines[0]["at"]);

    // Each request after the advance drops a few of the expired transactions.
    org.advance("PT200H").await;
    let transactions = |limits: Value| limits["collections"][3]["count"]["used"].as_u64().unwrap();
    let mut left = Vec::new();
    while left.last() != Some(&1) {
        assert!(left.len() < 60, "{left:?}");
        org.sign_up().await;
        left.push(transactions(org.control("limits").await));
        org.advance("PT200H").await;
    }
    // `interact` and `introspect` have dropped some of the 19 old transactions, and added one.
    assert!(left[0] >= 20 - 2 * RECORDS_PER_LOCK as u64, "{left:?}");
    org.control_post("reset", &json!({})).await;
    assert_eq!(longest(&org).await, RECORDS_PER_LOCK as u64);
}

#[tokio::test]
async fn expired_transaction_is_unknown_before_it_is_dropped() {
    let org = filled().await;
    let messages = org.control("messages").await;
    let link = messages["messages"][19]["link"].as_str().unwrap();
    org.advance("PT30M").await;
    // The link has expired, which its page says.
    assert_eq!(org.http.get(link).await.status, 200);
    org.advance("PT200H").await;
    assert_eq!(org.http.get(link).await.status, 400);
}

#[tokio::test]
async fn users_are_listed_in_pages() {
    let org = filled().await;
    let all = org.control("users").await["users"].as_array().cloned().unwrap();
    let mut listed: Vec<Value> = Vec::new();
    loop {
        let after = listed.last().map_or("", |user| user["id"].as_str().unwrap());
        let page = org.control(&format!("users?limit=7&after={after}")).await;
        let page = page["users"].as_array().cloned().unwrap();
        assert!(page.len() <= 7);
        if page.is_empty() {
            break;
        }
        listed.extend(page);
    }
    assert_eq!(listed, all);
    let ids: BTreeSet<_> = all.iter().map(|user| user["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 20);
    assert_eq!(org.control("users?limit=0").await["users"], json!([]));
    assert_eq!(org.http.get(&org.control_url("users?limit=x")).await.status, 400);
}
