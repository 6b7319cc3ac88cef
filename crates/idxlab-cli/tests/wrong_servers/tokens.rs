//! Servers that issue tokens for invalid requests, or accept invalid tokens.

use serde_json::json;

use crate::WrongServer;
use crate::client_request::{ClientRequest, Handling, PUBLIC_CLIENT, ServerResponse};
use crate::transaction::ignore_clock_change;

const TOKEN: &str = "/v1/token";
const USERINFO: &str = "/v1/userinfo";
/// HTTP Basic credentials of the presets' confidential app.
const WEB_CREDENTIALS: &str =
    "Basic MG9haWR4bGFid2ViMDAwMDAwMDI6aWR4bGFiLXNlY3JldC1vZi10aGUtY29uZmlkZW50aWFsLWFwcA==";

pub(crate) const WRONG: &[WrongServer] = &[
    WrongServer::request("redeems a code twice", "token/code-used-twice", |request, history| {
        match history.first_response(|known, _| request.is(TOKEN) && known.is(TOKEN)) {
            Some(response) => Handling::Respond(response),
            None => Handling::Forward(request),
        }
    }),
    WrongServer::request("redeems an expired code", "token/code-expired", ignore_clock_change),
    WrongServer::request(
        "ignores the configured access token lifetime",
        "token/access-token-lifetime",
        ignore_clock_change,
    ),
    WrongServer::request(
        "accepts every client authentication method",
        "token/auth-method",
        |request, _| {
            request.forward_with_change_at(TOKEN, |request| {
                request
                    .without_parameter("client_secret")
                    .with_header("authorization", WEB_CREDENTIALS)
            })
        },
    ),
    WrongServer::request(
        "redeems a code for an unknown client",
        "token/wrong-client",
        |request, _| {
            request.forward_with_change_at(TOKEN, |request| {
                request.with_parameter("client_id", PUBLIC_CLIENT)
            })
        },
    ),
    WrongServer::request(
        "redeems another client's code",
        "token/code-of-another-client",
        |request, _| {
            request.forward_with_change_at(TOKEN, |request| {
                request.with_parameter("client_id", PUBLIC_CLIENT)
            })
        },
    ),
    WrongServer::request(
        "redeems another authorization server's code",
        "token/code-of-another-server",
        |request, _| {
            Handling::Forward(request.with_target("/oauth2/v1/token", "/oauth2/default/v1/token"))
        },
    ),
    WrongServer::request("accepts any grant type", "token/grant-unsupported", |request, _| {
        request.forward_with_change_at(TOKEN, |request| {
            request.with_parameter("grant_type", "interaction_code")
        })
    }),
    WrongServer::request(
        "accepts any client secret",
        "token/wrong-secret [a wrong secret]",
        |request, history| {
            let is_given = request.is(TOKEN) && request.parameter("client_secret").is_some();
            match history.secret.as_deref().filter(|_| is_given) {
                Some(secret) => Handling::Forward(request.with_parameter("client_secret", secret)),
                None => Handling::Forward(request),
            }
        },
    ),
    WrongServer::request(
        "requires no client secret",
        "token/wrong-secret [no secret]",
        |request, history| {
            let is_missing = request.is(TOKEN) && request.parameter("client_secret").is_none();
            match history.secret.as_deref().filter(|_| is_missing) {
                Some(secret) => Handling::Forward(request.with_parameter("client_secret", secret)),
                None => Handling::Forward(request),
            }
        },
    ),
    WrongServer::request(
        "accepts credentials in both the header and the form",
        "token/credentials-twice",
        |mut request, _| {
            request.headers.remove("authorization");
            Handling::Forward(request)
        },
    ),
    WrongServer::request(
        "introspects tokens without client authentication",
        "token/no-credentials [introspect]",
        |request, _| {
            request.forward_with_change_at("/v1/introspect", |request| {
                request.with_parameter("client_id", PUBLIC_CLIENT)
            })
        },
    ),
    WrongServer::request(
        "revokes tokens without client authentication",
        "token/no-credentials [revoke]",
        |request, _| {
            request.forward_with_change_at("/v1/revoke", |request| {
                request.with_parameter("client_id", PUBLIC_CLIENT)
            })
        },
    ),
    WrongServer::request("does not revoke tokens", "token/introspect-and-revoke", |request, _| {
        if request.is("/v1/revoke") {
            Handling::Respond(ServerResponse::empty())
        } else {
            Handling::Forward(request)
        }
    }),
    WrongServer::request(
        "returns the profile for a revoked token",
        "token/introspect-and-revoke",
        |request, history| {
            if history.was_called("/v1/revoke") {
                return_profile(request, |_| true)
            } else {
                Handling::Forward(request)
            }
        },
    ),
    WrongServer::request(
        "returns the profile for an expired token",
        "token/access-token-ended",
        |request, history| {
            if history.was_called("/_idxlab/api/clock") {
                return_profile(request, |_| true)
            } else {
                Handling::Forward(request)
            }
        },
    ),
    WrongServer::request(
        "reports an expired token as active",
        "token/access-token-ended",
        |request, _| {
            if request.is("/v1/introspect") {
                Handling::Respond(ServerResponse::json(&json!({"active": true})))
            } else {
                Handling::Forward(request)
            }
        },
    ),
    WrongServer::request(
        "returns the profile for an invalid token",
        "token/userinfo-refused",
        |request, _| {
            return_profile(request, |request| request.headers.contains_key("authorization"))
        },
    ),
    WrongServer::request(
        "returns the profile without a token",
        "token/userinfo-refused",
        |request, _| {
            return_profile(request, |request| !request.headers.contains_key("authorization"))
        },
    ),
    WrongServer::request(
        "returns the profile for any scope",
        "token/scope-too-narrow",
        |request, _| return_profile(request, |_| true),
    ),
    WrongServer::request("redirects to any address after logout", "token/logout", |request, _| {
        Handling::Forward(
            request.with_target(
                "https%3A%2F%2Felsewhere.example%2F",
                "http%3A%2F%2Flocalhost%3A8080%2F",
            ),
        )
    }),
];

fn return_profile(request: ClientRequest, is_accepted: fn(&ClientRequest) -> bool) -> Handling {
    if request.is(USERINFO) && is_accepted(&request) {
        return Handling::Respond(ServerResponse::json(
            &json!({"sub": "00uidxlab00000000001", "name": "Mary Jo"}),
        ));
    }
    Handling::Forward(request)
}
