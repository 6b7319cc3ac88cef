//! Request targets and Host lines (RFC 9112 3.2): one request has one host, and everything that reads the host agrees on it.

use idx_tests::raw::Raw;
use serde_json::{Value, json};

use crate::Org;

#[tokio::test]
async fn request_without_exactly_one_host_line_is_refused() {
    let org = Org::start().await;
    for (lines, status) in [
        ("host: localhost\r\n", 200),
        ("host: localhost\r\nhost: localhost\r\n", 400),
        ("host: localhost\r\nHOST: evil.example\r\n", 400),
        ("host: evil.example\r\nhost: localhost\r\n", 400),
        ("", 400),
    ] {
        for path in ["/_idxlab/api/health", "/.well-known/openid-configuration"] {
            let mut raw = Raw::connect(org.base_url()).await;
            raw.send(format!("GET {path} HTTP/1.1\r\n{lines}\r\n")).await;
            let (head, _) = raw.response().await;
            assert!(head.starts_with(&format!("http/1.1 {status}")), "{lines:?} {path}: {head}");
        }
    }
    // HTTP/1.0 has no Host line.
    let mut raw = Raw::connect(org.base_url()).await;
    raw.send("GET /.well-known/openid-configuration HTTP/1.0\r\n\r\n").await;
    assert!(raw.response().await.0.contains(" 200 "));
}

#[tokio::test]
async fn host_of_an_absolute_target_replaces_the_host_line() {
    let org = Org::start().await;
    org.control_post("orgs", &json!({"id": "two", "port": false})).await;
    for (target, host, issuer) in [
        ("http://localhost:1/", "evil.example", "http://localhost:1"),
        ("http://two.localhost:1/", "localhost:1", "http://two.localhost:1"),
        ("HTTP://TWO.LOCALHOST:1/", "localhost:1", "http://TWO.LOCALHOST:1"),
    ] {
        let path = format!("{target}.well-known/openid-configuration");
        let (status, document) = exchange(&org, &format!("GET {path}"), host).await;
        assert_eq!((status, &document["issuer"]), (200, &json!(issuer)), "{target}");
    }
    let (status, clock) = exchange(&org, "GET http://localhost/_idxlab/api/orgs/two", "a.b").await;
    assert_eq!((status, &clock["id"]), (200, &json!("two")));
}

#[tokio::test]
async fn untrusted_host_in_an_absolute_target_cannot_use_the_control_api() {
    let org = Org::start().await;
    for target in ["http://evil.example", "http://localhost.evil.example", "http://a@evil.example"]
    {
        let line = format!("POST {target}/_idxlab/api/reset");
        let (status, _) = exchange(&org, &line, "localhost").await;
        assert!(matches!(status, 400 | 403), "{target}: {status}");
    }
}

#[tokio::test]
async fn malformed_absolute_target_is_refused() {
    let org = Org::start().await;
    for target in ["ftp://localhost/", "http://user@localhost/", "http://user:pw@localhost/"] {
        let (status, _) = exchange(&org, &format!("GET {target}"), "localhost").await;
        assert_eq!(status, 400, "{target}");
    }
}

async fn exchange(org: &Org, line: &str, host: &str) -> (u16, Value) {
    let mut raw = Raw::connect(org.base_url()).await;
    raw.send(format!("{line} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 0\r\n\r\n")).await;
    let (head, body) = raw.response().await;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_default(), serde_json::from_slice(&body).unwrap_or_default())
}
