//! The org document changes while the org runs.

use hyper::Method;
use idx_tests::http::Reply;
use idx_tests::org::PASSWORD;
use idx_walker::Walker as _;
use serde_json::{Value, json};

use crate::Org;

const LONG_PASSWORD: &str = "Sup3rSafe-words-and-a-few-more-of-them";

async fn put(org: &Org, body: &Value) -> Reply {
    org.request(Method::PUT, "/_idxlab/api/org", &body.to_string()).await
}

/// Asks for passwords that `PASSWORD` is too short for.
fn long_passwords() -> Value {
    json!({"document": {"password": {"complexity": {"minLength": 30}}}})
}

#[tokio::test]
async fn returned_document_can_be_put_back() {
    let org = Org::preset("custom-attributes").await;
    let document = org.control("org").await;
    assert_eq!(document["profileEnrollment"]["profileAttributes"][3]["pattern"], "E[0-9]{4}");
    assert_eq!(document["password"]["complexity"]["minLength"], 8, "{document:#}");
    let reply = put(&org, &json!({"document": document})).await;
    assert_eq!((reply.status, reply.json()), (200, document.clone()));
    assert_eq!(org.control("org").await, document);
}

#[tokio::test]
async fn password_policy_changed_mid_transaction_applies_to_the_next_request() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.choose("okta_password", json!({})).await;
    let reply = put(&org, &long_passwords()).await;
    assert_eq!(reply.status, 200, "{:?}", reply.bytes);
    assert_eq!(reply.json()["password"]["complexity"]["minLength"], 30);

    assert_eq!(mary.passcode(PASSWORD).await.status, 401);
    assert_eq!(
        mary.page["currentAuthenticator"]["value"]["settings"]["complexity"]["minLength"], 30,
        "{:#}",
        mary.page
    );
    assert_eq!(mary.passcode(LONG_PASSWORD).await.status, 200);
}

#[tokio::test]
async fn preset_replaces_the_document() {
    let org = Org::start().await;
    let reply = put(&org, &json!({"preset": "sign-up-denied"})).await;
    assert_eq!(reply.status, 200, "{:?}", reply.bytes);
    assert_eq!(reply.json()["profileEnrollment"]["unknownUserAction"], "DENY");
    let mary = org.sign_up().await;
    assert!(!mary.offered().contains(&"select-enroll-profile"), "{:?}", mary.offered());
}

#[tokio::test]
async fn invalid_document_keeps_the_old_one() {
    let org = Org::start().await;
    let before = org.control("org").await;
    let app = json!({"clientId": "", "type": "web", "redirectUris": ["localhost"]});
    let invalid = json!({
        "passwordErrorStatus": 418, "password": {"complexity": {"minLenght": 9, "minLength": 100}},
        "authenticators": {"okta_email": {"tokenLifetimeInMinutes": 0}}, "apps": [app, null],
    });
    let reply = put(&org, &json!({"document": invalid})).await;
    assert_eq!(reply.status, 400);
    let detail = reply.json()["detail"].as_str().unwrap().to_owned();
    for mistake in [
        "passwordErrorStatus: ",
        "minLenght: ",
        "minLength: ",
        "tokenLifetimeInMinutes: ",
        "missing key `label`",
        "apps[0].clientId: ",
        "apps[0].clientSecret: ",
        "apps[0].redirectUris[0]: ",
        "apps[1]: ",
    ] {
        assert!(detail.contains(mistake), "{mistake} is missing in {detail}");
    }
    for body in [
        json!([]),
        json!(["password-only-policy"]),
        json!({}),
        json!({"preset": "nonsense"}),
        json!({"preset": "sign-up-denied", "document": {}}),
        json!({"document": []}),
        json!({"org": {}}),
    ] {
        let reply = put(&org, &body).await;
        assert_eq!(reply.status, 400, "{body}: {:?}", reply.bytes);
        assert!(reply.json()["detail"].is_string(), "{body}: {:?}", reply.bytes);
    }
    assert_eq!(org.control("org").await, before);
}

#[tokio::test]
async fn policy_of_the_policy_api_can_be_put() {
    let org = Org::start().await;
    let rule = json!({
        "id": "rulTheId000000000001", "priority": 99, "system": true, "conditions": null,
        "actions": {"profileEnrollment": {"unknownUserAction": "DENY", "targetGroupIds": null, "uiSchemaId": "uis1"}},
    });
    let reply = put(&org, &json!({"document": {"profileEnrollment": rule}})).await;
    assert_eq!(reply.status, 200, "{:?}", reply.bytes);
    assert_eq!(reply.json()["profileEnrollment"]["unknownUserAction"], "DENY");
    assert_eq!(reply.json()["profileEnrollment"]["uiSchemaId"], Value::Null);
    let mary = org.sign_up().await;
    assert!(!mary.offered().contains(&"select-enroll-profile"), "{:?}", mary.offered());
}

#[tokio::test]
async fn reset_restores_the_initial_document() {
    let org = Org::start().await;
    let before = org.control("org").await;
    put(&org, &long_passwords()).await;
    assert_ne!(org.control("org").await, before);
    org.control_post("reset", &json!({})).await;
    assert_eq!(org.control("org").await, before);
}

#[tokio::test]
async fn journal_names_the_version_that_each_request_saw() {
    let org = Org::start().await;
    org.sign_up().await;
    put(&org, &long_passwords()).await;
    org.sign_up().await;
    let journal = org.control("journal").await;
    let versions: Vec<_> = journal["exchanges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|exchange| exchange["orgVersion"].as_u64())
        .collect();
    assert_eq!(versions, [Some(1), Some(1), Some(2), Some(2)]);
}
