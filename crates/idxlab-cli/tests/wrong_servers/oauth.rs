//! Servers that start invalid interactions: with unknown clients, unregistered redirect URIs or without PKCE.

use serde_json::json;

use crate::WrongServer;
use crate::client_request::{ClientRequest, Handling, PUBLIC_CLIENT};

const INTERACT: &str = "/v1/interact";
const TOKEN: &str = "/v1/token";

/// The server's own PKCE pair: the challenge is the hash of the verifier.
const VERIFIER: &str = "the-verifier-of-a-server-that-checks-no-verifier";
const CHALLENGE: &str = "9I7wSRNx3oBkoQHTEApmvZZjqS6O85Cy9-mAgFrVLbg";

pub(crate) const WRONG: &[WrongServer] = &[
    WrongServer::request(
        "requires no PKCE challenge",
        "oauth-errors/pkce-missing",
        |request, _| {
            let has_none = request.is(INTERACT) && request.parameter("code_challenge").is_none();
            Handling::Forward(if has_none { with_own_challenge(request) } else { request })
        },
    ),
    WrongServer::request(
        "accepts a plain PKCE challenge",
        "oauth-errors/pkce-plain",
        |request, _| {
            request.forward_with_change_at(INTERACT, |request| {
                request.with_parameter("code_challenge_method", "S256")
            })
        },
    ),
    WrongServer::request(
        "accepts an incorrect PKCE verifier",
        "token/verifier-wrong [another verifier]",
        |request, _| with_own_pkce_pair(request, |verifier| verifier.is_some()),
    ),
    WrongServer::request(
        "requires no PKCE verifier",
        "token/verifier-wrong [no verifier]",
        |request, _| with_own_pkce_pair(request, |verifier| verifier.is_none()),
    ),
    WrongServer::request(
        "accepts an unregistered redirect URI",
        "oauth-errors/redirect-unregistered",
        |request, _| {
            request.forward_with_change_at(INTERACT, |request| {
                request.with_parameter("redirect_uri", "http://localhost:8080/login/callback")
            })
        },
    ),
    WrongServer::request(
        "accepts every URI scheme",
        "oauth-errors/mobile-redirect",
        |request, _| {
            request.forward_with_change_at(INTERACT, |request| {
                request.with_parameter("redirect_uri", "com.example.app:/callback")
            })
        },
    ),
    WrongServer::request(
        "accepts an unknown client",
        "oauth-errors/client-unknown",
        |request, _| {
            request.forward_with_change_at(INTERACT, |request| {
                request.with_parameter("client_id", PUBLIC_CLIENT)
            })
        },
    ),
    WrongServer::request(
        "issues tokens without the scope openid",
        "oauth-errors/scope-without-openid",
        |request, _| {
            request.forward_with_change_at(INTERACT, |request| {
                request.with_parameter("scope", "openid profile email")
            })
        },
    ),
    WrongServer::org(
        "allows every grant type for every app",
        "oauth-errors/grant-not-enabled",
        |org| {
            org["apps"][0]["grantTypes"] = json!(["interaction_code"]);
        },
    ),
    WrongServer::org(
        "allows every grant type for a preset's apps",
        "oauth-errors/preset-without-grant",
        |org| {
            *org = json!({"preset": "password-plus-another-factor"});
        },
    ),
    WrongServer::org(
        "ignores the authorization server's access rules",
        "policy/server-rule",
        |org| {
            org["authorizationServer"]["grantTypes"] = json!(["interaction_code"]);
        },
    ),
    WrongServer::request(
        "accepts an unknown authorization server",
        "oauth-errors/unknown-authorization-server",
        |request, _| Handling::Forward(request.with_target("/ausnobodyhasthis0001/", "/default/")),
    ),
    WrongServer::request("omits the nonce", "token/claims", |request, _| {
        request.forward_with_change_at(INTERACT, |request| request.without_parameter("nonce"))
    }),
    WrongServer::request("signs a different nonce", "token/claims", |request, _| {
        request
            .forward_with_change_at(INTERACT, |request| request.with_parameter("nonce", "another"))
    }),
    WrongServer::request("signs with a different issuer", "token/claims", |request, _| {
        request.forward_with_change_at(TOKEN, |request| request.with_host("issuer.example.com"))
    }),
    WrongServer::request("issues no refresh token", "token/offline-access", |request, _| {
        request
            .forward_with_change_at(INTERACT, |request| request.with_parameter("scope", "openid"))
    }),
];

fn with_own_challenge(request: ClientRequest) -> ClientRequest {
    request
        .with_parameter("code_challenge", CHALLENGE)
        .with_parameter("code_challenge_method", "S256")
}

/// Uses the server's own PKCE pair for the interaction, and its verifier for the token request if the client's verifier is to be ignored.
fn with_own_pkce_pair(request: ClientRequest, is_ignored: fn(Option<String>) -> bool) -> Handling {
    if request.is(INTERACT) {
        return Handling::Forward(with_own_challenge(request));
    }
    let is_replaced = request.is(TOKEN) && is_ignored(request.parameter("code_verifier"));
    Handling::Forward(if is_replaced {
        request.with_parameter("code_verifier", VERIFIER)
    } else {
        request
    })
}
