//! Refresh tokens that live longer, or do more, than they should.

use serde_json::json;

use crate::Wrong;
use crate::call::{Answer, Call, PUBLIC_CLIENT, Way};
use crate::memory::Memory;
use crate::transaction::time_stands_still;

const TOKEN: &str = "/v1/token";

pub(crate) const WRONG: &[Wrong] = &[
    Wrong::call("never rotates", "refresh/rotated", |call, memory| {
        let earlier = memory.answer_to(|known, _| is_refresh(&call) && is_refresh(known));
        earlier.map_or(Way::On(call), Way::Here)
    }),
    Wrong::call("forgets that it rotated", "refresh/reused", with_newest),
    Wrong::call("ignores the leeway of the app", "refresh/settings", with_newest),
    Wrong::call("refreshes for any client", "refresh/of-another-client", |call, _| {
        call.changed_at(TOKEN, |call| call.with_parameter("client_id", PUBLIC_CLIENT))
    }),
    Wrong::call("refreshes at any server", "refresh/of-another-server", |call, _| {
        if !is_refresh(&call) {
            return Way::On(call);
        }
        Way::On(call.with_target("/oauth2/v1/token", "/oauth2/default/v1/token"))
    }),
    Wrong::call("needs no secret to refresh", "refresh/secret [no secret]", |call, memory| {
        let is_missing = is_refresh(&call) && call.parameter("client_secret").is_none();
        match memory.secret.as_deref().filter(|_| is_missing) {
            Some(secret) => Way::On(call.with_parameter("client_secret", secret)),
            None => Way::On(call),
        }
    }),
    Wrong::call("ignores the scope of a refresh", "refresh/narrowed-scope", without_scope),
    Wrong::call(
        "lets a client widen its scope",
        "refresh/scope-refused [not granted]",
        without_scope,
    ),
    Wrong::call("extends a refresh token", "refresh/expiry-inherited", time_stands_still),
    Wrong::call("has no idle window", "refresh/idle-window", time_stands_still),
    Wrong::call("has no idle window by default", "refresh/idle-a-week", time_stands_still),
    Wrong::call("keeps a revoked refresh token", "refresh/revoked", |call, _| {
        if call.is("/v1/revoke") { Way::Here(Answer::empty()) } else { Way::On(call) }
    }),
    Wrong::call("refreshes for users who lost the app", "refresh/user-not-assigned", |call, _| {
        if call.is("/_idxlab/api/org") {
            return Way::Here(Answer::json(&json!({})));
        }
        Way::On(call)
    }),
    Wrong::call("revokes too much", "refresh/access-token-revoked", |call, memory| {
        if is_refresh(&call) && memory.was_asked("/v1/revoke") {
            return Way::Here(Answer::json(&json!({"error": "invalid_grant"})));
        }
        Way::On(call)
    }),
];

fn is_refresh(call: &Call) -> bool {
    call.is(TOKEN) && call.parameter("grant_type").as_deref() == Some("refresh_token")
}

/// The same request with the newest refresh token, whatever the client sent.
fn with_newest(call: Call, memory: &Memory) -> Way {
    let answers = memory.exchanges.iter().rev();
    let newest =
        answers.filter(|_| is_refresh(&call)).find_map(|(_, answer)| answer.text("/refresh_token"));
    match newest {
        Some(newest) => Way::On(call.with_parameter("refresh_token", &newest)),
        None => Way::On(call),
    }
}

fn without_scope(call: Call, _: &Memory) -> Way {
    Way::On(if is_refresh(&call) { call.without_parameter("scope") } else { call })
}
