//! Connections: every request gets its response, and a client that misbehaves costs only its own connection.

use hyper::Method;
use idx_tests::command::Serving;
use idx_tests::raw::Raw;
use idx_walker::Walker as _;
use serde_json::{Value, json};

use crate::Org;

const HEALTH: &str = "GET /_idxlab/api/health HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn stray_line_end_after_a_body_delays_no_response() {
    let org = Org::start().await;
    let mut raw = Raw::connect(org.base_url()).await;
    let request =
        "POST /idp/idx/introspect HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}";
    for stray in ["\r\n", "\n", "\r\n\r\n"] {
        raw.send(format!("{request}{stray}")).await;
        assert!(raw.response().await.0.starts_with("http/1.1 400"), "{stray:?}");
    }
}

#[tokio::test]
async fn response_is_sent_before_the_next_request_is_complete() {
    let org = Org::start().await;
    let mut raw = Raw::connect(org.base_url()).await;
    raw.send(format!("{HEALTH}GET /_idxlab/api/he")).await;
    assert!(raw.response().await.0.starts_with("http/1.1 200"));
    raw.send("alth HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(raw.response().await.0.starts_with("http/1.1 200"));
}

#[tokio::test]
async fn malformed_request_gets_an_error_even_behind_a_valid_one() {
    let org = Org::start().await;
    let many: String = (0..101).map(|index| format!("a{index}: b\r\n")).collect();
    let long = format!("GET / HTTP/1.1\r\nhost: localhost\r\na: {}\r\n\r\n", "b".repeat(300_000));
    for (malformed, status) in [
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), 400),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n".to_owned(), 400),
        (format!("GET / HTTP/1.1\r\nhost: localhost\r\n{many}\r\n"), 431),
        (long, 431),
    ] {
        for before in ["", HEALTH] {
            let mut raw = Raw::connect(org.base_url()).await;
            raw.send(format!("{before}{malformed}")).await;
            if !before.is_empty() {
                assert!(raw.response().await.0.starts_with("http/1.1 200"));
            }
            let (head, _) = raw.response().await;
            let shown = malformed.chars().take(40).collect::<String>();
            assert!(head.starts_with(&format!("http/1.1 {status}")), "{shown:?}: {head}");
        }
    }
}

/// The system buffers a few megabytes of responses on both sides. A server without a limit of its own would buffer all of them.
#[tokio::test]
async fn client_that_does_not_read_is_not_served_further() {
    const SENT: u64 = 6_000;
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    let handle = mary.page["stateHandle"].clone();
    let body = json!({"stateHandle": handle}).to_string();
    let head = "POST /idp/idx/introspect HTTP/1.1\r\nhost: localhost\r\ncontent-length: ";
    let request = format!("{head}{}\r\n\r\n{body}", body.len());
    let before = served(&org).await;
    let size = org.request(Method::POST, "/idp/idx/introspect", &body).await.bytes.len() as u64;
    assert!(SENT * size > 3 * SYSTEM_BUFFERS, "the responses are too small: {size} bytes");

    let mut raw = Raw::connect_with_small_buffer(org.base_url()).await;
    let sending = tokio::spawn(async move {
        raw.send(request.repeat(SENT as usize)).await;
        std::future::pending::<Raw>().await
    });
    // The emulator has one thread, which serves a ready connection before each of these calls completes. If the number stays the same, the
    // connection waits for its client.
    let (mut last, mut unchanged) = (before, 0);
    while unchanged < 200 {
        let now = served(&org).await;
        unchanged = if now == last && now > before + 1 { unchanged + 1 } else { 0 };
        last = now;
    }
    sending.abort();
    let of_client = last - before - 1;
    assert!(of_client * size < 2 * SYSTEM_BUFFERS, "{of_client} of {SENT} requests were served");
}

/// The default maximum of a socket's send buffer on Linux, in bytes. The receive buffer of the test is much smaller.
const SYSTEM_BUFFERS: u64 = 4 * 1024 * 1024;

/// The number of requests that the org has served.
async fn served(org: &Org) -> u64 {
    let limits = org.control("limits").await;
    let journal = &limits["collections"][0];
    assert_eq!(journal["name"], "journal");
    let number = |value: &Value| value.as_u64().expect("a number");
    number(&journal["count"]["used"]) + number(&journal["dropped"])
}

#[tokio::test]
async fn connection_with_an_unread_body_is_closed_with_notice() {
    let org = Org::start().await;
    let long = "x".repeat(100_000);
    for (head, status) in [
        // Too large for an org, refused before it is read, and on a call without a body.
        ("POST /idp/idx/introspect HTTP/1.1\r\nhost: localhost\r\n", 413),
        ("POST /_idxlab/api/reset HTTP/1.1\r\nhost: evil.example\r\n", 403),
        ("GET /_idxlab/ HTTP/1.1\r\nhost: localhost\r\n", 200),
        ("GET /favicon.ico HTTP/1.1\r\nhost: localhost\r\n", 404),
    ] {
        let sized = format!("{head}content-length: {}\r\n\r\n{long}", long.len());
        let chunked =
            format!("{head}transfer-encoding: chunked\r\n\r\n186a0\r\n{long}\r\n0\r\n\r\n");
        for request in [sized, chunked] {
            let mut raw = Raw::connect(org.base_url()).await;
            raw.send(request).await;
            let (response, _) = raw.response().await;
            assert!(response.starts_with(&format!("http/1.1 {status}")), "{head}: {response}");
            assert!(response.contains("\r\nconnection: close\r\n"), "{head}: {response}");
            assert!(raw.is_closed().await, "{head}");
        }
    }
    // A body that was read keeps the connection.
    let mut raw = Raw::connect(org.base_url()).await;
    for _ in 0..2 {
        raw.send(
            "POST /_idxlab/api/reset HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}",
        )
        .await;
        let (response, _) = raw.response().await;
        assert!(!response.contains("connection: close"), "{response}");
    }
}

#[tokio::test]
async fn client_that_closes_its_direction_still_receives_the_response() {
    let org = Org::start().await;
    let mut raw = Raw::connect(org.base_url()).await;
    raw.send(HEALTH).await;
    raw.finish().await;
    assert!(raw.response().await.0.starts_with("http/1.1 200"));
    assert!(raw.is_closed().await);
}

/// The number of open file handles shows that the server has let the connections go.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn long_poll_of_a_gone_client_ends() {
    let serving = Serving::start(&[]);
    let handles = || {
        let folder = format!("/proc/{}/fd", serving.id());
        std::fs::read_dir(folder).expect("the process runs").count()
    };
    let base_url = serving.ready["baseUrl"].as_str().expect("it is text").to_owned();
    let before = handles();
    let mut waiting = Vec::new();
    for pipelined in ["", HEALTH] {
        for _ in 0..10 {
            let mut raw = Raw::connect(&base_url).await;
            let request = "GET /_idxlab/api/messages?wait=60 HTTP/1.1\r\nhost: localhost\r\n\r\n";
            raw.send(format!("{request}{pipelined}")).await;
            waiting.push(raw);
        }
    }
    wait_until(&base_url, || handles() >= before + 20).await;
    drop(waiting);
    wait_until(&base_url, || handles() < before + 5).await;
}

/// Sends requests until the condition holds, for far less time than the long poll lasts.
#[cfg(target_os = "linux")]
async fn wait_until(base_url: &str, holds: impl Fn() -> bool) {
    let mut raw = Raw::connect(base_url).await;
    let limit = std::time::Duration::from_secs(20);
    let waited = tokio::time::timeout(limit, async {
        while !holds() {
            raw.send(HEALTH).await;
            let (_, body) = raw.response().await;
            assert!(serde_json::from_slice::<Value>(&body).is_ok());
        }
    });
    waited.await.expect("the condition holds in time");
}
