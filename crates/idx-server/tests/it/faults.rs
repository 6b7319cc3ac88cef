//! Each fault, as the client sees it.

use serde_json::{Value, json};

use crate::support::{Running, profile};

const KEYS: &str = "/oauth2/v1/keys";

async fn with(fault: Value) -> Running {
    let org = Running::start("").await;
    org.control("PUT", "faults", &json!({"rules": [{"match": {"path": KEYS}, "fault": fault}]}))
        .await;
    org
}

#[tokio::test]
async fn dropped_request_is_handled_only_by_drop_after() {
    let org = Running::start("").await;
    let handle = org.on_profile_page().await;
    let rule = |kind: &str| json!({"rules": [{"match": {"path": "/idp/idx/enroll/new"}, "fault": {"kind": kind}}]});

    org.control("PUT", "faults", &rule("drop-before")).await;
    assert!(org.idx("enroll/new", &profile(&handle, "mary@example.com")).await.is_none());
    assert_eq!(org.control("GET", "users", &Value::Null).await["users"], json!([]));

    org.control("PUT", "faults", &rule("drop-after")).await;
    assert!(org.idx("enroll/new", &profile(&handle, "mary@example.com")).await.is_none());
    assert_eq!(
        org.control("GET", "users", &Value::Null).await["users"][0]["login"],
        "mary@example.com"
    );

    org.control("DELETE", "faults", &Value::Null).await;
    let again = org.idx("introspect", &json!({"stateHandle": handle})).await.unwrap();
    assert_eq!(again.remediations(), ["select-authenticator-enroll"]);
}

#[tokio::test]
async fn truncated_response_is_shorter_than_announced() {
    let reply = with(json!({"kind": "truncate", "bytes": 10})).await.get(KEYS).await.unwrap();
    assert_eq!(reply.body, r#"{"keys":[{"#);
    assert!(reply.head.contains("content-length: 462"), "{}", reply.head);
}

#[tokio::test]
async fn malformed_or_mislabelled_response_is_complete() {
    let reply = with(json!({"kind": "malformed"})).await.get(KEYS).await.unwrap();
    assert!(serde_json::from_str::<Value>(&reply.body).is_err());
    assert_eq!(reply.status, 200);
    let reply = with(json!({"kind": "content-type"})).await.get(KEYS).await.unwrap();
    assert!(reply.head.contains("content-type: text/html"), "{}", reply.head);
    assert_eq!(reply.json()["keys"][0]["kty"], "RSA");
}

#[tokio::test]
async fn status_and_rate_limit_replace_the_response() {
    let reply = with(json!({"kind": "status", "status": 502, "body": "<h1>no</h1>"}))
        .await
        .get(KEYS)
        .await
        .unwrap();
    assert_eq!((reply.status, reply.body.as_str()), (502, "<h1>no</h1>"));
    let reply = with(json!({"kind": "rate-limit"})).await.get(KEYS).await.unwrap();
    assert_eq!((reply.status, &reply.json()["errorCode"]), (429, &json!("E0000047")));
    assert!(reply.head.contains("x-rate-limit-remaining: 0"), "{}", reply.head);
}

#[tokio::test]
async fn delayed_request_is_handled_and_control_api_has_no_faults() {
    let org = with(json!({"kind": "delay", "duration": "PT0.05S"})).await;
    assert_eq!(org.get(KEYS).await.unwrap().status, 200);
    org.control("PUT", "faults", &json!({"rules": [{"fault": {"kind": "drop-before"}}]})).await;
    assert!(org.get(KEYS).await.is_none());
    assert_eq!(org.control("GET", "health", &Value::Null).await["status"], "ok");
}

#[tokio::test]
async fn message_is_lost_duplicated_or_late() {
    let org = Running::start("").await;
    org.control("POST", "clock", &json!({"freeze": true})).await;
    let rule = |fault: Value| json!({"rules": [{"match": {"count": 1}, "fault": fault}]});

    org.control("PUT", "faults", &rule(json!({"kind": "message-lost"}))).await;
    org.send_mail_to("lost@example.com").await;
    assert_eq!(org.messages().await, 0);

    org.control("PUT", "faults", &rule(json!({"kind": "message-duplicate"}))).await;
    org.send_mail_to("twice@example.com").await;
    assert_eq!(org.messages().await, 2);

    org.control("PUT", "faults", &rule(json!({"kind": "message-late", "duration": "PT2M"}))).await;
    org.send_mail_to("late@example.com").await;
    assert_eq!(org.messages().await, 2);
    org.control("POST", "clock", &json!({"advance": "PT2M"})).await;
    assert_eq!(org.messages().await, 3);
}

#[tokio::test]
async fn rule_for_a_step_applies_and_is_in_the_journal() {
    let org = Running::start("").await;
    let handle = org.on_profile_page().await;
    let rule = json!({"id": "slow gateway", "match": {"step": "enroll-profile"}, "fault": {"kind": "status", "status": 504}});
    org.control("PUT", "faults", &json!({"rules": [rule]})).await;
    assert_eq!(org.idx("introspect", &json!({"stateHandle": handle})).await.unwrap().status, 504);
    assert_eq!(org.get(KEYS).await.unwrap().status, 200);
    let journal = org.control("GET", "journal", &Value::Null).await;
    let faults: Vec<&Value> = journal["exchanges"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry.get("fault"))
        .collect();
    assert_eq!(faults, ["slow gateway"]);
}

#[tokio::test]
async fn preflight_is_neither_faulty_nor_counted() {
    let org = Running::start("").await;
    let rule =
        json!({"match": {"path": KEYS, "nth": 2}, "fault": {"kind": "status", "status": 504}});
    org.control("PUT", "faults", &json!({"rules": [rule]})).await;
    let mut statuses = Vec::new();
    for _ in 0..2 {
        statuses.push(org.preflight(KEYS).await.unwrap().status);
        statuses.push(org.get(KEYS).await.unwrap().status);
        statuses.push(org.preflight(KEYS).await.unwrap().status);
    }
    assert_eq!(statuses, [204, 200, 204, 204, 504, 204]);
}
