//! Servers that mix up transactions, do not end them, or accept actions that their page does not offer.

use hyper::header::{ACCEPT, ORIGIN};
use hyper::{Method, StatusCode};
use serde_json::json;

use crate::WrongServer;
use crate::client_request::{ClientRequest, Handling, ServerResponse};
use crate::history::History;

const STATE: &str = "/stateHandle";
const INTERACTION: &str = "/interactionHandle";

pub(crate) const WRONG: &[WrongServer] = &[
    WrongServer::request("keeps the first expiry", "transaction/expiry-moves", |request, _| {
        let moved = "2026-01-01T00:05:05.000Z";
        Handling::Forward(request.with_response_text(moved, "2026-01-01T00:05:00.000Z"))
    }),
    WrongServer::request(
        "does not accept stateToken",
        "transaction/introspect-by-state-token",
        |request, _| match request.text("/stateToken") {
            Some(_) => Handling::Forward(request.with_idx_request("introspect", &json!({}))),
            None => Handling::Forward(request),
        },
    ),
    WrongServer::request(
        "refuses a request without Accept",
        "robustness/no-accept-header",
        |request, _| match request.headers.contains_key(ACCEPT) {
            true => Handling::Forward(request),
            false => Handling::Respond(ServerResponse {
                status: StatusCode::NOT_ACCEPTABLE,
                ..ServerResponse::empty()
            }),
        },
    ),
    WrongServer::request(
        "sends no CORS headers",
        "robustness/web-page [introspect]",
        |mut request, _| {
            request.headers.remove(ORIGIN);
            Handling::Forward(request)
        },
    ),
    WrongServer::request(
        "asks for another attribute when the user returns",
        "profile/back-to-sign-in",
        |request, history| {
            let returns = request.is("/idx/enroll") && history.was_called("/identify/select");
            Handling::Forward(match returns {
                true => request.with_response_text("\"lastName\"", "\"middleName\""),
                false => request,
            })
        },
    ),
    WrongServer::request("accepts a skip too early", "skip/too-early", |request, history| {
        ignore_refusal_at(request, history, "/idx/skip")
    }),
    WrongServer::request(
        "accepts a skip on a page with required authenticators",
        "transaction/not-offered [skip in the list of required ones]",
        |request, history| ignore_refusal_at(request, history, "/idx/skip"),
    ),
    WrongServer::request(
        "accepts a code without a challenge",
        "transaction/not-offered [an answer without a challenge]",
        |request, history| ignore_refusal_at(request, history, "/challenge/answer"),
    ),
    WrongServer::request(
        "accepts a resend without a challenge",
        "transaction/not-offered [a resend without a challenge]",
        |request, history| ignore_refusal_at(request, history, "/challenge/resend"),
    ),
    WrongServer::request(
        "accepts an unknown authenticator",
        "transaction/not-offered [an authenticator that nobody has]",
        |request, history| ignore_refusal_at(request, history, "/credential/enroll"),
    ),
    WrongServer::request(
        "accepts a state handle that it never issued",
        "transaction/unknown-handle",
        |request, history| {
            with_newest_handle(request, history, |submitted| !history.has_returned(submitted))
        },
    ),
    WrongServer::request(
        "uses the newest transaction for every state handle",
        "transaction/foreign-handle",
        |request, history| {
            with_newest_handle(request, history, |submitted| history.has_returned(submitted))
        },
    ),
    WrongServer::request("refuses a stale poll", "transaction/stale-poll", |request, _| {
        let is_poll = request.is("/challenge/poll");
        Handling::Forward(if is_poll { request.with(STATE, "02unknown") } else { request })
    }),
    WrongServer::request(
        "returns the interaction code to a superseded tab",
        "transaction/transferred",
        |request, history| match request.is("/challenge/poll") {
            true => introspect_instead(&request, history),
            false => Handling::Forward(request),
        },
    ),
    WrongServer::request(
        "requires no state handle",
        "transaction/state-handle-missing",
        |request, history| {
            let has_none = request.path().starts_with("/idp/idx/") && request.json() == json!({});
            Handling::Forward(if has_none {
                request.with(STATE, history.state_handle())
            } else {
                request
            })
        },
    ),
    WrongServer::request(
        "continues an expired transaction",
        "transaction/expired",
        ignore_clock_change,
    ),
    WrongServer::request(
        "returns the page of an expired transaction",
        "transaction/expired-introspected",
        ignore_clock_change,
    ),
    WrongServer::request(
        "never expires the profile form",
        "transaction/start-page-lives-two-hours",
        ignore_clock_change,
    ),
    WrongServer::request(
        "does not cancel a transaction",
        "transaction/cancel",
        |request, history| {
            if request.is("/idx/cancel") {
                introspect_instead(&request, history)
            } else {
                Handling::Forward(request)
            }
        },
    ),
    WrongServer::request(
        "accepts a cancelled transaction's handle",
        "transaction/cancelled-handle",
        |request, history| {
            let is_cancelled = history.was_called("/idx/cancel");
            with_newest_handle(request, history, |submitted| {
                is_cancelled && history.has_returned(submitted)
            })
        },
    ),
    WrongServer::request(
        "restarts the transaction on every introspect",
        "transaction/introspect-idempotent",
        |request, history| {
            let is_after_profile =
                request.is("/idp/idx/introspect") && history.page()["user"].is_object();
            if !is_after_profile {
                return Handling::Forward(request);
            }
            Handling::Forward(
                request.with_idx_request("cancel", &json!({"stateHandle": history.state_handle()})),
            )
        },
    ),
    WrongServer::org("does not rotate state handles", "transaction/handles-rotate", |org| {
        org["rotateHandles"] = json!(false)
    }),
    WrongServer::request(
        "refuses a handle if a newer one exists",
        "transaction/handles-rotate",
        |request, history| {
            let is_old =
                request.text(STATE).is_some_and(|submitted| submitted != history.state_handle());
            Handling::Forward(if is_old { request.with(STATE, "02unknown") } else { request })
        },
    ),
    WrongServer::request(
        "ends the transaction if the profile is sent twice",
        "profile/sent-twice",
        |request, history| {
            if !(request.is("/enroll/new") && history.was_called("/enroll/new")) {
                return Handling::Forward(request);
            }
            let handle = json!({"stateHandle": history.state_handle()});
            Handling::ForwardAll(vec![request.clone().with_idx_request("cancel", &handle), request])
        },
    ),
];

/// Ignores a change of the clock, so that nothing expires.
pub(crate) fn ignore_clock_change(mut request: ClientRequest, _: &History) -> Handling {
    if request.is("/_idxlab/api/clock") {
        request.method = Method::GET;
    }
    Handling::Forward(request)
}

/// Returns the current page instead of handling the request.
pub(crate) fn introspect_instead(request: &ClientRequest, history: &History) -> Handling {
    Handling::Forward(introspect(request, history))
}

fn introspect(request: &ClientRequest, history: &History) -> ClientRequest {
    let body = match request.text(STATE) {
        Some(handle) => json!({"stateHandle": handle}),
        None => json!({"interactionHandle": history.interaction_handle()}),
    };
    request.clone().with_idx_request("introspect", &body)
}

/// If the correct server refuses a request at this endpoint, returns the current page instead of the refusal.
fn ignore_refusal_at(request: ClientRequest, history: &History, endpoint: &str) -> Handling {
    if !request.is(endpoint) {
        return Handling::Forward(request);
    }
    let instead = introspect(&request, history);
    Handling::ForwardWithFallback(request, instead)
}

/// Replaces the client's handle by the newest one if a correct server refuses it.
fn with_newest_handle(
    request: ClientRequest,
    history: &History,
    is_refused: impl Fn(&str) -> bool,
) -> Handling {
    let is_refused =
        |submitted: Option<String>| submitted.is_some_and(|submitted| is_refused(&submitted));
    if is_refused(request.text(STATE)) {
        return Handling::Forward(request.with(STATE, history.state_handle()));
    }
    if is_refused(request.text(INTERACTION))
        && request.text(INTERACTION) != Some(history.interaction_handle())
    {
        return Handling::Forward(request.with(INTERACTION, history.interaction_handle()));
    }
    Handling::Forward(request)
}
