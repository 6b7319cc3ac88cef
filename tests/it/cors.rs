//! CORS: every path answers preflights, echoes the origin and allows credentials.

use hyper::Method;

use crate::Org;

const ORIGIN: &str = "http://localhost:8080";

const PATHS: [&str; 21] = [
    "/.well-known/openid-configuration",
    "/oauth2/default/.well-known/openid-configuration",
    "/oauth2/v1/interact",
    "/oauth2/default/v1/interact",
    "/oauth2/default/v1/token",
    "/oauth2/default/v1/keys",
    "/oauth2/default/v1/userinfo",
    "/oauth2/default/v1/revoke",
    "/oauth2/default/v1/introspect",
    "/idp/idx/introspect",
    "/idp/idx/identify",
    "/idp/idx/identify/select",
    "/idp/idx/recover",
    "/idp/idx/enroll",
    "/idp/idx/enroll/new",
    "/idp/idx/credential/enroll",
    "/idp/idx/challenge/answer",
    "/idp/idx/challenge/resend",
    "/idp/idx/challenge/poll",
    "/idp/idx/skip",
    "/idp/idx/cancel",
];

#[tokio::test]
async fn every_path_answers_a_preflight() {
    let org = Org::start().await;
    for path in PATHS {
        let headers = [
            ("origin", ORIGIN),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type,x-okta-user-agent-extended"),
        ];
        let reply = org.http.send(Method::OPTIONS, &org.url(path), &headers, "").await;
        assert!((200..300).contains(&reply.status), "{path}: {}", reply.status);
        assert_eq!(reply.header("access-control-allow-origin"), ORIGIN, "{path}");
        assert_eq!(reply.header("access-control-allow-credentials"), "true", "{path}");
        let allowed = reply.header("access-control-allow-headers").to_lowercase();
        for name in ["content-type", "accept", "x-okta-user-agent-extended", "x-device-token"] {
            assert!(allowed.contains(name), "{path} does not allow {name}: {allowed}");
        }
        assert!(reply.header("access-control-allow-methods").contains("POST"), "{path}");
    }
}

#[tokio::test]
async fn error_responses_are_readable_across_origins() {
    let org = Org::start().await;
    let headers = [("origin", ORIGIN), ("content-type", "application/json")];
    for (path, body) in
        [("/idp/idx/introspect", "{}"), ("/idp/idx/enroll", "not JSON"), ("/nowhere", "")]
    {
        let reply = org.http.send(Method::POST, &org.url(path), &headers, body).await;
        assert!((400..500).contains(&reply.status), "{path}: {}", reply.status);
        assert_eq!(reply.header("access-control-allow-origin"), ORIGIN, "{path}");
        assert_eq!(reply.header("access-control-allow-credentials"), "true", "{path}");
        assert!(
            reply.header("vary").to_lowercase().contains("origin"),
            "{path}: {:?}",
            reply.headers
        );
    }
}

#[tokio::test]
async fn request_without_origin_gets_no_cors_headers() {
    let org = Org::start().await;
    let reply = org.http.get(&org.url("/oauth2/default/v1/keys")).await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, ""));
}
