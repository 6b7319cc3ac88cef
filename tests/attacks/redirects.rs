//! Redirect URIs: a browser must never be sent to an address that the app did not register.

use hyper::Method;
use idx_tests::http::encode_form;
use idx_tests::org::PUBLIC_CLIENT;
use serde_json::json;

use crate::Org;

/// Addresses that start like `http://localhost:*`, which every preset registers, but lead elsewhere or nowhere.
const UNREGISTERED: [&str; 14] = [
    "http://localhost:1@evil.example/",
    "http://localhost:@evil.example/",
    "http://localhost:a.evil.example/",
    "http://localhost:1\\@evil.example/",
    "http://localhost.evil.example:8080/callback",
    "http://localhost@evil.example/",
    "http://localhost:8080/#fragment",
    "http://localhost:99999/callback",
    "http://localhost:8080/\r\nSet-Cookie: sid=evil",
    "http://localhost:8080/\tcallback",
    "http://localhost:8080/callback\u{0}",
    "http:localhost:8080/callback",
    "javascript:alert(1)//http://localhost:8080/",
    "//localhost:8080/callback",
];

#[tokio::test]
async fn interact_refuses_an_address_that_only_starts_like_a_registered_one() {
    let org = Org::start().await;
    for uri in UNREGISTERED {
        let reply = interact(&org, uri).await;
        assert_eq!(reply, (400, "invalid_request".to_owned()), "{uri:?}");
    }
    assert_eq!(interact(&org, "http://localhost:8080/login/callback").await.0, 200);
}

#[tokio::test]
async fn logout_redirects_to_no_unregistered_address() {
    let org = Org::start().await;
    for uri in UNREGISTERED {
        let query = encode_form(&[("client_id", PUBLIC_CLIENT), ("post_logout_redirect_uri", uri)]);
        let url = org.url(&format!("/oauth2/default/v1/logout?{query}"));
        let reply = org.http.send(Method::GET, &url, &[], "").await;
        assert_eq!((reply.status, reply.header("location")), (400, ""), "{uri:?}");
    }
}

#[tokio::test]
async fn org_with_an_unsafe_address_is_refused() {
    let org = Org::start().await;
    for uri in [
        "javascript:alert(1)",
        "data:text/html,*",
        "http://user@localhost/",
        "http://localhost/\r\n",
    ] {
        let app = json!({"label": "A", "clientId": "0oa1", "redirectUris": [uri]});
        let document = json!({"document": {"apps": [app]}});
        let reply = org.control_post("orgs", &document).await;
        assert_eq!(reply.status, 400, "{uri:?}");
        assert_eq!(reply.json()["mistakes"][0]["path"], json!(["apps", 0, "redirectUris", 0]));
    }
}

#[tokio::test]
async fn org_with_an_unsafe_callback_is_refused() {
    let org = Org::start().await;
    for key in ["emailVerificationCallback", "initiateLoginUri"] {
        for uri in ["javascript:alert(1)", "http://localhost/\r\nSet-Cookie: a=b", "localhost"] {
            let app = json!({"label": "A", "clientId": "0oa1", key: uri});
            let reply = org.control_post("orgs", &json!({"document": {"apps": [app]}})).await;
            assert_eq!(reply.status, 400, "{key} {uri:?}");
            assert_eq!(reply.json()["mistakes"][0]["path"], json!(["apps", 0, key]));
        }
    }
}

async fn interact(org: &Org, uri: &str) -> (u16, String) {
    let reply = org.interact(uri).await;
    let error = reply.json()["error"].as_str().unwrap_or_default().to_owned();
    (reply.status, error)
}
