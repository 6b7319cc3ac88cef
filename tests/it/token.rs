//! The OAuth endpoints: discovery, tokens and their claims, userinfo, introspection, revocation and logout.

use hyper::Method;
use idx_tests::http::{Reply, encode_form};
use idx_tests::jwt::{half_hash, verified_claims};
use idx_tests::org::PUBLIC_CLIENT;
use idx_tests::sign_up::{NONCE, SignUp, interact_fields};
use serde_json::{Value, json};

use crate::Org;

#[tokio::test]
async fn tokens_contain_the_claims_of_the_user_and_the_app() {
    let org = Org::start().await;
    org.freeze("2030-01-01T00:00:00.000Z").await;
    let mary = signed_up(&org).await;
    let tokens = mary.redeem().await.json();
    let keys = org.http.get(&format!("{}/v1/keys", org.issuer())).await.json();
    let now = 1_893_456_000;
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(tokens["scope"], "openid profile email offline_access");
    assert!(tokens["refresh_token"].is_string());

    let id = verified_claims(tokens["id_token"].as_str().unwrap(), &keys);
    for (name, expected) in [
        ("ver", json!(1)),
        ("iss", json!(org.issuer())),
        ("aud", json!(PUBLIC_CLIENT)),
        ("iat", json!(now)),
        ("exp", json!(now + 3600)),
        ("nonce", json!(NONCE)),
        ("amr", json!(["pwd", "mfa", "email"])),
        ("name", json!("Mary Jo")),
        ("email", json!("mary@example.com")),
        ("preferred_username", json!("mary@example.com")),
        ("at_hash", json!(half_hash(tokens["access_token"].as_str().unwrap()))),
    ] {
        assert_eq!(id[name], expected, "{name} of the id_token");
    }
    assert!(id["sub"].as_str().unwrap().starts_with("00u"));
    assert!(id["jti"].as_str().unwrap().starts_with("ID."));

    let access = verified_claims(tokens["access_token"].as_str().unwrap(), &keys);
    for (name, expected) in [
        ("ver", json!(1)),
        ("iss", json!(org.issuer())),
        ("aud", json!("api://default")),
        ("cid", json!(PUBLIC_CLIENT)),
        ("uid", id["sub"].clone()),
        ("sub", json!("mary@example.com")),
        ("scp", json!(["openid", "profile", "email", "offline_access"])),
        ("exp", json!(now + 3600)),
    ] {
        assert_eq!(access[name], expected, "{name} of the access token");
    }
    assert!(access["jti"].as_str().unwrap().starts_with("AT."));
}

#[tokio::test]
async fn code_redeemed_twice_is_refused() {
    let org = Org::start().await;
    let mary = signed_up(&org).await;
    assert_eq!(mary.redeem().await.status, 200);
    assert_refused(
        &mary.redeem().await,
        400,
        "invalid_grant",
        "The interaction code is invalid or has expired.",
    );
}

#[tokio::test]
async fn code_expires_after_sixty_seconds() {
    let org = Org::start().await;
    org.freeze("2030-01-01T00:00:00.000Z").await;
    let mary = signed_up(&org).await;
    org.advance("PT61S").await;
    assert_refused(
        &mary.redeem().await,
        400,
        "invalid_grant",
        "The interaction code is invalid or has expired.",
    );
}

#[tokio::test]
async fn wrong_verifier_is_refused() {
    let org = Org::start().await;
    let mary = signed_up(&org).await;
    let reply = mary
        .redeem_with(&[("code_verifier", "another-verifier-of-forty-three-characters-00")])
        .await;
    assert_refused(&reply, 400, "invalid_grant", "PKCE verification failed.");
}

#[tokio::test]
async fn interact_without_pkce_is_refused_for_a_public_app() {
    let org = Org::start().await;
    let fields: Vec<_> = interact_fields()
        .into_iter()
        .filter(|(name, _)| !name.starts_with("code_challenge"))
        .collect();
    let reply = org.http.post_form(&format!("{}/v1/interact", org.issuer()), &fields).await;
    let description =
        "PKCE code challenge is required when the token endpoint authentication method is 'NONE'.";
    assert_refused(&reply, 400, "invalid_request", description);
}

#[tokio::test]
async fn token_parameters_in_the_query_are_accepted() {
    let org = Org::start().await;
    let mary = signed_up(&org).await;
    let query = encode_form(&[
        ("grant_type", "interaction_code"),
        ("interaction_code", mary.interaction_code()),
        ("client_id", PUBLIC_CLIENT),
        ("code_verifier", idx_tests::sign_up::VERIFIER),
    ]);
    let reply =
        org.http.send(Method::POST, &format!("{}/v1/token?{query}", org.issuer()), &[], "").await;
    assert_eq!(reply.status, 200, "{:?}", reply.bytes);
}

#[tokio::test]
async fn revoked_token_is_inactive_and_refused_by_userinfo() {
    let org = Org::start().await;
    let tokens = signed_up(&org).await.redeem().await.json();
    let token = tokens["access_token"].as_str().unwrap();
    let user = userinfo(&org, token).await;
    assert_eq!((user.status, user.json()["email"].clone()), (200, json!("mary@example.com")));
    assert_eq!(introspected(&org, token).await["active"], true);

    let fields =
        [("token", token), ("token_type_hint", "access_token"), ("client_id", PUBLIC_CLIENT)];
    let revoked = org.http.post_form(&format!("{}/v1/revoke", org.issuer()), &fields).await;
    assert_eq!((revoked.status, revoked.bytes.len()), (200, 0));
    assert_eq!(introspected(&org, token).await, json!({"active": false}));
    let refused = userinfo(&org, token).await;
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").contains("invalid_token"), "{:?}", refused.headers);
}

#[tokio::test]
async fn logout_redirects_to_the_app_with_the_state() {
    let org = Org::start().await;
    let tokens = signed_up(&org).await.redeem().await.json();
    let target = "http://localhost:8080";
    let query = encode_form(&[
        ("id_token_hint", tokens["id_token"].as_str().unwrap()),
        ("post_logout_redirect_uri", target),
        ("state", "after & on\n"),
    ]);
    let reply = org.http.get(&format!("{}/v1/logout?{query}", org.issuer())).await;
    assert_eq!(reply.status, 302);
    assert_eq!(reply.header("location"), format!("{target}?state=after%20%26%20on%0A"));
}

#[tokio::test]
async fn discovery_contains_urls_of_this_org() {
    let org = Org::start().await;
    for (server, issuer) in
        [(org.issuer(), org.issuer()), (org.base_url().to_owned(), org.base_url().to_owned())]
    {
        let document =
            org.http.get(&format!("{server}/.well-known/openid-configuration")).await.json();
        assert_eq!(document["issuer"], issuer);
        assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
        for name in [
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "userinfo_endpoint",
            "end_session_endpoint",
        ] {
            let address =
                document[name].as_str().unwrap_or_else(|| panic!("no {name} in {document:#}"));
            assert!(
                address.starts_with(&format!("{}/oauth2/", org.base_url())),
                "{name} is {address}"
            );
        }
        let keys = org.http.get(document["jwks_uri"].as_str().unwrap()).await;
        assert!(keys.header("cache-control").contains("max-age"), "{:?}", keys.headers);
    }
    let unknown = org.http.get(&org.url("/oauth2/nowhere/.well-known/openid-configuration")).await;
    assert_eq!((unknown.status, unknown.json()["errorCode"].clone()), (404, json!("E0000007")));
}

async fn signed_up(org: &Org) -> SignUp<'_> {
    let mut mary = org.sign_up().await;
    mary.finish("mary@example.com").await;
    mary
}

async fn userinfo(org: &Org, token: &str) -> Reply {
    let bearer = format!("Bearer {token}");
    org.http
        .send(
            Method::GET,
            &format!("{}/v1/userinfo", org.issuer()),
            &[("authorization", &bearer)],
            "",
        )
        .await
}

async fn introspected(org: &Org, token: &str) -> Value {
    let fields =
        [("token", token), ("token_type_hint", "access_token"), ("client_id", PUBLIC_CLIENT)];
    org.http.post_form(&format!("{}/v1/introspect", org.issuer()), &fields).await.json()
}

#[track_caller]
fn assert_refused(reply: &Reply, status: u16, error: &str, description: &str) {
    let body = reply.json();
    assert_eq!(
        (reply.status, &body["error"], &body["error_description"]),
        (status, &json!(error), &json!(description))
    );
    assert!(reply.header("content-type").starts_with("application/json"));
}
