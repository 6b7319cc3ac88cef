//! The control API: no page of another origin and no untrusted client can read an org's secrets or reset the org.

use hyper::Method;
use idx_tests::command::{self, Serving};
use idx_tests::http::{Http, Reply};
use idx_walker::Walker as _;
use serde_json::json;

use crate::Org;

/// An origin that every preset trusts, which says nothing about the control API.
const OTHER_PORT: &str = "http://localhost:3000";

#[tokio::test]
async fn page_of_another_port_reads_and_changes_nothing() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    for (method, path) in [
        (Method::GET, "messages"),
        (Method::GET, "users"),
        (Method::GET, "journal"),
        (Method::GET, "orgs"),
        (Method::POST, "reset"),
        (Method::DELETE, "messages"),
        (Method::GET, "unknown"),
    ] {
        let url = org.control_url(path);
        for origin in [OTHER_PORT, "null", "http://evil.example", ""] {
            let reply = org.http.send(method.clone(), &url, &[("origin", origin)], "{}").await;
            assert_eq!(reply.status, 403, "{path} {origin}");
            assert_eq!(reply.header("access-control-allow-origin"), "", "{path} {origin}");
        }
        // Without an Origin: an image, a link, or `fetch` with the mode `no-cors`, which can measure time.
        for site in ["cross-site", "same-site", "unknown"] {
            let reply =
                org.http.send(method.clone(), &url, &[("sec-fetch-site", site)], "{}").await;
            assert_eq!(reply.status, 403, "{path} {site}");
        }
    }
    assert_eq!(org.logins().await, ["mary@example.com"]);
}

#[tokio::test]
async fn preflight_of_another_port_is_not_allowed() {
    let org = Org::start().await;
    let headers = [("origin", OTHER_PORT), ("access-control-request-method", "POST")];
    let reply = org.http.send(Method::OPTIONS, &org.control_url("reset"), &headers, "").await;
    assert_eq!(reply.header("access-control-allow-origin"), "");
    // The same page can use the org.
    let reply = org.http.send(Method::OPTIONS, &org.url("/idp/idx/introspect"), &headers, "").await;
    assert_eq!(reply.header("access-control-allow-origin"), OTHER_PORT);
}

#[tokio::test]
async fn trusted_origin_of_one_org_opens_no_org() {
    let org = Org::start().await;
    let document = json!({"document": {"trustedOrigins": ["https://evil.example"]}});
    let added = org.control_post("orgs", &document).await.json();
    let url = added["controlUrl"].as_str().unwrap();
    let headers = [("origin", "https://evil.example")];
    for path in ["messages", "orgs", "orgs/default"] {
        let reply = org.http.send(Method::GET, &format!("{url}/{path}"), &headers, "").await;
        assert_eq!(reply.status, 403, "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test]
async fn page_cannot_be_framed_and_runs_only_its_own_script() {
    let org = Org::start().await;
    for path in ["/_idxlab/", "/_idxlab/api/messages", "/_idxlab/api/unknown"] {
        let reply = org.http.send(Method::GET, &org.url(path), &[], "").await;
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{path}");
    }
    let page = org.url("/_idxlab/");
    let opened = |site, dest| {
        let org = &org;
        let page = &page;
        async move {
            let headers = [("sec-fetch-site", site), ("sec-fetch-dest", dest)];
            org.http.send(Method::GET, page, &headers, "").await.status
        }
    };
    assert_eq!(opened("none", "document").await, 200);
    assert_eq!(opened("same-site", "document").await, 200);
    assert_eq!(opened("same-site", "iframe").await, 403);
    assert_eq!(opened("cross-site", "document").await, 403);
}

#[tokio::test]
async fn health_needs_no_access() {
    let serving = Serving::start(&["--control-token", "secret"]);
    let url = format!("{}/health", serving.ready["controlUrl"].as_str().unwrap());
    let headers = [
        ("host", "rebound.example.com"),
        ("origin", "http://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    assert_eq!(Http::default().send(Method::GET, &url, &headers, "").await.status, 200);
}

#[tokio::test]
async fn configured_token_is_always_required() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "secret\n").unwrap();
    let file = file.to_str().unwrap();
    let variable = ("IDXLAB_CONTROL_TOKEN", "secret");
    for serving in [
        Serving::start(&["--control-token", "secret"]),
        Serving::start(&["--control-token-file", file]),
        Serving::start_with(&[], &[variable]),
        Serving::start_with(&["--control-token", "secret"], &[("IDXLAB_CONTROL_TOKEN", "other")]),
    ] {
        assert_eq!(serving.ready["controlToken"], "secret");
        assert_token_required(&serving, "secret").await;
    }
}

#[test]
fn token_is_generated_if_others_can_reach_the_public_url() {
    let serving = Serving::start(&["--public-url", "https://idx.example"]);
    assert!(serving.ready["controlToken"].is_string(), "{}", serving.ready);
    for local in ["http://localhost:8080", "http://idx.localhost", "https://127.0.0.1"] {
        let serving = Serving::start(&["--public-url", local]);
        assert_eq!(serving.ready.get("controlToken"), None, "{local}");
    }
}

#[tokio::test]
async fn control_origin_opens_the_control_api_to_that_page_only() {
    let serving = Serving::start(&["--control-origin", OTHER_PORT]);
    let url = format!("{}/users", serving.ready["controlUrl"].as_str().unwrap());
    let get = |origin| get_from(&url, origin);
    let trusted = get(OTHER_PORT).await;
    assert_eq!((trusted.status, trusted.header("access-control-allow-origin")), (200, OTHER_PORT));
    assert_eq!(get("http://localhost:3001").await.status, 403);
    assert_eq!(get("https://localhost:3000").await.status, 403);
    let headers = [("origin", OTHER_PORT), ("access-control-request-method", "POST")];
    let preflight = Http::default().send(Method::OPTIONS, &url, &headers, "").await;
    assert_eq!(preflight.header("access-control-allow-origin"), OTHER_PORT);
}

#[test]
fn unusable_token_or_origin_is_a_usage_error() {
    for arguments in [
        ["serve", "--control-token", ""],
        ["serve", "--control-token", "a\nb"],
        ["serve", "--control-token-file", "/nonexistent"],
        ["serve", "--control-origin", "localhost"],
        ["serve", "--control-origin", "*"],
    ] {
        let (code, output) = command::run(&arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(code, 2, "{arguments:?}: {error}");
        assert!(!error.is_empty(), "{arguments:?}");
    }
}

async fn get_from(url: &str, origin: &str) -> Reply {
    Http::default().send(Method::GET, url, &[("origin", origin)], "").await
}

async fn assert_token_required(serving: &Serving, token: &str) {
    let url = format!("{}/reset", serving.ready["controlUrl"].as_str().expect("it is text"));
    let bearer = format!("Bearer {token}");
    for (header, status) in
        [("", 401), ("Bearer", 401), ("Bearer wrong", 401), (bearer.as_str(), 204)]
    {
        let reply =
            Http::default().send(Method::POST, &url, &[("authorization", header)], "{}").await;
        assert_eq!(reply.status, status, "{header}");
    }
}
