//! Tokens and handles: the org accepts only those that the called authorization server issued, with the same claims, since the last reset.

use hyper::Method;
use idx_tests::http::{Reply, encode_form};
use idx_tests::jwt::{claims, resigned, verified_claims};
use idx_tests::org::{PUBLIC_CLIENT, WEB_CLIENT};
use idx_tests::sign_up::{SignUp, VERIFIER};
use idx_walker::Walker as _;
use serde_json::{Value, json};

use crate::Org;

const DEFAULT_SERVER: &str = "/oauth2/default";
const ORG_SERVER: &str = "/oauth2";

/// The handles and tokens of a finished sign-up.
struct Issued {
    interaction_handle: String,
    state_handle: String,
    code: String,
    access_token: String,
    id_token: String,
    refresh_token: String,
    link: String,
}

#[tokio::test]
async fn tokens_of_another_org_are_refused() {
    let first = Org::seeded(7).await;
    let second = first.added(&json!({"seed": 7})).await;
    let of_first = signed_up(&first, "mary@example.com").await;
    let of_second = signed_up(&second, "ada@example.com").await;
    assert_refused(&second, &of_first).await;
    assert_accepted(&first, &of_first).await;
    assert_accepted(&second, &of_second).await;
}

#[tokio::test]
async fn handles_of_a_second_org_with_the_same_seed_are_refused() {
    let first = Org::seeded(7).await;
    let second = first.added(&json!({"seed": 7})).await;
    let of_first = signed_up(&first, "mary@example.com").await;
    signed_up(&second, "ada@example.com").await;
    assert_handles_refused(&second, &of_first).await;

    let user = json!({"profile": {"email": "ann@example.com"}, "status": "STAGED"});
    let [token, other] = [created(&first, &user).await, created(&second, &user).await];
    assert_ne!(token, other);
    assert_eq!(activated(&second, &token).await, 400);
    assert_eq!(activated(&second, &other).await, 200);
}

#[tokio::test]
async fn tokens_from_before_a_reset_are_refused() {
    let org = Org::seeded(7).await;
    let old = signed_up(&org, "mary@example.com").await;
    let revoked = [("token", &*old.access_token), ("client_id", PUBLIC_CLIENT)];
    org.http.post_form(&org.url("/oauth2/default/v1/revoke"), &revoked).await;
    org.control_post("reset", &json!({})).await;
    let new = signed_up(&org, "ada@example.com").await;
    assert_refused(&org, &old).await;
    assert_handles_refused(&org, &old).await;
    assert_accepted(&org, &new).await;
}

#[tokio::test]
async fn activation_token_from_before_a_reset_is_refused() {
    let org = Org::seeded(7).await;
    let user = json!({"profile": {"email": "ann@example.com"}, "status": "STAGED"});
    let old = created(&org, &user).await;
    assert_eq!(activated(&org, &old).await, 200);
    org.control_post("reset", &json!({})).await;
    let new = created(&org, &user).await;
    assert_eq!(activated(&org, &old).await, 400);
    assert_eq!(activated(&org, &new).await, 200);
}

#[tokio::test]
async fn reset_is_reproducible() {
    let (first, second) = (Org::seeded(7).await, Org::seeded(7).await);
    let mut handles = Vec::new();
    for _ in 0..3 {
        let pair = [first.sign_up().await, second.sign_up().await];
        let [of_first, of_second] = pair.map(|sign_up| sign_up.interaction_handle);
        assert_eq!(of_first, of_second);
        assert!(!handles.contains(&of_first), "{of_first}");
        handles.push(of_first);
        for org in [&first, &second] {
            org.control_post("reset", &json!({})).await;
        }
    }
}

#[tokio::test]
async fn tokens_of_the_other_authorization_server_are_refused() {
    let org = Org::start().await;
    let issued = signed_up(&org, "mary@example.com").await;
    let Issued { access_token, id_token, refresh_token, .. } = &issued;
    assert_eq!(userinfo(&org, ORG_SERVER, access_token, &[]).await, 401);
    for token in [access_token, refresh_token] {
        assert_eq!(introspected(&org, ORG_SERVER, token).await, json!({"active": false}));
        revoke(&org, ORG_SERVER, token).await;
        assert_eq!(introspected(&org, DEFAULT_SERVER, token).await["active"], true);
    }
    assert_eq!(log_out(&org, ORG_SERVER, id_token).await, 401);
    assert_eq!(log_out(&org, DEFAULT_SERVER, id_token).await, 302);
    assert_accepted(&org, &issued).await;
}

/// The signing keys are published, so anybody can sign any claims.
#[tokio::test]
async fn token_with_another_claim_is_refused() {
    let org = Org::start().await;
    let issued = signed_up(&org, "mary@example.com").await;
    let other = signed_up(&org, "ada@example.com").await;
    let unchanged = resigned(&issued.access_token, &json!({}));
    assert_eq!(userinfo(&org, DEFAULT_SERVER, &unchanged, &[]).await, 200);
    let of_other = claims(&other.access_token);
    for changed in [
        json!({"iss": "https://evil.example/oauth2/default"}),
        json!({"iss": org.url("/oauth2/other")}),
        json!({"iss": org.base_url()}),
        json!({"aud": "api://other"}),
        json!({"cid": WEB_CLIENT}),
        json!({"uid": of_other["uid"]}),
        json!({"scp": ["openid", "profile", "email", "phone"]}),
        json!({"exp": 9_999_999_999_i64}),
        json!({"iat": 0}),
        json!({"jti": of_other["jti"]}),
        json!({"jti": "AT.forged"}),
        json!({"jti": format!("AT.{}", "A".repeat(43))}),
    ] {
        let forged = resigned(&issued.access_token, &changed);
        assert_eq!(userinfo(&org, DEFAULT_SERVER, &forged, &[]).await, 401, "{changed}");
        let told = introspected(&org, DEFAULT_SERVER, &forged).await;
        assert_eq!(told, json!({"active": false}), "{changed}");
    }
    for changed in [
        json!({"iss": "https://evil.example/oauth2/default"}),
        json!({"aud": WEB_CLIENT}),
        json!({"jti": claims(&other.id_token)["jti"]}),
    ] {
        let forged = resigned(&issued.id_token, &changed);
        assert_eq!(log_out(&org, DEFAULT_SERVER, &forged).await, 401, "{changed}");
    }
}

#[tokio::test]
async fn token_for_a_former_audience_is_refused() {
    let org = Org::start().await;
    let issued = signed_up(&org, "mary@example.com").await;
    let document = json!({"document": {"authorizationServer": {"audience": "api://other"}}});
    let headers = [("content-type", "application/json")];
    let url = org.control_url("org");
    let replaced = org.http.send(Method::PUT, &url, &headers, document.to_string()).await;
    assert_eq!(replaced.status, 200);
    assert_eq!(userinfo(&org, DEFAULT_SERVER, &issued.access_token, &[]).await, 401);
    // The refresh token is bound to no audience, and its new access token has the new one.
    let refreshed = refresh(&org, &issued.refresh_token).await.json();
    let token = refreshed["access_token"].as_str().unwrap();
    assert_eq!(claims(token)["aud"], "api://other");
    assert_eq!(userinfo(&org, DEFAULT_SERVER, token, &[]).await, 200);
}

#[tokio::test]
async fn added_org_has_another_key() {
    let first = Org::seeded(7).await;
    let second = first.added(&json!({"seed": 7})).await;
    let mut keys = Vec::new();
    for org in [&first, &second] {
        let issued = signed_up(org, "mary@example.com").await;
        let set = org.http.get(&org.url("/oauth2/v1/keys")).await.json();
        verified_claims(&issued.access_token, &set);
        verified_claims(&issued.id_token, &set);
        keys.push(set["keys"][0]["kid"].clone());
    }
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn token_is_accepted_under_every_loopback_name() {
    let org = Org::start().await;
    let issued = signed_up(&org, "mary@example.com").await;
    let port = org.base_url().rsplit(':').next().unwrap();
    for name in ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"] {
        let host = format!("{name}:{port}");
        let headers = [("host", &*host)];
        let status = userinfo(&org, DEFAULT_SERVER, &issued.access_token, &headers).await;
        assert_eq!(status, 200, "{name}");
    }
}

async fn signed_up(org: &Org, email: &str) -> Issued {
    let mut user = SignUp::start(org).await;
    user.profile(email).await;
    user.password().await;
    user.email(email).await;
    let state_handle = user.page["stateHandle"].as_str().expect("it is text").to_owned();
    user.skip().await;
    let link = org.messages(email).await[0]["link"].as_str().expect("it is text").to_owned();
    let tokens = user.redeem().await.json();
    let text = |name: &str| tokens[name].as_str().expect("it is text").to_owned();
    Issued {
        interaction_handle: user.interaction_handle.clone(),
        state_handle,
        code: user.interaction_code().to_owned(),
        access_token: text("access_token"),
        id_token: text("id_token"),
        refresh_token: text("refresh_token"),
        link,
    }
}

async fn assert_accepted(org: &Org, issued: &Issued) {
    let Issued { access_token, id_token, refresh_token, .. } = issued;
    assert_eq!(userinfo(org, DEFAULT_SERVER, access_token, &[]).await, 200);
    for token in [access_token, refresh_token] {
        assert_eq!(introspected(org, DEFAULT_SERVER, token).await["active"], true);
    }
    assert_eq!(log_out(org, DEFAULT_SERVER, id_token).await, 302);
    assert_eq!(refresh(org, refresh_token).await.status, 200);
}

/// Every endpoint refuses the tokens, also if the request names the host of their issuer.
async fn assert_refused(org: &Org, issued: &Issued) {
    let Issued { access_token, id_token, refresh_token, .. } = issued;
    let issuer = claims(access_token)["iss"].as_str().expect("it is text").to_owned();
    let host = issuer.trim_start_matches("http://").trim_end_matches(DEFAULT_SERVER);
    for headers in [&[][..], &[("host", host)]] {
        assert_eq!(userinfo(org, DEFAULT_SERVER, access_token, headers).await, 401, "{headers:?}");
    }
    for token in [access_token, refresh_token] {
        assert_eq!(introspected(org, DEFAULT_SERVER, token).await, json!({"active": false}));
        revoke(org, DEFAULT_SERVER, token).await;
    }
    assert_eq!(log_out(org, DEFAULT_SERVER, id_token).await, 401);
    let refused = refresh(org, refresh_token).await;
    assert_eq!((refused.status, &refused.json()["error"]), (400, &json!("invalid_grant")));
}

async fn assert_handles_refused(org: &Org, issued: &Issued) {
    for body in [
        json!({"interactionHandle": issued.interaction_handle}),
        json!({"stateHandle": issued.state_handle}),
    ] {
        let reply = org.request(Method::POST, "/idp/idx/introspect", &body.to_string()).await;
        assert_eq!(reply.status, 401, "{body}: {:?}", reply.bytes);
    }
    let fields = [
        ("grant_type", "interaction_code"),
        ("interaction_code", &*issued.code),
        ("client_id", PUBLIC_CLIENT),
        ("code_verifier", VERIFIER),
    ];
    let reply = org.http.post_form(&org.url("/oauth2/default/v1/token"), &fields).await;
    let description = reply.json()["error_description"].clone();
    assert_eq!(description, "The interaction code is invalid or has expired.");
    // The org does not know the code, so its journal has no transaction for it.
    let journal = org.control("journal").await;
    let last =
        journal["exchanges"].as_array().expect("a list").last().expect("an exchange").clone();
    assert_eq!(last["transaction"], Value::Null, "{last:#}");
    let path = &issued.link[issued.link.find("/email/").expect("a link")..];
    org.request(Method::GET, path, "").await;
    let journal = org.control("journal").await;
    let last =
        journal["exchanges"].as_array().expect("a list").last().expect("an exchange").clone();
    assert_eq!(last["transaction"], Value::Null, "{last:#}");
}

async fn userinfo(org: &Org, server: &str, token: &str, headers: &[(&str, &str)]) -> u16 {
    let bearer = format!("Bearer {token}");
    let headers: Vec<_> =
        headers.iter().copied().chain([("authorization", bearer.as_str())]).collect();
    let url = org.url(&format!("{server}/v1/userinfo"));
    org.http.send(Method::GET, &url, &headers, "").await.status
}

async fn introspected(org: &Org, server: &str, token: &str) -> Value {
    let fields = [("token", token), ("client_id", PUBLIC_CLIENT)];
    org.http.post_form(&org.url(&format!("{server}/v1/introspect")), &fields).await.json()
}

async fn revoke(org: &Org, server: &str, token: &str) {
    let fields = [("token", token), ("client_id", PUBLIC_CLIENT)];
    let reply = org.http.post_form(&org.url(&format!("{server}/v1/revoke")), &fields).await;
    assert_eq!(reply.status, 200);
}

async fn log_out(org: &Org, server: &str, hint: &str) -> u16 {
    let query = encode_form(&[("id_token_hint", hint)]);
    org.http.get(&org.url(&format!("{server}/v1/logout?{query}"))).await.status
}

async fn refresh(org: &Org, token: &str) -> Reply {
    let fields =
        [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", PUBLIC_CLIENT)];
    org.http.post_form(&org.url("/oauth2/default/v1/token"), &fields).await
}

/// The activation token of a new user.
async fn created(org: &Org, user: &Value) -> String {
    let reply = org.control_post("users", user).await;
    assert_eq!(reply.status, 201, "{:?}", reply.bytes);
    reply.json()["activationToken"].as_str().expect("it is text").to_owned()
}

/// The status of `interact` with an activation token.
async fn activated(org: &Org, token: &str) -> u16 {
    let document = org.control("org").await;
    let apps = document["apps"].as_array().expect("a list");
    let web = apps.iter().find(|app| app["clientId"] == WEB_CLIENT).expect("the web app");
    let fields = [
        ("client_id", WEB_CLIENT),
        ("client_secret", web["clientSecret"].as_str().expect("it is text")),
        ("scope", "openid"),
        ("redirect_uri", idx_tests::org::REDIRECT_URI),
        ("activation_token", token),
    ];
    org.http.post_form(&org.url("/oauth2/default/v1/interact"), &fields).await.status
}
