//! Transactions that are not kept apart, do not end, or go where their page does not lead.

use hyper::Method;
use serde_json::json;

use crate::Wrong;
use crate::call::{Call, Way};
use crate::memory::Memory;

const STATE: &str = "/stateHandle";
const INTERACTION: &str = "/interactionHandle";

pub(crate) const WRONG: &[Wrong] = &[
    Wrong::call("lets people skip too early", "skip/too-early", |call, memory| {
        never_refused(call, memory, "/idx/skip")
    }),
    Wrong::call(
        "takes a skip in the list of required ones",
        "transaction/not-offered [skip in the list of required ones]",
        |call, memory| never_refused(call, memory, "/idx/skip"),
    ),
    Wrong::call(
        "takes an answer without a challenge",
        "transaction/not-offered [an answer without a challenge]",
        |call, memory| never_refused(call, memory, "/challenge/answer"),
    ),
    Wrong::call(
        "takes a resend without a challenge",
        "transaction/not-offered [a resend without a challenge]",
        |call, memory| never_refused(call, memory, "/challenge/resend"),
    ),
    Wrong::call(
        "takes an authenticator that nobody has",
        "transaction/not-offered [an authenticator that nobody has]",
        |call, memory| never_refused(call, memory, "/credential/enroll"),
    ),
    Wrong::call(
        "takes a handle that it never gave out",
        "transaction/unknown-handle",
        |call, memory| newest(call, memory, |given| !memory.gave_out(given)),
    ),
    Wrong::call(
        "takes every handle for the newest",
        "transaction/foreign-handle",
        |call, memory| newest(call, memory, |given| memory.gave_out(given)),
    ),
    Wrong::call("refuses a stale poll", "transaction/stale-poll", |call, _| {
        let is_poll = call.is("/challenge/poll");
        Way::On(if is_poll { call.with(STATE, "02nobody") } else { call })
    }),
    Wrong::call(
        "gives the interaction code to a tab that was left behind",
        "transaction/transferred",
        |call, memory| match call.is("/challenge/poll") {
            true => introspecting(&call, memory),
            false => Way::On(call),
        },
    ),
    Wrong::call("needs no handle", "transaction/state-handle-missing", |call, memory| {
        let has_none = call.path().starts_with("/idp/idx/") && call.json() == json!({});
        Way::On(if has_none { call.with(STATE, memory.state_handle()) } else { call })
    }),
    Wrong::call(
        "goes on with a transaction that waited too long",
        "transaction/expired",
        time_stands_still,
    ),
    Wrong::call(
        "shows a transaction that waited too long",
        "transaction/expired-introspected",
        time_stands_still,
    ),
    Wrong::call(
        "keeps the profile form for ever",
        "transaction/start-page-lives-two-hours",
        time_stands_still,
    ),
    Wrong::call("does not cancel", "transaction/cancel", |call, memory| {
        if call.is("/idx/cancel") { introspecting(&call, memory) } else { Way::On(call) }
    }),
    Wrong::call(
        "lets the old handle live after a cancel",
        "transaction/cancelled-handle",
        |call, memory| {
            let is_over = memory.was_asked("/idx/cancel");
            newest(call, memory, |given| is_over && memory.gave_out(given))
        },
    ),
    Wrong::call(
        "begins anew at every introspect",
        "transaction/introspect-idempotent",
        |call, memory| {
            let is_behind = call.is("/idp/idx/introspect") && memory.page()["user"].is_object();
            if !is_behind {
                return Way::On(call);
            }
            Way::On(call.onward_to("cancel", &json!({"stateHandle": memory.state_handle()})))
        },
    ),
    Wrong::org("does not rotate handles", "transaction/handles-rotate", |org| {
        org["rotateHandles"] = json!(false)
    }),
    Wrong::call(
        "lets a handle die when there is a newer one",
        "transaction/handles-rotate",
        |call, memory| {
            let is_old = call.text(STATE).is_some_and(|given| given != memory.state_handle());
            Way::On(if is_old { call.with(STATE, "02nobody") } else { call })
        },
    ),
    Wrong::call(
        "gives a transaction up when its profile comes twice",
        "profile/sent-twice",
        |call, memory| {
            if !(call.is("/enroll/new") && memory.was_asked("/enroll/new")) {
                return Way::On(call);
            }
            let handle = json!({"stateHandle": memory.state_handle()});
            Way::All(vec![call.clone().onward_to("cancel", &handle), call])
        },
    ),
];

/// Time that passes for everybody else: nothing ever ends.
pub(crate) fn time_stands_still(mut call: Call, _: &Memory) -> Way {
    if call.is("/_idxlab/api/clock") {
        call.method = Method::GET;
    }
    Way::On(call)
}

/// The present page in place of what was asked for.
pub(crate) fn introspecting(call: &Call, memory: &Memory) -> Way {
    Way::On(introspect(call, memory))
}

fn introspect(call: &Call, memory: &Memory) -> Call {
    let body = match call.text(STATE) {
        Some(handle) => json!({"stateHandle": handle}),
        None => json!({"interactionHandle": memory.interaction_handle()}),
    };
    call.clone().onward_to("introspect", &body)
}

/// What is refused at this endpoint is shown as if it had been taken.
fn never_refused(call: Call, memory: &Memory, endpoint: &str) -> Way {
    if !call.is(endpoint) {
        return Way::On(call);
    }
    let instead = introspect(&call, memory);
    Way::NeverRefused(call, instead)
}

/// The newest handle in place of the given one, where that is one of those that this server should not take.
fn newest(call: Call, memory: &Memory, is_wrong: impl Fn(&str) -> bool) -> Way {
    let is_wrong = |given: Option<String>| given.is_some_and(|given| is_wrong(&given));
    if is_wrong(call.text(STATE)) {
        return Way::On(call.with(STATE, memory.state_handle()));
    }
    if is_wrong(call.text(INTERACTION))
        && call.text(INTERACTION) != Some(memory.interaction_handle())
    {
        return Way::On(call.with(INTERACTION, memory.interaction_handle()));
    }
    Way::On(call)
}
