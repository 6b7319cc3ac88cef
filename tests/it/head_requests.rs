//! HEAD: each address that responds to GET responds to HEAD in the same way, without a body (RFC 9110 9.3.2).

use hyper::Method;
use idx_tests::raw::Raw;

use crate::Org;

#[tokio::test]
async fn head_has_the_status_and_headers_of_get() {
    let org = Org::start().await;
    org.freeze("2030-01-01T00:00:00.000Z").await;
    for path in [
        "/oauth2/default/v1/keys",
        "/oauth2/default/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/oauth2/v1/userinfo",
        "/oauth2/default/v1/logout",
        "/oauth2/default/v1/authorize",
        "/email/verify/0oa?token=unknown",
        "/tokens/unknown/verify",
        "/_idxlab",
        "/_idxlab/",
        "/_idxlab/api/health",
        "/_idxlab/api/clock",
        "/_idxlab/api/graph",
        "/_idxlab/api/openapi.json",
        "/_idxlab/api/users/unknown",
        "/idp/idx/introspect",
        "/unknown",
    ] {
        let get = org.http.send(Method::GET, &org.url(path), &[], "").await;
        let head = org.http.exchange_without_check(Method::HEAD, &org.url(path)).await;
        assert_eq!((head.status, head.bytes.len()), (get.status, 0), "{path}");
        for name in ["content-type", "allow", "location", "cache-control"] {
            assert_eq!(head.headers.get(name), get.headers.get(name), "{name} of {path}");
        }
        // The length of an empty body can be omitted.
        let length =
            head.headers.get("content-length").map_or("0", |value| value.to_str().unwrap());
        assert_eq!(length, get.header("content-length"), "{path}");
    }
}

#[tokio::test]
async fn allow_lists_head_beside_get() {
    let org = Org::start().await;
    for (path, allowed) in [
        ("/oauth2/v1/keys", "GET, HEAD"),
        ("/_idxlab/", "GET, HEAD"),
        ("/oauth2/v1/userinfo", "GET, HEAD, POST"),
        ("/idp/idx/introspect", "POST"),
    ] {
        let reply = org.http.send(Method::DELETE, &org.url(path), &[], "").await;
        assert_eq!((reply.status, reply.header("allow")), (405, allowed), "{path}");
    }
}

/// A client that reads a body would take the next response for it.
#[tokio::test]
async fn connection_continues_behind_a_head_request() {
    let org = Org::start().await;
    let mut raw = Raw::connect(org.base_url()).await;
    raw.send("HEAD /_idxlab/ HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    raw.send("GET /_idxlab/api/health HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let text = raw.text_until("\"}").await;
    assert_eq!(text.matches("http/1.1 200").count(), 2, "{text}");
    assert!(!text.contains("<html"), "{text}");
}
