//! Interactions that should not begin: other clients, other addresses, no proof of who began.

use serde_json::json;

use crate::Wrong;
use crate::call::{Call, PUBLIC_CLIENT, Way};

const INTERACT: &str = "/v1/interact";
const TOKEN: &str = "/v1/token";

/// A pair of this server's own: the challenge is the hash of the verifier.
const VERIFIER: &str = "the-verifier-of-a-server-that-checks-no-verifier";
const CHALLENGE: &str = "9I7wSRNx3oBkoQHTEApmvZZjqS6O85Cy9-mAgFrVLbg";

pub(crate) const WRONG: &[Wrong] = &[
    Wrong::call("needs no challenge", "oauth-errors/pkce-missing", |call, _| {
        let has_none = call.is(INTERACT) && call.parameter("code_challenge").is_none();
        Way::On(if has_none { challenged(call) } else { call })
    }),
    Wrong::call("takes a challenge in plain text", "oauth-errors/pkce-plain", |call, _| {
        call.changed_at(INTERACT, |call| call.with_parameter("code_challenge_method", "S256"))
    }),
    Wrong::call("checks no verifier", "token/verifier-wrong [another verifier]", |call, _| {
        own_pair(call, |verifier| verifier.is_some())
    }),
    Wrong::call("needs no verifier", "token/verifier-wrong [no verifier]", |call, _| {
        own_pair(call, |verifier| verifier.is_none())
    }),
    Wrong::call("sends people to any address", "oauth-errors/redirect-unregistered", |call, _| {
        call.changed_at(INTERACT, |call| {
            call.with_parameter("redirect_uri", "http://localhost:8080/login/callback")
        })
    }),
    Wrong::call("takes any client", "oauth-errors/client-unknown", |call, _| {
        call.changed_at(INTERACT, |call| call.with_parameter("client_id", PUBLIC_CLIENT))
    }),
    Wrong::call("gives tokens without openid", "oauth-errors/scope-without-openid", |call, _| {
        call.changed_at(INTERACT, |call| call.with_parameter("scope", "openid profile email"))
    }),
    Wrong::org("gives every app every grant", "oauth-errors/grant-not-enabled", |org| {
        org["apps"][0]["grantTypes"] = json!(["interaction_code"]);
    }),
    Wrong::org(
        "gives the apps of a preset every grant",
        "oauth-errors/preset-without-grant",
        |org| {
            *org = json!({"preset": "password-plus-another-factor"});
        },
    ),
    Wrong::org("asks no rule of the authorization server", "policy/server-rule", |org| {
        org["authorizationServer"]["grantTypes"] = json!(["interaction_code"]);
    }),
    Wrong::call(
        "is every authorization server",
        "oauth-errors/unknown-authorization-server",
        |call, _| Way::On(call.with_target("/ausnobodyhasthis0001/", "/default/")),
    ),
    Wrong::call("forgets the nonce", "token/claims", |call, _| {
        call.changed_at(INTERACT, |call| call.without_parameter("nonce"))
    }),
    Wrong::call("signs another nonce", "token/claims", |call, _| {
        call.changed_at(INTERACT, |call| call.with_parameter("nonce", "another"))
    }),
    Wrong::call("signs in the name of another issuer", "token/claims", |call, _| {
        call.changed_at(TOKEN, |call| call.with_host("issuer.example.com"))
    }),
    Wrong::org("signs for another audience", "token/claims", |org| {
        org["authorizationServer"]["audience"] = json!("api://another");
    }),
    Wrong::call("gives no refresh token", "token/offline-access", |call, _| {
        call.changed_at(INTERACT, |call| call.with_parameter("scope", "openid"))
    }),
];

fn challenged(call: Call) -> Call {
    call.with_parameter("code_challenge", CHALLENGE).with_parameter("code_challenge_method", "S256")
}

/// The interaction rests on a pair of this server's own, and so does what is redeemed, where the client's verifier is not to count.
fn own_pair(call: Call, does_not_count: fn(Option<String>) -> bool) -> Way {
    if call.is(INTERACT) {
        return Way::On(challenged(call));
    }
    let is_cheated = call.is(TOKEN) && does_not_count(call.parameter("code_verifier"));
    Way::On(if is_cheated { call.with_parameter("code_verifier", VERIFIER) } else { call })
}
