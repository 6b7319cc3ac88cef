//! Invalid input from the network always gets an error in Okta's format, never an empty 500, and never stops the server.

use hyper::Method;
use idx_tests::validator::{Response, violations};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Org;

#[tokio::test]
async fn malformed_body_gets_an_error_in_oktas_format() {
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
            // At the start page, `enroll` opens the profile form and ignores other members of the body.
            assert!(
                (400..500).contains(&reply.status) || (path == "enroll" && reply.status == 200),
                "{path} returns {} for {shown}",
                reply.status
            );
            assert_valid(&reply, &format!("{path} {shown}"));
        }
    }
    assert_eq!(org.control("health").await["status"], "ok");
}

#[tokio::test]
async fn binary_body_is_refused() {
    let org = Org::start().await;
    let headers = [("content-type", "application/json")];
    let reply = org
        .http
        .send(Method::POST, &org.url("/idp/idx/introspect"), &headers, vec![0xff, 0xfe, 0x00])
        .await;
    assert_eq!((reply.status, reply.json()["errorCode"].clone()), (400, json!("E0000003")));
}

#[tokio::test]
async fn huge_body_is_refused_before_it_is_read() {
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
async fn unknown_path_or_method_gets_an_api_error() {
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
        assert_valid(&reply, path);
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
async fn missing_and_unknown_state_handles_get_different_errors() {
    let org = Org::start().await;
    let missing = org.request(Method::POST, "/idp/idx/enroll", "{}").await;
    let message = &missing.json()["messages"]["value"][0];
    assert_eq!(
        (missing.status, message["message"].clone()),
        (400, json!("'stateHandle' is required."))
    );
    let unknown =
        org.request(Method::POST, "/idp/idx/enroll", r#"{"stateHandle":"02unknown"}"#).await;
    let message = &unknown.json()["messages"]["value"][0];
    assert_eq!(
        (unknown.status, message["i18n"]["key"].clone()),
        (401, json!("idx.session.expired"))
    );
}

#[tokio::test]
async fn bytes_that_are_not_http_do_not_stop_the_server() {
    let org = Org::start().await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01"[..],
        b"GET / HTTP/9\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
    ] {
        let mut stream = connect(&org).await;
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut response = Vec::new();
        let _ = stream.read_to_end(&mut response).await;
        assert!(!String::from_utf8_lossy(&response).starts_with("HTTP/1.1 5"), "{bytes:?}");
    }
    assert_eq!(org.control("health").await["status"], "ok");
}

#[tokio::test]
async fn request_without_host_or_media_type_is_served() {
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
fn assert_valid(reply: &idx_tests::http::Reply, request: &str) {
    let body = reply.json();
    let media_type = Some(reply.header("content-type"));
    let found =
        violations(Response { status: Some(reply.status), media_type, origin: None, body: &body });
    assert!(found.is_empty(), "{request}: {found:#?} in {body:#}");
}

async fn connect(org: &Org) -> TcpStream {
    let address = org.base_url();
    let port = address
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("the address contains a port");
    TcpStream::connect(("127.0.0.1", port)).await.expect("the org listens on IPv4 loopback")
}

async fn status_line(stream: &mut TcpStream) -> String {
    let mut response = Vec::new();
    while !response.contains(&b'\n') {
        let mut buffer = [0; 1024];
        match stream.read(&mut buffer).await.expect("the server responds before it closes") {
            0 => break,
            read => response.extend_from_slice(&buffer[..read]),
        }
    }
    String::from_utf8_lossy(&response).lines().next().unwrap_or_default().to_owned()
}
