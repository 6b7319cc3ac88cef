//! Servers that omit checks of clients and parameters.

use crate::WrongServer;
use crate::client_request::{ClientRequest, Handling};
use crate::history::History;

pub(crate) const WRONG: &[WrongServer] = &[
    WrongServer::request(
        "uses the last of repeated parameters",
        "oauth-errors/parameter-repeated [introspect]",
        |request, _| {
            let last = request.parameter("token").filter(|_| request.is("/v1/introspect"));
            Handling::Forward(match last {
                Some(last) => request.with_parameter("token", &last),
                None => request,
            })
        },
    ),
    WrongServer::request(
        "ignores the secret of a public app",
        "oauth-errors/authentication-method [a secret for a public app at revoke]",
        |request, _| {
            request.forward_with_change_at("/v1/revoke", |request| {
                request.without_parameter("client_secret")
            })
        },
    ),
    WrongServer::request(
        "ignores a malformed Basic header",
        "oauth-errors/authentication-method [a Basic header that is not base64]",
        |mut request, _| {
            request.headers.remove("authorization");
            Handling::Forward(request)
        },
    ),
    WrongServer::request(
        "introspects for a confidential client without its secret",
        "oauth-errors/client-credentials [introspect, a confidential client without its secret]",
        |request, history| {
            let secret = history.secret.as_deref().filter(|_| request.is("/v1/introspect"));
            Handling::Forward(match secret {
                Some(secret) if request.parameter("client_secret").is_none() => {
                    request.with_parameter("client_secret", secret)
                }
                _ => request,
            })
        },
    ),
    WrongServer::request(
        "redeems a code with any redirect URI",
        "token/redirect-uri-wrong",
        |request, _| {
            request.forward_with_change_at("/v1/token", |request| {
                request.without_parameter("redirect_uri")
            })
        },
    ),
    WrongServer::request(
        "accepts any maximum age",
        "oauth-errors/interact-parameter [negative maximum age]",
        without_age,
    ),
    WrongServer::request(
        "ignores the verifier if the interaction has no challenge",
        "token/verifier-without-challenge",
        |request, _| {
            request.forward_with_change_at("/v1/token", |request| {
                request.without_parameter("code_verifier")
            })
        },
    ),
    WrongServer::request("ignores a forged ID token hint", "token/logout", |request, _| {
        Handling::Forward(request.with_target("id_token_hint=a.b.c&", ""))
    }),
];

fn without_age(request: ClientRequest, _: &History) -> Handling {
    request.forward_with_change_at("/v1/interact", |request| request.without_parameter("max_age"))
}
