//! File handles: a server without free handles refuses connections, keeps those that it has, and recovers.

use hyper::Method;
use idx_tests::raw::Raw;
use idxlab::{Emulator, Limits};
use serde_json::json;

use crate::Org;

const HEALTH: &str = "GET /_idxlab/api/health HTTP/1.1\r\nhost: localhost\r\n\r\n";

async fn is_served(raw: &mut Raw) -> bool {
    raw.send(HEALTH).await;
    let (head, _) = raw.response().await;
    if head.starts_with("http/1.1 200") {
        return true;
    }
    assert!(head.starts_with("http/1.1 503"), "{head}");
    assert!(head.contains("\r\nretry-after: 1\r\n"), "{head}");
    assert!(head.contains("\r\nconnection: close\r\n"), "{head}");
    assert!(raw.is_closed().await);
    false
}

/// Connects until a connection is served, since the server may not have noticed yet that others are closed.
async fn connect_served(base_url: &str) -> Raw {
    let connected = tokio::time::timeout(std::time::Duration::from_secs(10), async {
        loop {
            let mut raw = Raw::connect(base_url).await;
            if is_served(&mut raw).await {
                return raw;
            }
        }
    });
    connected.await.expect("closed connections free their handles")
}

#[tokio::test]
async fn connection_over_the_limit_gets_503_until_others_close() {
    let limits = Limits { connections: 6, ..Limits::default() };
    let org = Org::of(Emulator::builder().limits(limits)).await;
    // The client of `org` keeps one connection, and the sockets of the new org take two handles.
    assert_eq!(org.control_post("orgs", &json!({"id": "a"})).await.status, 201);
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut raw = Raw::connect(org.base_url()).await;
        assert!(is_served(&mut raw).await);
        open.push(raw);
    }
    for _ in 0..40 {
        let mut raw = Raw::connect(org.base_url()).await;
        assert!(!is_served(&mut raw).await);
    }
    let refused = org.control_post("orgs", &json!({})).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "1"));
    assert!(is_served(&mut open[0]).await);
    open.pop();
    let again = connect_served(org.base_url()).await;
    // A deleted org frees the handles of its sockets.
    let url = org.control_url("orgs/a");
    assert_eq!(org.http.send(Method::DELETE, &url, &[], "").await.status, 204);
    drop(again);
    let _both = (connect_served(org.base_url()).await, connect_served(org.base_url()).await);
}

#[cfg(target_os = "linux")]
mod process {
    use idx_tests::command::Serving;

    use super::*;

    #[tokio::test]
    async fn soft_limit_is_raised() {
        let serving = Serving::start_in_shell("ulimit -Sn 100");
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", serving.id())).unwrap();
        let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
        let numbers: Vec<_> = line.split_whitespace().skip(3).take(2).collect();
        assert_eq!(numbers[0], numbers[1], "{line}");
        assert_ne!(numbers[0], "100", "the hard limit is too low for this test");
    }

    #[tokio::test]
    async fn server_without_free_handles_keeps_its_connections() {
        let serving = Serving::start_in_shell("ulimit -n 100");
        let base_url = serving.ready["baseUrl"].as_str().unwrap().to_owned();
        let mut first = Raw::connect(&base_url).await;
        assert!(is_served(&mut first).await);
        let mut open = Vec::new();
        let mut refused = 0;
        for _ in 0..150 {
            let mut raw = Raw::connect(&base_url).await;
            match is_served(&mut raw).await {
                true => open.push(raw),
                false => refused += 1,
            }
            assert!(is_served(&mut first).await);
        }
        // 100 handles without a reserve of 64 are 36 connections.
        assert_eq!((open.len(), refused), (35, 115));
        drop(open);
        connect_served(&base_url).await;
    }
}
