//! Nonsense from the network: always Okta's shape of error, never an empty 500, never a dead server.

use hyper::Method;
use idx_tests::validator::{Answer, violations};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Org;

#[tokio::test]
async fn malformed_bodies_are_refused_in_okta_s_shape() {
    let org = Org::start().await;
    let handle = org.sign_up().await.page["stateHandle"].clone();
    let bodies = [
        String::new(),
        "not JSON".into(),
        "[]".into(),
        "null".into(),
        "{\"stateHandle\":7}".into(),
        "{\"stateHandle\":".into(),
        json!({"stateHandle": handle, "userProfile": "Mary"}).to_string(),
        json!({"stateHandle": handle, "userProfile": [1, 2]}).to_string(),
        json!({"stateHandle": handle, "authenticator": 1}).to_string(),
        json!({"stateHandle": handle, "credentials": {"passcode": {}}}).to_string(),
        "[".repeat(10_000),
        "{\"a\":".repeat(10_000),
    ];
    for path in
        ["introspect", "enroll", "enroll/new", "credential/enroll", "challenge/answer", "skip"]
    {
        for body in &bodies {
            let reply = org.request(Method::POST, &format!("/idp/idx/{path}"), body).await;
            let shown: String = body.chars().take(60).collect();
            // A start page may open the profile form, whatever else the body holds.
            assert!(
                (400..500).contains(&reply.status) || (path == "enroll" && reply.status == 200),
                "{path} answers {} to {shown}",
                reply.status
            );
            assert_whole(&reply, &format!("{path} {shown}"));
        }
    }
    assert_eq!(org.control("health").await["status"], "ok");
}

#[tokio::test]
async fn a_body_that_is_not_text_is_refused() {
    let org = Org::start().await;
    let headers = [("content-type", "application/json")];
    let reply = org
        .http
        .send(Method::POST, &org.url("/idp/idx/introspect"), &headers, vec![0xff, 0xfe, 0x00])
        .await;
    assert_eq!((reply.status, reply.json()["errorCode"].clone()), (400, json!("E0000003")));
}

#[tokio::test]
async fn a_huge_body_is_refused_before_it_is_read() {
    let org = Org::start().await;
    let mut stream = connect(&org).await;
    let head = "POST /idp/idx/introspect HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    stream
        .write_all(format!("{head}content-length: 1073741824\r\n\r\n{{").as_bytes())
        .await
        .unwrap();
    let status = status_line(&mut stream).await;
    assert!(status.contains(" 413 ") || status.contains(" 400 "), "{status}");
}

#[tokio::test]
async fn unknown_paths_and_methods_have_an_api_error() {
    let org = Org::start().await;
    for path in [
        "/",
        "/nowhere",
        "/idp/idx",
        "/idp/idx/",
        "/idp/idx/nowhere",
        "/oauth2",
        "/oauth2/default/v1/nowhere",
        "/%00",
        "//",
    ] {
        let reply = org.request(Method::POST, path, "{}").await;
        assert_eq!(reply.status, 404, "{path}");
        assert_whole(&reply, path);
    }
    for (method, path) in
        [(Method::GET, "/idp/idx/introspect"), (Method::PUT, "/oauth2/default/v1/token")]
    {
        let reply = org.request(method, path, "").await;
        assert_eq!(
            (reply.status, reply.json()["errorCode"].clone()),
            (405, json!("E0000022")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_missing_or_foreign_state_handle_has_its_own_answer() {
    let org = Org::start().await;
    let missing = org.request(Method::POST, "/idp/idx/enroll", "{}").await;
    let message = &missing.json()["messages"]["value"][0];
    assert_eq!(
        (missing.status, message["message"].clone()),
        (400, json!("'stateHandle' is required."))
    );
    let foreign =
        org.request(Method::POST, "/idp/idx/enroll", r#"{"stateHandle":"02nobodys"}"#).await;
    let message = &foreign.json()["messages"]["value"][0];
    assert_eq!(
        (foreign.status, message["i18n"]["key"].clone()),
        (401, json!("idx.session.expired"))
    );
}

#[tokio::test]
async fn bytes_that_are_not_http_do_not_hurt() {
    let org = Org::start().await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01"[..],
        b"GET / HTTP/9\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
    ] {
        let mut stream = connect(&org).await;
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 5"), "{bytes:?}");
    }
    assert_eq!(org.control("health").await["status"], "ok");
}

#[tokio::test]
async fn a_request_without_host_or_media_type_is_served() {
    let org = Org::start().await;
    let handle = org.sign_up().await.interaction_handle;
    let body = json!({"interactionHandle": handle}).to_string();
    let reply = org.http.send(Method::POST, &org.url("/idp/idx/introspect"), &[], body).await;
    assert_eq!(reply.status, 200, "{:?}", reply.bytes);
    let mut stream = connect(&org).await;
    stream.write_all(b"GET /oauth2/default/v1/keys HTTP/1.0\r\n\r\n").await.unwrap();
    let status = status_line(&mut stream).await;
    assert!(status.contains(" 200 ") || status.contains(" 400 "), "{status}");
}

#[track_caller]
fn assert_whole(reply: &idx_tests::http::Reply, what: &str) {
    let body = reply.json();
    let media_type = Some(reply.header("content-type"));
    let found =
        violations(Answer { status: Some(reply.status), media_type, origin: None, body: &body });
    assert!(found.is_empty(), "{what}: {found:#?} in {body:#}");
}

async fn connect(org: &Org) -> TcpStream {
    let address = org.base_url();
    let port = address
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("the address names a port");
    TcpStream::connect(("127.0.0.1", port)).await.expect("the org listens on IPv4 loopback")
}

async fn status_line(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    while !answer.contains(&b'\n') {
        let mut some = [0; 1024];
        match stream.read(&mut some).await.expect("the server answers before it closes") {
            0 => break,
            read => answer.extend_from_slice(&some[..read]),
        }
    }
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}
