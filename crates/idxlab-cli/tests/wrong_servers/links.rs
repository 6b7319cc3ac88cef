//! Links that open what they should not: used, stale, ended, in another browser; and activation tokens.

use serde_json::json;

use crate::Wrong;
use crate::call::{Call, Way};
use crate::memory::Memory;
use crate::transaction::time_stands_still;

pub(crate) const WRONG: &[Wrong] = &[
    Wrong::call("opens the link of an older mail", "magic-link/stale", |call, memory| match memory
        .link()
        .filter(|link| is_link(&call) && memory.was_mailed(&call) && *link != call.target)
    {
        Some(link) => Way::On(with_address(call, link)),
        None => Way::On(call),
    }),
    Wrong::call(
        "opens a link that nobody was sent",
        "magic-link/stale",
        |call, memory| match memory.link().filter(|_| is_link(&call) && !memory.was_mailed(&call)) {
            Some(link) => Way::On(with_address(call, link)),
            None => Way::On(call),
        },
    ),
    Wrong::call(
        "calls the link of a page that the user left used",
        "magic-link/left",
        |call, memory| {
            Way::On(match is_link(&call) && memory.was_mailed(&call) {
                true => with_address(call, "/email/verify/app?token=ftused".to_owned()),
                false => call,
            })
        },
    ),
    Wrong::call("opens a link twice", "magic-link/same-browser", |call, memory| {
        match memory.answer_to(|known, _| is_link(&call) && known.target == call.target) {
            Some(answer) => Way::Here(answer),
            None => Way::On(call),
        }
    }),
    Wrong::call("opens a link that has ended", "magic-link/expired", time_stands_still),
    Wrong::call(
        "takes any browser for the one that began",
        "magic-link/other-browser",
        |call, _| {
            let begins_or_opens = is_link(&call) || call.is("/v1/interact");
            Way::On(if begins_or_opens {
                call.with_header("cookie", "DT=the-only-browser")
            } else {
                call
            })
        },
    ),
    Wrong::org("mails no link to the app", "magic-link/callback", |org| {
        *org = json!({"preset": "email-and-password-required"});
    }),
    Wrong::call("ignores an activation token", "activation/token-proves-the-address", |call, _| {
        Way::On(call.without_parameter("activation_token"))
    }),
    Wrong::call("takes an activation token twice", "activation/token-used", |call, memory| {
        let was_used =
            call.parameter("activation_token").is_some_and(|given| memory.was_given(&given));
        Way::On(if was_used { call.without_parameter("activation_token") } else { call })
    }),
    Wrong::call(
        "takes an activation token that has ended",
        "activation/token-expires",
        time_stands_still,
    ),
    Wrong::call(
        "takes an activation token that nobody gave out",
        "oauth-errors/activation-token",
        |call, _| {
            Way::On(if call.is("/v1/interact") {
                call.without_parameter("activation_token")
            } else {
                call
            })
        },
    ),
];

impl Memory {
    fn was_mailed(&self, call: &Call) -> bool {
        let mut links = self.messages.iter().filter_map(|message| message.link.as_deref());
        links.any(|link| link.ends_with(&call.target))
    }

    fn was_given(&self, activation_token: &str) -> bool {
        let given = |call: &Call| call.parameter("activation_token");
        self.exchanges.iter().any(|(call, _)| given(call).as_deref() == Some(activation_token))
    }
}

fn is_link(call: &Call) -> bool {
    call.path().starts_with("/email/verify/")
}

fn with_address(mut call: Call, target: String) -> Call {
    call.target = target;
    call
}
