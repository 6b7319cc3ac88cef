//! Request bodies: arrays in place of objects and oversized bodies are refused.

use hyper::Method;
use serde_json::{Value, json};

use crate::Org;

#[tokio::test]
async fn array_in_place_of_an_object_of_the_control_api_is_refused() {
    let org = Org::start().await;
    for (method, path, body) in [
        (Method::PUT, "faults", json!([[]])),
        (Method::PUT, "faults", json!({"rules": [["a", {}, {"kind": "drop-after"}]]})),
        (Method::PUT, "faults", rule(&json!(["/idp/*"]), &json!({"kind": "drop-after"}))),
        (Method::PUT, "faults", rule(&json!({}), &json!(["drop-after"]))),
        (Method::PUT, "faults", rule(&json!({}), &json!(["status", 500, null]))),
        (Method::POST, "clock", json!([true])),
        (Method::POST, "orgs", json!(["a"])),
        (Method::POST, "orgs", json!({"clock": [true, "2026-01-01T00:00:00Z"]})),
        (Method::POST, "orgs", json!({"document": []})),
        (Method::POST, "orgs", json!({"document": {"apps": [["App", "0oaabcdefgh"]]}})),
        (Method::POST, "orgs", json!({"document": {"authenticators": [{}]}})),
        (Method::PUT, "org", json!(["magic-link"])),
        (Method::PUT, "org", json!({"document": [{}]})),
        (Method::POST, "users", json!([{"email": "a@example.com"}, "ACTIVE"])),
        (Method::POST, "users", json!({"profile": ["a@example.com"], "status": "ACTIVE"})),
    ] {
        let headers = [("content-type", "application/json")];
        let url = org.control_url(path);
        let reply = org.http.send(method, &url, &headers, body.to_string()).await;
        assert_eq!(reply.status, 400, "{path} {body}: {:?}", reply.bytes);
    }
    assert_eq!(org.control("faults").await, json!({"rules": []}));
    assert_eq!(org.control("users").await, json!({"users": []}));
}

#[tokio::test]
async fn array_in_place_of_an_object_of_an_idx_body_is_refused() {
    let org = Org::start().await;
    let sign_up = org.sign_up().await;
    let handle = &sign_up.page["stateHandle"];
    for (path, body) in [
        ("introspect", json!([handle])),
        ("enroll/new", json!({"stateHandle": handle, "userProfile": ["Mary"]})),
        ("challenge/answer", json!({"stateHandle": handle, "credentials": ["123456"]})),
        ("credential/enroll", json!({"stateHandle": handle, "authenticator": ["aut1", "sms"]})),
    ] {
        let reply = org.request(Method::POST, &format!("/idp/idx/{path}"), &body.to_string()).await;
        assert_eq!(reply.status, 400, "{path}: {:?}", reply.bytes);
        assert_eq!(reply.json()["messages"]["value"][0]["message"], "Bad request.", "{path}");
    }
}

#[tokio::test]
async fn body_over_the_limit_is_refused() {
    let org = Org::start().await;
    for (path, limit) in [("/idp/idx/introspect", 64 * 1024), ("/_idxlab/api/clock", 1024 * 1024)] {
        for (size, is_refused) in [(limit, false), (limit + 1, true)] {
            let body = format!("{{}}{}", " ".repeat(size - 2));
            let reply = org.request(Method::POST, path, &body).await;
            assert_eq!(reply.status == 413, is_refused, "{path} {size}: {}", reply.status);
        }
    }
}

fn rule(matching: &Value, fault: &Value) -> Value {
    json!({"rules": [{"match": matching, "fault": fault}]})
}
