//! How clients authenticate at `introspect`, `revoke` and `token`: each way that a client can present its id and secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use idx_tests::http::{Reply, encode_form};
use idx_tests::org::{Org, PUBLIC_CLIENT, WEB_CLIENT};
use serde_json::json;

const FAILED: &str =
    "Client authentication failed. Either the client or the client credentials are invalid.";
const WRONG_SECRET: &str = "The client secret supplied for a confidential client is invalid.";
const NO_CREDENTIALS: &str = "No client credentials found.";

/// What a client presents: the text of its Basic header before encoding, and the fields of its body.
struct Credentials<'c> {
    basic: Option<&'c str>,
    body: Vec<(&'c str, &'c str)>,
}

impl<'c> Credentials<'c> {
    fn basic(text: &'c str) -> Self {
        Self { basic: Some(text), body: Vec::new() }
    }

    fn body(fields: &[(&'c str, &'c str)]) -> Self {
        Self { basic: None, body: fields.to_vec() }
    }
}

#[tokio::test]
async fn public_client_can_introspect_and_revoke_with_its_id_alone() {
    let org = Org::start().await;
    // okta-auth-js sends the id without the colon.
    let with_colon = format!("{PUBLIC_CLIENT}:");
    for credentials in [
        Credentials::basic(PUBLIC_CLIENT),
        Credentials::basic(&with_colon),
        Credentials::body(&[("client_id", PUBLIC_CLIENT)]),
        Credentials::body(&[("client_id", PUBLIC_CLIENT), ("client_secret", "null")]),
    ] {
        for operation in ["introspect", "revoke"] {
            let reply = call(&org, operation, &credentials).await;
            assert_eq!(reply.status, 200, "{operation} with {:?}", credentials.basic);
        }
    }
}

#[tokio::test]
async fn invalid_credentials_are_refused_with_their_own_reason() {
    let org = Org::start().await;
    let wrong = format!("{WEB_CLIENT}:wrong");
    let without_secret = format!("{WEB_CLIENT}:");
    let cases = [
        (Credentials::basic(WEB_CLIENT), FAILED),
        (Credentials::basic(&without_secret), FAILED),
        (Credentials::body(&[("client_id", WEB_CLIENT)]), FAILED),
        (Credentials::body(&[("client_id", "0oaunknown")]), FAILED),
        (Credentials::basic("0oaunknown"), FAILED),
        (Credentials::basic(&wrong), WRONG_SECRET),
        (Credentials::body(&[("client_id", WEB_CLIENT), ("client_secret", "wrong")]), WRONG_SECRET),
        (Credentials::body(&[]), NO_CREDENTIALS),
        (Credentials::basic(":"), NO_CREDENTIALS),
    ];
    for (credentials, description) in cases {
        for operation in ["introspect", "revoke", "token"] {
            let reply = call(&org, operation, &credentials).await;
            let body = reply.json();
            assert_eq!(
                (reply.status, &body["error"], &body["error_description"]),
                (401, &json!("invalid_client"), &json!(description)),
                "{operation} with {:?} {:?}",
                credentials.basic,
                credentials.body
            );
        }
    }
}

async fn call(org: &Org, operation: &str, credentials: &Credentials<'_>) -> Reply {
    let mut fields = vec![
        ("token", "unknown"),
        ("grant_type", "interaction_code"),
        ("interaction_code", "unknown"),
    ];
    fields.extend(&credentials.body);
    let basic = credentials.basic.map(|text| format!("Basic {}", STANDARD.encode(text)));
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
    headers.extend(basic.as_deref().map(|basic| ("authorization", basic)));
    let url = format!("{}/v1/{operation}", org.issuer());
    org.http.send(Method::POST, &url, &headers, encode_form(&fields)).await
}
