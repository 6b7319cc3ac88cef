//! Servers that accept invalid refresh tokens, or grant too much for a valid one.

use serde_json::json;

use crate::WrongServer;
use crate::client_request::{ClientRequest, Handling, PUBLIC_CLIENT, ServerResponse};
use crate::history::History;
use crate::transaction::ignore_clock_change;

const TOKEN: &str = "/v1/token";

pub(crate) const WRONG: &[WrongServer] = &[
    WrongServer::request(
        "returns the first tokens again",
        "token/refreshed",
        |request, history| {
            let first = history.first_response(|known, _| is_refresh(&request) && known.is(TOKEN));
            first.map_or(Handling::Forward(request), Handling::Respond)
        },
    ),
    WrongServer::request("never rotates refresh tokens", "refresh/rotated", |request, history| {
        let earlier = history.first_response(|known, _| is_refresh(&request) && is_refresh(known));
        earlier.map_or(Handling::Forward(request), Handling::Respond)
    }),
    WrongServer::request(
        "accepts a rotated refresh token",
        "refresh/reused",
        with_newest_refresh_token,
    ),
    WrongServer::request("ignores the app's leeway", "refresh/settings", with_newest_refresh_token),
    WrongServer::request(
        "refreshes another client's token",
        "refresh/of-another-client",
        |request, _| {
            request.forward_with_change_at(TOKEN, |request| {
                request.with_parameter("client_id", PUBLIC_CLIENT)
            })
        },
    ),
    WrongServer::request(
        "refreshes another authorization server's token",
        "refresh/of-another-server",
        |request, _| {
            if !is_refresh(&request) {
                return Handling::Forward(request);
            }
            Handling::Forward(request.with_target("/oauth2/v1/token", "/oauth2/default/v1/token"))
        },
    ),
    WrongServer::request(
        "requires no secret to refresh",
        "refresh/secret [no secret]",
        |request, history| {
            let is_missing = is_refresh(&request) && request.parameter("client_secret").is_none();
            match history.secret.as_deref().filter(|_| is_missing) {
                Some(secret) => Handling::Forward(request.with_parameter("client_secret", secret)),
                None => Handling::Forward(request),
            }
        },
    ),
    WrongServer::request("ignores the scope of a refresh", "refresh/narrowed-scope", without_scope),
    WrongServer::request(
        "grants a scope that was not granted before",
        "refresh/scope-refused [not granted]",
        without_scope,
    ),
    WrongServer::request(
        "extends the lifetime of a refresh token",
        "refresh/expiry-inherited",
        ignore_clock_change,
    ),
    WrongServer::request("has no idle window", "refresh/idle-window", ignore_clock_change),
    WrongServer::request("has no default idle window", "refresh/idle-a-week", ignore_clock_change),
    WrongServer::request("accepts a revoked refresh token", "refresh/revoked", |request, _| {
        if request.is("/v1/revoke") {
            Handling::Respond(ServerResponse::empty())
        } else {
            Handling::Forward(request)
        }
    }),
    WrongServer::request(
        "refreshes for users whose app assignment was removed",
        "refresh/user-not-assigned",
        |request, _| {
            if request.is("/_idxlab/api/org") {
                return Handling::Respond(ServerResponse::json(&json!({})));
            }
            Handling::Forward(request)
        },
    ),
    WrongServer::request(
        "revokes the refresh token with its access token",
        "refresh/access-token-revoked",
        |request, history| {
            if is_refresh(&request) && history.was_called("/v1/revoke") {
                return Handling::Respond(ServerResponse::json(&json!({"error": "invalid_grant"})));
            }
            Handling::Forward(request)
        },
    ),
];

fn is_refresh(request: &ClientRequest) -> bool {
    request.is(TOKEN) && request.parameter("grant_type").as_deref() == Some("refresh_token")
}

/// Replaces the refresh token by the newest one.
fn with_newest_refresh_token(request: ClientRequest, history: &History) -> Handling {
    let responses = history.exchanges.iter().rev();
    let newest = responses
        .filter(|_| is_refresh(&request))
        .find_map(|(_, response)| response.text("/refresh_token"));
    match newest {
        Some(newest) => Handling::Forward(request.with_parameter("refresh_token", &newest)),
        None => Handling::Forward(request),
    }
}

fn without_scope(request: ClientRequest, _: &History) -> Handling {
    Handling::Forward(if is_refresh(&request) {
        request.without_parameter("scope")
    } else {
        request
    })
}
