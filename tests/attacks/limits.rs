//! Limits: each collection that clients can grow is filled. Its size in bytes stays within its limit, and the server responds as documented.

use hyper::Method;
use idx_tests::http::Reply;
use idx_tests::sign_up::interact_fields;
use idx_walker::{Walker as _, page};
use idxlab::{Emulator, Limits};
use serde_json::{Value, json};

use crate::Org;

/// Its first list offers email and password.
const PRESET: &str = "email-and-password-required";

/// The size and the limit of a collection.
struct Collection(Value);

impl Collection {
    async fn of(org: &Org, name: &str) -> Self {
        let collections = org.control("limits").await;
        let collections = collections["collections"].as_array().cloned().expect("a list");
        Self(collections.into_iter().find(|found| found["name"] == name).expect(name))
    }

    fn number(&self, pointer: &str) -> u64 {
        let number = self.0.pointer(pointer).and_then(Value::as_u64);
        number.unwrap_or_else(|| panic!("no {pointer} in {}", self.0))
    }

    /// Requires that the limit on the size holds and is nearly reached, after records were dropped.
    fn assert_full(&self, largest_record: u64) {
        let (used, limit) = (self.number("/bytes/used"), self.number("/bytes/limit"));
        assert!(used <= limit && used + largest_record > limit, "{used} of {limit} bytes");
        assert!(self.number("/dropped") > 0, "{}", self.0);
    }
}

async fn limited(limits: Limits) -> Org {
    Org::of(Emulator::builder().limits(limits).preset(PRESET)).await
}

async fn interact(org: &Org, state: &str) -> Reply {
    let mut fields = interact_fields().to_vec();
    fields.retain(|(name, _)| *name != "state");
    fields.push(("state", state));
    org.http.post_form(&format!("{}/v1/interact", org.issuer()), &fields).await
}

async fn is_known(org: &Org, interacted: &Reply) -> bool {
    let body = json!({"interactionHandle": interacted.json()["interaction_handle"]});
    org.request(Method::POST, "/idp/idx/introspect", &body.to_string()).await.status == 200
}

#[tokio::test]
async fn abandoned_transactions_are_dropped() {
    let org = limited(Limits { transaction_bytes: 400_000, ..Limits::default() }).await;
    let state = "s".repeat(50_000);
    let first = interact(&org, &state).await;
    assert!(is_known(&org, &first).await);
    let size = Collection::of(&org, "transactions").await.number("/bytes/used");
    assert!((50_000..60_000).contains(&size), "{size} bytes");
    let mut last = first.clone();
    for _ in 0..20 {
        last = interact(&org, &state).await;
    }
    let transactions = Collection::of(&org, "transactions").await;
    transactions.assert_full(60_000);
    assert_eq!(transactions.number("/count/used") + transactions.number("/dropped"), 21);
    assert!(!is_known(&org, &first).await);
    assert!(is_known(&org, &last).await);
}

#[tokio::test]
async fn links_of_resent_emails_are_dropped() {
    let org = Org::preset("magic-link").await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.choose("okta_email", json!({})).await;
    let oldest = org.messages("mary@example.com").await[0]["link"].as_str().unwrap().to_owned();
    assert_ne!(org.http.get(&oldest).await.status, 400);
    let mut sizes = Vec::new();
    for _ in 0..2 {
        for _ in 0..40 {
            mary.act("resend").await;
        }
        sizes.push(Collection::of(&org, "transactions").await.number("/bytes/used"));
    }
    assert_eq!(sizes[0], sizes[1]);
    assert_eq!(org.http.get(&oldest).await.status, 400);
    let newest = org.messages("mary@example.com").await;
    let newest = newest.last().unwrap()["link"].as_str().unwrap();
    assert_ne!(org.http.get(newest).await.status, 400);
}

#[tokio::test]
async fn rotated_handles_are_dropped() {
    let document = format!("preset = {PRESET:?}\nrotateHandles = true");
    let org = Org::of(Emulator::builder().document(document)).await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    let oldest = mary.page["stateHandle"].clone();
    let mut sizes = Vec::new();
    for _ in 0..2 {
        for _ in 0..35 {
            mary.choose("okta_email", json!({})).await;
            mary.choose("okta_password", json!({})).await;
        }
        sizes.push(Collection::of(&org, "transactions").await.number("/bytes/used"));
    }
    assert_eq!(sizes[0], sizes[1]);
    for (handle, status) in [(&oldest, 401), (&mary.page["stateHandle"], 200)] {
        let body = json!({"stateHandle": handle}).to_string();
        let reply = org.request(Method::POST, "/idp/idx/introspect", &body).await;
        assert_eq!(reply.status, status);
    }
}

#[tokio::test]
async fn full_inbox_drops_its_oldest_messages() {
    let limits = Limits { message_bytes: 30_000, delayed_messages: 3, ..Limits::default() };
    let org = limited(limits).await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.choose("okta_email", json!({})).await;
    let size = Collection::of(&org, "messages").await.number("/bytes/used");
    while Collection::of(&org, "messages").await.number("/dropped") == 0 {
        mary.act("resend").await;
    }
    let messages = Collection::of(&org, "messages").await;
    messages.assert_full(2 * size);
    let listed = org.control("messages").await;
    assert_eq!(listed["dropped"], messages.number("/dropped"));
    assert_eq!(listed["messages"][0]["id"], messages.number("/dropped") + 1);

    // Delayed messages.
    let fault = json!({"kind": "message-late", "duration": "PT1M"});
    put_faults(&org, json!([{"fault": fault}])).await;
    org.http.send(Method::DELETE, &org.control_url("messages"), &[], "").await;
    for _ in 0..5 {
        mary.act("resend").await;
    }
    assert_eq!(Collection::of(&org, "delayed messages").await.number("/count/used"), 3);
    let kept = Collection::of(&org, "messages").await;
    assert!(kept.number("/bytes/used") > 2 * size, "{}", kept.0);
    assert_eq!(kept.number("/dropped"), messages.number("/dropped") + 2);
}

#[tokio::test]
async fn full_org_refuses_new_users_until_users_are_deleted() {
    let org = limited(Limits { user_bytes: 100_000, ..Limits::default() }).await;
    let mut added = Vec::new();
    let refused = loop {
        let email = format!("user{}@example.com", added.len());
        let profile = json!({"email": email, "nickName": "n".repeat(20_000)});
        let user = json!({"profile": profile, "status": "ACTIVE"});
        let reply = org.control_post("users", &user).await;
        if reply.status != 201 {
            break reply;
        }
        added.push(reply.json()["id"].as_str().unwrap().to_owned());
        assert!(added.len() < 10);
    };
    assert_eq!((refused.status, refused.header("retry-after")), (503, "1"));
    // The user that exceeds the limit is kept; each is a little larger than 20,000 bytes.
    assert_eq!(added.len(), 5);
    let refused = interact(&org, "s").await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "1"));
    // Reading works.
    assert_eq!(org.logins().await.len(), 5);
    assert_eq!(org.http.get(&format!("{}/v1/keys", org.issuer())).await.status, 200);
    let url = org.control_url(&format!("users/{}", added[0]));
    assert_eq!(org.http.send(Method::DELETE, &url, &[], "").await.status, 204);
    assert_eq!(interact(&org, "s").await.status, 200);
    let users = Collection::of(&org, "users").await;
    assert!((80_000..100_000).contains(&users.number("/bytes/used")), "{}", users.0);
    org.control_post("reset", &json!({})).await;
    assert_eq!(Collection::of(&org, "users").await.number("/bytes/used"), 0);
}

#[tokio::test]
async fn size_returns_to_zero_when_everything_is_gone() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.finish("mary@example.com").await;
    let tokens = mary.redeem().await.json();
    let revoked = [
        ("client_id", "0oaidxlabdefault0001"),
        ("token", tokens["access_token"].as_str().unwrap()),
    ];
    for _ in 0..2 {
        org.http.post_form(&format!("{}/v1/revoke", org.issuer()), &revoked).await;
    }
    let before = Collection::of(&org, "users").await.number("/bytes/used");
    assert!(before > 1_000, "{before} bytes");
    let id = org.control("users").await["users"][0]["id"].as_str().unwrap().to_owned();
    let url = org.control_url(&format!("users/{id}"));
    assert_eq!(org.http.send(Method::DELETE, &url, &[], "").await.status, 204);
    // The revoked token and the other transactions expire.
    org.advance("PT200H").await;
    interact(&org, "s").await;
    org.advance("PT200H").await;
    let last = interact(&org, "s").await;
    assert!(is_known(&org, &last).await);
    assert_eq!(Collection::of(&org, "users").await.number("/bytes/used"), 0);
    assert_eq!(Collection::of(&org, "transactions").await.number("/count/used"), 1);
}

#[tokio::test]
async fn full_journal_drops_its_oldest_exchanges() {
    let org = limited(Limits { exchange_bytes: 200_000, ..Limits::default() }).await;
    for _ in 0..10 {
        interact(&org, &"s".repeat(50_000)).await;
    }
    let journal = Collection::of(&org, "journal").await;
    journal.assert_full(60_000);
    let listed = org.control("journal").await;
    assert_eq!(listed["dropped"], journal.number("/dropped"));
    assert_eq!(listed["exchanges"][0]["id"], journal.number("/dropped") + 1);
    let long = format!("journal?handle={}", "h".repeat(257));
    assert_eq!(org.http.get(&org.control_url(&long)).await.status, 400);
}

#[tokio::test]
async fn further_org_is_refused() {
    let org = limited(Limits { orgs: 2, ..Limits::default() }).await;
    let by_name = json!({"port": false});
    assert_eq!(org.control_post("orgs", &by_name).await.status, 201);
    let refused = org.control_post("orgs", &by_name).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "1"));
    assert_eq!(Collection::of(&org, "orgs").await.number("/count/used"), 2);
}

#[tokio::test]
async fn further_fault_rule_is_refused() {
    let org = Org::start().await;
    let rule = json!({"fault": {"kind": "drop-after"}});
    assert_eq!(put_faults(&org, json!(vec![&rule; 256])).await, 200);
    assert_eq!(put_faults(&org, json!(vec![&rule; 257])).await, 400);
    assert_eq!(Collection::of(&org, "fault rules").await.number("/count/used"), 256);
}

#[tokio::test]
async fn document_over_a_limit_is_refused() {
    let org = Org::start().await;
    let attribute = |index: usize| json!({"name": format!("a{index}"), "label": "A"});
    let form = |count: usize| {
        let mut attributes: Vec<_> = (1..count).map(attribute).collect();
        attributes.push(json!({"name": "email", "label": "Email"}));
        json!({"profileEnrollment": {"profileAttributes": attributes}})
    };
    assert_eq!(put_document(&org, &form(200)).await.status, 200);
    assert_eq!(put_document(&org, &form(201)).await.status, 400);
    let mut document = form(2);
    let pattern = &mut document["profileEnrollment"]["profileAttributes"][0]["pattern"];
    *pattern = json!("[a-z]{1,1000}");
    assert_eq!(put_document(&org, &document).await.status, 200);
    document["profileEnrollment"]["profileAttributes"][0]["pattern"] = json!("(a{1000}){1000}");
    assert_eq!(put_document(&org, &document).await.status, 400);
    let unknown: serde_json::Map<_, _> =
        (0..300).map(|index| (format!("unknown{index}"), json!(1))).collect();
    let mistakes = put_document(&org, &unknown.into()).await.json();
    assert_eq!(mistakes["mistakes"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn long_value_matches_no_pattern() {
    let org = Org::start().await;
    let attributes = json!([
        {"name": "email", "label": "Email"},
        {"name": "note", "label": "Note", "pattern": "(a|aa)*"},
    ]);
    let document = json!({
        "preset": "password-plus-another-factor",
        "profileEnrollment": {"profileAttributes": attributes},
    });
    assert_eq!(put_document(&org, &document).await.status, 200);
    for (length, is_refused) in [(4_096, false), (4_097, true)] {
        let mut mary = org.sign_up().await;
        mary.answer("select-enroll-profile", json!({})).await;
        let email = format!("mary{length}@example.com");
        let profile = json!({"email": email, "note": "a".repeat(length)});
        let reply = mary.answer("enroll-profile", json!({"userProfile": profile})).await;
        assert_eq!(reply.status == 400, is_refused, "{length}");
        let is_on_form = page::remediation(&mary.page, "enroll-profile").is_some();
        assert_eq!(is_on_form, is_refused, "{length}");
    }
}

async fn put_faults(org: &Org, rules: Value) -> u16 {
    let headers = [("content-type", "application/json")];
    let body = json!({"rules": rules}).to_string();
    org.http.send(Method::PUT, &org.control_url("faults"), &headers, body).await.status
}

async fn put_document(org: &Org, document: &Value) -> Reply {
    let headers = [("content-type", "application/json")];
    let body = json!({"document": document}).to_string();
    org.http.send(Method::PUT, &org.control_url("org"), &headers, body).await
}
