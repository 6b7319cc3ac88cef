//! Checks of clients and parameters that a server forgets.

use crate::Wrong;
use crate::call::{Call, Way};
use crate::memory::Memory;

pub(crate) const WRONG: &[Wrong] = &[
    Wrong::call(
        "takes the last of repeated parameters",
        "oauth-errors/parameter-repeated [introspect]",
        |call, _| {
            let last = call.parameter("token").filter(|_| call.is("/v1/introspect"));
            Way::On(match last {
                Some(last) => call.with_parameter("token", &last),
                None => call,
            })
        },
    ),
    Wrong::call(
        "ignores the secret of a public app",
        "oauth-errors/authentication-method [a secret for a public app at revoke]",
        |call, _| call.changed_at("/v1/revoke", |call| call.without_parameter("client_secret")),
    ),
    Wrong::call(
        "ignores an unreadable header",
        "oauth-errors/authentication-method [a Basic header that is not base64]",
        |mut call, _| {
            call.headers.remove("authorization");
            Way::On(call)
        },
    ),
    Wrong::call(
        "introspects for a web app without its secret",
        "oauth-errors/client-credentials [introspect, a confidential client without its secret]",
        |call, memory| {
            let secret = memory.secret.as_deref().filter(|_| call.is("/v1/introspect"));
            Way::On(match secret {
                Some(secret) if call.parameter("client_secret").is_none() => {
                    call.with_parameter("client_secret", secret)
                }
                _ => call,
            })
        },
    ),
    Wrong::call("takes any redirect URI for a code", "token/redirect-uri-wrong", |call, _| {
        call.changed_at("/v1/token", |call| call.without_parameter("redirect_uri"))
    }),
    Wrong::call(
        "takes any maximum age",
        "oauth-errors/interact-parameter [negative maximum age]",
        without_age,
    ),
    Wrong::call(
        "takes any verifier without a challenge",
        "token/verifier-without-challenge",
        |call, _| call.changed_at("/v1/token", |call| call.without_parameter("code_verifier")),
    ),
    Wrong::call("takes a forged hint", "token/logout", |call, _| {
        Way::On(call.with_target("id_token_hint=a.b.c&", ""))
    }),
];

fn without_age(call: Call, _: &Memory) -> Way {
    call.changed_at("/v1/interact", |call| call.without_parameter("max_age"))
}
