//! The journal: it shows a request's secrets nowhere, in whatever part of the request a client puts them.

use hyper::Method;
use serde_json::json;

use crate::Org;

/// Each request contains it once.
const SECRET: &str = "Abcd1234secret";

#[tokio::test]
async fn secret_in_a_path_or_query_is_redacted() {
    let org = Org::start().await;
    for target in [
        "/tokens/{}/verify",
        "/tokens/{}/verify?a=b",
        "/tokens/{}/verify/",
        "/tokens/{}",
        "/TOKENS/{}/verify",
        "//tokens//{}/verify",
        "/reset_password/{}",
        "/signin/reset-password/{}",
        "/welcome/{}",
        "/oauth2/default/v1/token/{}",
        "/email/verify/0oa?token={}",
        "/email/verify?recoveryToken={}",
        "/oauth2/default/v1/token?client_secret={}",
        "/oauth2/default/v1/token?newPassword={}&client_id=0oa",
        "/oauth2/default/v1/token?client%5Fsecret={}",
        "/oauth2/default/v1/token?{%22passcode%22:%22{}%22}",
        "/login/token/redirect?sessionToken={}",
    ] {
        let target = target.replace("{}", SECRET);
        for method in [Method::GET, Method::POST] {
            org.request(method, &target, "").await;
        }
        assert_redacted(&org, &target).await;
    }
}

#[tokio::test]
async fn secret_in_a_header_is_redacted() {
    let org = Org::start().await;
    let url = org.url("/idp/idx/introspect");
    for (name, value) in [
        ("authorization", "Bearer {}"),
        ("authorization", "{}"),
        ("proxy-authorization", "Basic {}"),
        ("cookie", "sid={}"),
        ("x-device-token", "{}"),
        ("x-api-key", "{}"),
        ("x-csrf-token", "{}"),
        ("x-client-secret", "{}"),
        ("referer", "http://localhost:8080/callback?interaction_code={}"),
        ("referer", "http://localhost:8080/#access_token={}"),
        ("referer", "http://localhost:8080/tokens/{}/verify"),
        ("x-original-uri", "/email/verify?token={}"),
    ] {
        let value = value.replace("{}", SECRET);
        org.http.send(Method::POST, &url, &[(name, &*value)], "{}").await;
        assert_redacted(&org, &format!("{name}: {value}")).await;
    }
}

#[tokio::test]
async fn secret_in_a_json_body_is_redacted() {
    let org = Org::start().await;
    for body in [
        json!({"credentials": {"passcode": SECRET}}),
        json!({"credentials": {"passcode": [SECRET]}}),
        json!({"credentials": {"passcode": {"value": SECRET}}}),
        json!({"credentials": [SECRET]}),
        json!({"credentials": {"totp": SECRET}}),
        json!({"credentials": {"answer": SECRET, "questionKey": "custom"}}),
        json!({"credentials": SECRET}),
        json!({"newPassword": SECRET}),
        json!({"oldPassword": {"value": SECRET}}),
        json!({"client_secret": SECRET}),
        json!({"clientSecret": [SECRET]}),
        json!({"activationToken": SECRET}),
        json!({"recoveryToken": SECRET}),
        json!({"verificationCode": SECRET}),
        json!({"passCode": SECRET}),
        json!({"PASSCODE": SECRET}),
        json!({"userProfile": {"password": SECRET}}),
        json!({"value": [{"name": "confirmPassword", "value": SECRET}]}),
        json!({"value": [{"name": "passcodes", "value": [SECRET]}]}),
        json!([[SECRET]]),
        json!(SECRET),
    ] {
        org.request(Method::POST, "/idp/idx/challenge/answer", &body.to_string()).await;
        assert_redacted(&org, &body.to_string()).await;
    }
}

#[tokio::test]
async fn secret_in_a_form_or_malformed_body_is_redacted() {
    let org = Org::start().await;
    let form = "application/x-www-form-urlencoded";
    for (kind, body) in [
        (form, "client_id=0oa&client_secret={}"),
        (form, "grant_type=password&username=mary&password={}"),
        (form, "new_password={}"),
        (form, "assertion={}"),
        (form, "recovery_token={}"),
        (form, "{\"passcode\":\"{}\""),
        (form, "{}"),
        ("APPLICATION/X-WWW-FORM-URLENCODED", "client_secret={}"),
        ("application/json", "{\"passcode\":\"{}\""),
        ("text/plain", "client_secret={}"),
    ] {
        let body = body.replace("{}", SECRET);
        let url = org.url("/oauth2/default/v1/token");
        org.http.send(Method::POST, &url, &[("content-type", kind)], body.clone()).await;
        assert_redacted(&org, &format!("{kind} {body}")).await;
    }
}

/// The values that a user needs to understand an exchange.
#[tokio::test]
async fn plain_values_are_shown() {
    let org = Org::start().await;
    let body = json!({
        "stateHandle": "02abcdefghijklmnop", "identifier": "mary@example.com", "methodType": "sms",
        "authenticator": {"id": "aut1", "phoneNumber": "+15551234567"},
        "userProfile": {"email": "mary@example.com", "zipCode": "94107"},
        "errorCode": "E0000007", "token_type": "Bearer", "rememberMe": false,
    });
    org.request(Method::POST, "/idp/idx/identify", &body.to_string()).await;
    let journal = org.control("journal").await;
    let mut expected = body;
    expected["stateHandle"] = json!("02abcdefgh…");
    assert_eq!(journal["exchanges"][0]["request"]["body"], expected);
    let discovery = "/oauth2/default/.well-known/openid-configuration?client_id=0oa&state=s";
    let document = org.request(Method::GET, discovery, "").await.json();
    let journal = org.control("journal").await;
    assert_eq!(journal["exchanges"][1]["answer"]["body"], document);
    assert_eq!(journal["exchanges"][1]["request"]["path"], discovery);
}

/// The newest exchanges do not contain the secret, and the org has recorded them.
async fn assert_redacted(org: &Org, sent: &str) {
    let journal = org.control("journal").await;
    let exchanges = journal["exchanges"].as_array().expect("a list");
    assert!(!exchanges.is_empty(), "{sent}");
    assert!(!journal.to_string().contains(SECRET), "{sent}: {:#}", exchanges[exchanges.len() - 1]);
}
