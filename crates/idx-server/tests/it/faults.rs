//! Each kind of fault, as the client meets it.

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
async fn connections_break_before_and_after_the_request_is_handled() {
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
async fn a_truncated_answer_announces_more_than_it_brings() {
    let reply = with(json!({"kind": "truncate", "bytes": 10})).await.get(KEYS).await.unwrap();
    assert_eq!(reply.body, r#"{"keys":[{"#);
    assert!(reply.head.contains("content-length: 462"), "{}", reply.head);
}

#[tokio::test]
async fn what_is_malformed_or_of_another_type_arrives_whole() {
    let reply = with(json!({"kind": "malformed"})).await.get(KEYS).await.unwrap();
    assert!(serde_json::from_str::<Value>(&reply.body).is_err());
    assert_eq!(reply.status, 200);
    let reply = with(json!({"kind": "content-type"})).await.get(KEYS).await.unwrap();
    assert!(reply.head.contains("content-type: text/html"), "{}", reply.head);
    assert_eq!(reply.json()["keys"][0]["kty"], "RSA");
}

#[tokio::test]
async fn statuses_and_rate_limits_stand_in_for_the_answer() {
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
async fn a_delayed_request_is_answered_all_the_same_and_the_control_api_never_fails() {
    let org = with(json!({"kind": "delay", "duration": "PT0.05S"})).await;
    assert_eq!(org.get(KEYS).await.unwrap().status, 200);
    org.control("PUT", "faults", &json!({"rules": [{"fault": {"kind": "drop-before"}}]})).await;
    assert!(org.get(KEYS).await.is_none());
    assert_eq!(org.control("GET", "health", &Value::Null).await["status"], "ok");
}

#[tokio::test]
async fn messages_are_lost_doubled_and_late() {
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
async fn a_step_is_known_by_its_name_and_the_journal_names_the_rule() {
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
