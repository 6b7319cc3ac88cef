//! Tokens for those who should get none, and tokens that open what they should not.

use serde_json::json;

use crate::Wrong;
use crate::call::{Answer, Call, PUBLIC_CLIENT, Way};
use crate::transaction::time_stands_still;

const TOKEN: &str = "/v1/token";
const USERINFO: &str = "/v1/userinfo";
/// The id and the secret of the presets' confidential app.
const WEB_CREDENTIALS: &str =
    "Basic MG9haWR4bGFid2ViMDAwMDAwMDI6aWR4bGFiLXNlY3JldC1vZi10aGUtY29uZmlkZW50aWFsLWFwcA==";

pub(crate) const WRONG: &[Wrong] = &[
    Wrong::call("redeems a code twice", "token/code-used-twice", |call, memory| {
        match memory.answer_to(|known, _| call.is(TOKEN) && known.is(TOKEN)) {
            Some(answer) => Way::Here(answer),
            None => Way::On(call),
        }
    }),
    Wrong::call("redeems a code that has ended", "token/code-expired", time_stands_still),
    Wrong::call("has one lifetime", "token/access-token-lifetime", time_stands_still),
    Wrong::call("takes a secret from any place", "token/auth-method", |call, _| {
        call.changed_at(TOKEN, |call| {
            call.without_parameter("client_secret").with_header("authorization", WEB_CREDENTIALS)
        })
    }),
    Wrong::call("redeems for a client that nobody has", "token/wrong-client", |call, _| {
        call.changed_at(TOKEN, |call| call.with_parameter("client_id", PUBLIC_CLIENT))
    }),
    Wrong::call("redeems the code of another client", "token/code-of-another-client", |call, _| {
        call.changed_at(TOKEN, |call| call.with_parameter("client_id", PUBLIC_CLIENT))
    }),
    Wrong::call(
        "redeems the code of another authorization server",
        "token/code-of-another-server",
        |call, _| Way::On(call.with_target("/oauth2/v1/token", "/oauth2/default/v1/token")),
    ),
    Wrong::call("redeems by every grant", "token/grant-unsupported", |call, _| {
        call.changed_at(TOKEN, |call| call.with_parameter("grant_type", "interaction_code"))
    }),
    Wrong::call("takes any secret", "token/wrong-secret [a wrong secret]", |call, memory| {
        let is_given = call.is(TOKEN) && call.parameter("client_secret").is_some();
        match memory.secret.as_deref().filter(|_| is_given) {
            Some(secret) => Way::On(call.with_parameter("client_secret", secret)),
            None => Way::On(call),
        }
    }),
    Wrong::call("needs no secret", "token/wrong-secret [no secret]", |call, memory| {
        let is_missing = call.is(TOKEN) && call.parameter("client_secret").is_none();
        match memory.secret.as_deref().filter(|_| is_missing) {
            Some(secret) => Way::On(call.with_parameter("client_secret", secret)),
            None => Way::On(call),
        }
    }),
    Wrong::call("takes two credentials", "token/credentials-twice", |mut call, _| {
        call.headers.remove("authorization");
        Way::On(call)
    }),
    Wrong::call(
        "tells everybody what a token is",
        "token/no-credentials [introspect]",
        |call, _| {
            call.changed_at("/v1/introspect", |call| {
                call.with_parameter("client_id", PUBLIC_CLIENT)
            })
        },
    ),
    Wrong::call("lets everybody revoke", "token/no-credentials [revoke]", |call, _| {
        call.changed_at("/v1/revoke", |call| call.with_parameter("client_id", PUBLIC_CLIENT))
    }),
    Wrong::call("revokes nothing", "token/introspect-and-revoke", |call, _| {
        if call.is("/v1/revoke") { Way::Here(Answer::empty()) } else { Way::On(call) }
    }),
    Wrong::call(
        "opens a profile by a revoked token",
        "token/introspect-and-revoke",
        |call, memory| {
            if memory.was_asked("/v1/revoke") {
                open_profile(call, |_| true)
            } else {
                Way::On(call)
            }
        },
    ),
    Wrong::call(
        "opens a profile by a token that has ended",
        "token/access-token-ended",
        |call, memory| {
            if memory.was_asked("/_idxlab/api/clock") {
                open_profile(call, |_| true)
            } else {
                Way::On(call)
            }
        },
    ),
    Wrong::call("calls a token active that has ended", "token/access-token-ended", |call, _| {
        if call.is("/v1/introspect") {
            Way::Here(Answer::json(&json!({"active": true})))
        } else {
            Way::On(call)
        }
    }),
    Wrong::call("opens a profile by any token", "token/userinfo-refused", |call, _| {
        open_profile(call, |call| call.headers.contains_key("authorization"))
    }),
    Wrong::call("opens a profile by no token", "token/userinfo-refused", |call, _| {
        open_profile(call, |call| !call.headers.contains_key("authorization"))
    }),
    Wrong::call("opens a profile whatever the scope", "token/scope-too-narrow", |call, _| {
        open_profile(call, |_| true)
    }),
    Wrong::call("sends people anywhere when they log out", "token/logout", |call, _| {
        Way::On(
            call.with_target(
                "https%3A%2F%2Felsewhere.example%2F",
                "http%3A%2F%2Flocalhost%3A8080%2F",
            ),
        )
    }),
];

fn open_profile(call: Call, is_taken: fn(&Call) -> bool) -> Way {
    if call.is(USERINFO) && is_taken(&call) {
        return Way::Here(Answer::json(&json!({"sub": "00uidxlab00000000001", "name": "Mary Jo"})));
    }
    Way::On(call)
}
