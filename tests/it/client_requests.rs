//! What each OAuth endpoint checks: a table of client, endpoint and parameters, with the response.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use idx_tests::http::encode_form;
use idx_tests::org::{CODE_CHALLENGE, Org, PUBLIC_CLIENT, REDIRECT_URI, WEB_CLIENT};
use serde_json::{Value, json};

const CHALLENGE: (&str, &str) = ("code_challenge", CODE_CHALLENGE);
const METHOD: (&str, &str) = ("code_challenge_method", "S256");
const OPENID: (&str, &str) = ("scope", "openid");
const REDIRECT: (&str, &str) = ("redirect_uri", REDIRECT_URI);
const CODE: (&str, &str) = ("grant_type", "interaction_code");
const REFRESH: (&str, &str) = ("grant_type", "refresh_token");
const TOKEN: (&str, &str) = ("token", "unknown");

/// How the client identifies itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Client {
    Nobody,
    Public,
    PublicWithSecret,
    /// okta-idx-java sends `client_secret=null`.
    PublicWithNull,
    Web,
    WebInBody,
    WebWithoutSecret,
    WebWithWrongSecret,
    WebTwice,
    Unknown,
    UnreadableHeader,
}

/// A client, the parameters of its request, and the response: status, error and the start of its description.
type Row<'r> = (Client, &'r [(&'r str, &'r str)], u16, &'r str, &'r str);

const FAILED: &str = "Client authentication failed.";
const WRONG_SECRET: &str = "The client secret supplied";

#[tokio::test]
async fn interact_checks_client_and_parameters() {
    let valid = [OPENID, REDIRECT, CHALLENGE, METHOD];
    let without_pkce = [OPENID, REDIRECT];
    let rows: &[Row<'_>] = &[
        (Client::Public, &valid, 200, "", ""),
        (Client::PublicWithNull, &valid, 200, "", ""),
        (Client::Web, &valid, 200, "", ""),
        (Client::Web, &without_pkce, 200, "", ""),
        (Client::WebWithoutSecret, &valid, 200, "", ""),
        (Client::Nobody, &valid, 400, "invalid_client", "Invalid value for 'client_id'"),
        (Client::Unknown, &valid, 400, "invalid_client", "Invalid value for 'client_id'"),
        (Client::WebWithWrongSecret, &valid, 401, "invalid_client", WRONG_SECRET),
        (Client::WebTwice, &valid, 401, "invalid_request", "Cannot supply multiple"),
        (Client::PublicWithSecret, &valid, 401, "invalid_client", FAILED),
        (Client::UnreadableHeader, &valid, 401, "invalid_client", "Found Authentication header"),
        (Client::Public, &without_pkce, 400, "invalid_request", "PKCE code challenge is required"),
        (
            Client::Public,
            &[OPENID, REDIRECT, CHALLENGE],
            400,
            "invalid_request",
            "PKCE code challenge method",
        ),
        (
            Client::Public,
            &[REDIRECT, CHALLENGE, METHOD],
            400,
            "invalid_scope",
            "Requests for ID tokens",
        ),
        (
            Client::Public,
            &[("scope", "openid x"), REDIRECT, CHALLENGE, METHOD],
            400,
            "invalid_scope",
            "One or more",
        ),
        (
            Client::Public,
            &[OPENID, CHALLENGE, METHOD],
            400,
            "invalid_request",
            "The 'redirect_uri' parameter",
        ),
        (
            Client::Public,
            &[OPENID, ("redirect_uri", "https://x.example/"), CHALLENGE, METHOD],
            400,
            "invalid_request",
            "The 'redirect_uri' parameter",
        ),
        (
            Client::Web,
            &[OPENID, REDIRECT, ("activation_token", "x")],
            400,
            "invalid_request",
            "The activation token",
        ),
        (
            Client::Public,
            &[OPENID, REDIRECT, CHALLENGE, METHOD, ("activation_token", "x")],
            400,
            "invalid_request",
            "Only confidential",
        ),
        (
            Client::Public,
            &[OPENID, REDIRECT, CHALLENGE, METHOD, ("max_age", "2147483648")],
            400,
            "invalid_request",
            "Invalid value for 'max_age'",
        ),
        (
            Client::Public,
            &[OPENID, OPENID, REDIRECT, CHALLENGE, METHOD],
            400,
            "invalid_request",
            "The request contained multiple",
        ),
    ];
    check("interact", rows).await;
}

#[tokio::test]
async fn token_checks_client_and_parameters() {
    let code = [CODE, ("interaction_code", "unknown")];
    let refresh = [REFRESH, ("refresh_token", "unknown")];
    let unknown_refresh = "The refresh token is invalid or expired.";
    let rows: &[Row<'_>] = &[
        (Client::Public, &code, 400, "invalid_grant", "The interaction code is invalid"),
        (Client::PublicWithNull, &code, 400, "invalid_grant", "The interaction code is invalid"),
        (Client::Web, &code, 400, "invalid_grant", "The interaction code is invalid"),
        (Client::Public, &[CODE], 400, "invalid_grant", "The interaction code is invalid"),
        (Client::Public, &refresh, 400, "invalid_grant", unknown_refresh),
        (Client::Web, &refresh, 400, "invalid_grant", unknown_refresh),
        (
            Client::Public,
            &[REFRESH],
            400,
            "invalid_request",
            "The required parameter 'refresh_token'",
        ),
        (Client::Public, &[], 400, "invalid_request", "The token request must specify"),
        (
            Client::Public,
            &[("grant_type", "password")],
            400,
            "unsupported_grant_type",
            "The authorization grant type",
        ),
        (
            Client::Public,
            &[CODE, ("code", "a"), ("code", "b")],
            400,
            "invalid_request",
            "The request contained multiple",
        ),
    ];
    check("token", rows).await;
    for parameters in [&code[..], &refresh] {
        check("token", &unauthenticated(parameters)).await;
    }
}

#[tokio::test]
async fn introspect_and_revoke_check_client_and_parameters() {
    let rows: &[Row<'_>] = &[
        (Client::Public, &[TOKEN], 200, "", ""),
        (Client::PublicWithNull, &[TOKEN], 200, "", ""),
        (Client::Web, &[TOKEN], 200, "", ""),
        (Client::Public, &[], 400, "invalid_request", "The 'token' parameter is required."),
        (
            Client::Web,
            &[("token", "")],
            400,
            "invalid_request",
            "The 'token' parameter is required.",
        ),
        (Client::Web, &[TOKEN, TOKEN], 400, "invalid_request", "The request contained multiple"),
    ];
    for endpoint in ["introspect", "revoke"] {
        check(endpoint, rows).await;
        check(endpoint, &unauthenticated(&[TOKEN])).await;
    }
}

#[tokio::test]
async fn logout_checks_its_parameters() {
    let rows: &[Row<'_>] = &[
        (Client::Nobody, &[], 302, "", ""),
        (Client::Nobody, &[("post_logout_redirect_uri", "http://localhost:8080/")], 302, "", ""),
        (
            Client::Nobody,
            &[("post_logout_redirect_uri", "https://x.example/")],
            400,
            "invalid_request",
            "The 'post_logout",
        ),
        (
            Client::Nobody,
            &[("id_token_hint", "a.b.c")],
            401,
            "invalid_token",
            "The id token is invalid.",
        ),
        (
            Client::Nobody,
            &[("state", "a"), ("state", "b")],
            400,
            "invalid_request",
            "The request contained multiple",
        ),
    ];
    check("logout", rows).await;
}

/// The setting `tokenEndpointAuthMethod` of an app with this type, and the ways to authenticate that it allows.
#[tokio::test]
async fn app_authenticates_only_with_its_own_method() {
    const HEADER: Client = Client::Web;
    const BODY: Client = Client::WebInBody;
    const NOTHING: Client = Client::WebWithoutSecret;
    let server = Org::start().await;
    for (kind, method, allowed) in [
        ("web", None, &[HEADER, BODY][..]),
        ("web", Some("client_secret_basic"), &[HEADER]),
        ("web", Some("client_secret_post"), &[BODY]),
        ("web", Some("none"), &[NOTHING]),
        ("native", None, &[NOTHING]),
        ("native", Some("client_secret_basic"), &[HEADER]),
        ("native", Some("client_secret_post"), &[BODY]),
        ("spa", Some("none"), &[NOTHING]),
    ] {
        let has_secret = !allowed.contains(&NOTHING);
        let mut app = json!({"label": "A", "clientId": WEB_CLIENT, "type": kind});
        if let Some(method) = method {
            app["tokenEndpointAuthMethod"] = json!(method);
        }
        if has_secret {
            app["clientSecret"] = json!("s");
        }
        let org = server.added(&json!({"document": {"apps": [app]}})).await;
        for client in [HEADER, BODY, NOTHING] {
            let is_allowed = allowed.contains(&client);
            for (endpoint, parameters, status) in [
                ("token", &[REFRESH, ("refresh_token", "unknown")][..], 400),
                ("introspect", &[TOKEN], 200),
                ("revoke", &[TOKEN], 200),
            ] {
                let (status, error, description) = match is_allowed {
                    true if status == 400 => (400, "invalid_grant", "The refresh token is invalid"),
                    true => (status, "", ""),
                    false => (401, "invalid_client", FAILED),
                };
                let row = (client, parameters, status, error, description);
                send_rows(&org, endpoint, "s", &[row]).await;
            }
        }
    }
}

#[tokio::test]
async fn auth_method_that_cannot_work_is_refused() {
    let org = Org::start().await;
    for (kind, method, secret, key) in [
        ("web", "private_key_jwt", true, "tokenEndpointAuthMethod"),
        ("web", "client_secret_jwt", true, "tokenEndpointAuthMethod"),
        ("web", "tls_client_auth", true, "tokenEndpointAuthMethod"),
        ("spa", "client_secret_basic", true, "tokenEndpointAuthMethod"),
        ("native", "none", true, "clientSecret"),
    ] {
        let mut app = json!({"label": "A", "clientId": "0oa1", "type": kind});
        app["tokenEndpointAuthMethod"] = json!(method);
        if secret {
            app["clientSecret"] = json!("s");
        }
        let reply = org.control_post("orgs", &json!({"document": {"apps": [app]}})).await;
        let body = reply.json();
        assert_eq!(reply.status, 400, "{kind} {method}: {body}");
        assert_eq!(body["mistakes"][0]["path"], json!(["apps", 0, key]), "{body}");
        let is_known = ["client_secret_basic", "none"].contains(&method);
        let names_methods = body.to_string().contains("client_secret_post");
        assert!(is_known || names_methods, "{body}");
    }
}

/// The rows of every endpoint at which a client must authenticate.
fn unauthenticated<'r>(parameters: &'r [(&'r str, &'r str)]) -> Vec<Row<'r>> {
    [
        (Client::Nobody, 401, "invalid_client", "No client credentials found."),
        (Client::Unknown, 401, "invalid_client", FAILED),
        (Client::WebWithoutSecret, 401, "invalid_client", FAILED),
        (Client::WebWithWrongSecret, 401, "invalid_client", WRONG_SECRET),
        (Client::WebTwice, 401, "invalid_request", "Cannot supply multiple"),
        (Client::PublicWithSecret, 401, "invalid_client", FAILED),
        (Client::UnreadableHeader, 401, "invalid_client", "Found Authentication header"),
    ]
    .map(|(client, status, error, description)| (client, parameters, status, error, description))
    .to_vec()
}

/// Sends every row to the endpoint of both authorization servers.
async fn check(endpoint: &str, rows: &[Row<'_>]) {
    let org = Org::start().await;
    let secret = web_secret(&org).await;
    send_rows(&org, endpoint, &secret, rows).await;
}

async fn send_rows(org: &Org, endpoint: &str, secret: &str, rows: &[Row<'_>]) {
    for base in [org.issuer(), org.url("/oauth2")] {
        for (client, parameters, status, error, description) in rows {
            let (header, identity) = credentials(*client, secret);
            let fields: Vec<_> = parameters.iter().copied().chain(identity).collect();
            let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
            headers.extend(header.as_deref().map(|header| ("authorization", header)));
            let url = format!("{base}/v1/{endpoint}");
            let reply = org.http.send(Method::POST, &url, &headers, encode_form(&fields)).await;
            let body: Value = serde_json::from_slice(&reply.bytes).unwrap_or_default();
            let text = |names: [&str; 2]| {
                names.iter().find_map(|name| body[*name].as_str()).unwrap_or_default().to_owned()
            };
            let what = format!("{url} as {client:?} with {parameters:?}: {body}");
            assert_eq!(reply.status, *status, "{what}");
            assert_eq!(text(["error", "errorCode"]), *error, "{what}");
            assert!(text(["error_description", "errorSummary"]).starts_with(description), "{what}");
        }
    }
}

/// The Authorization header and the parameters of a client.
fn credentials(client: Client, secret: &str) -> (Option<String>, Vec<(&str, &str)>) {
    let basic = |text: String| Some(format!("Basic {}", STANDARD.encode(text)));
    let public = ("client_id", PUBLIC_CLIENT);
    let web = ("client_id", WEB_CLIENT);
    match client {
        Client::Nobody => (None, vec![]),
        Client::Public => (None, vec![public]),
        Client::PublicWithSecret => (None, vec![public, ("client_secret", "s")]),
        Client::PublicWithNull => (None, vec![public, ("client_secret", "null")]),
        Client::Web => (basic(format!("{WEB_CLIENT}:{secret}")), vec![]),
        Client::WebInBody => (None, vec![web, ("client_secret", secret)]),
        Client::WebWithoutSecret => (None, vec![web]),
        Client::WebWithWrongSecret => (None, vec![web, ("client_secret", "wrong")]),
        Client::WebTwice => {
            (basic(format!("{WEB_CLIENT}:{secret}")), vec![("client_secret", secret)])
        }
        Client::Unknown => (None, vec![("client_id", "0oaunknown")]),
        Client::UnreadableHeader => (Some("Basic ???".to_owned()), vec![public]),
    }
}

async fn web_secret(org: &Org) -> String {
    let document = org.control("org").await;
    let apps = document["apps"].as_array().cloned().unwrap_or_default();
    let web = apps.iter().find(|app| app["clientId"] == WEB_CLIENT);
    web.and_then(|app| app["clientSecret"].as_str()).expect("the web app has a secret").to_owned()
}
