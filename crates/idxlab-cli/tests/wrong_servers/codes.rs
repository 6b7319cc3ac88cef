//! Codes of mails and phones that are taken when they are wrong, used, stale or past their life, or that are not sent as they should be.

use serde_json::json;

use crate::Wrong;
use crate::call::{Call, Way};
use crate::memory::Memory;
use crate::transaction::introspecting;

const ANSWER: &str = "/challenge/answer";
const RESEND: &str = "/challenge/resend";
const PASSCODE: &str = "/credentials/passcode";

pub(crate) const WRONG: &[Wrong] = &[
    Wrong::call("takes any code for the mail's", "email-code/wrong-code", |call, memory| {
        right_code(call, memory, "email", |given| !memory.was_sent(given))
    }),
    Wrong::call("takes any code for the text message's", "phone/wrong-code", |call, memory| {
        right_code(call, memory, "sms", |given| !memory.was_sent(given))
    }),
    Wrong::call(
        "takes any code when an address is verified",
        "policy/recovery-email-verified",
        |call, memory| right_code(call, memory, "email", |given| !memory.was_sent(given)),
    ),
    Wrong::call("takes a code that was used", "email-code/used-twice", |call, memory| {
        let was_used = |given: &str| {
            memory.answer_to(|call, answer| gave(call, given) && !answer.is_refusal()).is_some()
        };
        right_code(call, memory, "sms", was_used)
    }),
    Wrong::call("takes an answer again", "email-code/answered-again", |call, memory| match memory
        .answer_to(|known, answer| {
            call.is(ANSWER) && known.json() == call.json() && !answer.is_refusal()
        }) {
        Some(answer) => Way::Here(answer),
        None => Way::On(call),
    }),
    Wrong::call("takes the old code after a resend", "email-code/resend", |call, memory| {
        right_code(call, memory, "email", |given| {
            memory.was_asked(RESEND) && memory.was_sent(given)
        })
    }),
    Wrong::call(
        "takes the old code when email was chosen again",
        "email-code/chosen-again",
        |call, memory| {
            right_code(call, memory, "email", |given| {
                !memory.was_asked(RESEND) && memory.was_sent(given)
            })
        },
    ),
    Wrong::org("gives codes another life than it was told", "email-code/expired", |org| {
        org["authenticators"]["okta_email"]["tokenLifetimeInMinutes"] = json!(5);
    }),
    Wrong::call("does not count wrong answers", "email-code/sixth-answer", |call, memory| {
        let is_wrong =
            call.is(ANSWER) && call.text(PASSCODE).is_some_and(|given| !memory.was_sent(&given));
        match memory.answer_to(|known, answer| is_wrong && known.is(ANSWER) && answer.is_refusal())
        {
            Some(answer) => Way::Here(answer),
            None => Way::On(call),
        }
    }),
    Wrong::call("sends no second mail when asked to", "email-code/resend", sends_nothing_again),
    Wrong::call("sends no second text message when asked to", "phone/resend", sends_nothing_again),
    Wrong::call("sends the same code only once", "phone/resend-fixed-code", sends_nothing_again),
    Wrong::call(
        "sends no mail when email is chosen again",
        "email-code/chosen-again",
        |call, memory| {
            if call.is("/credential/enroll") && memory.is_again(&call) {
                introspecting(&call, memory)
            } else {
                Way::On(call)
            }
        },
    ),
    Wrong::call(
        "sends a new code at every introspect",
        "transaction/introspect-sends-nothing",
        |call, memory| {
            let is_awaited = memory.page()["currentAuthenticator"]["value"]["resend"].is_object();
            if !(call.is("/idp/idx/introspect") && is_awaited) {
                return Way::On(call);
            }
            let resend = call
                .clone()
                .onward_to("challenge/resend", &json!({"stateHandle": memory.state_handle()}));
            Way::All(vec![resend, call])
        },
    ),
    Wrong::call("takes a poll for the answer", "email-code/page", |call, memory| {
        let code = memory.code_by("email").filter(|_| call.is("/challenge/poll"));
        match code {
            Some(code) => Way::On(call.onward_to(
                "challenge/answer",
                &json!({"stateHandle": memory.state_handle(), "credentials": {"passcode": code}}),
            )),
            None => Way::On(call),
        }
    }),
    Wrong::call(
        "sends the code to another number",
        "phone/number-accepted [with dots]",
        |call, _| match call.text("/authenticator/phoneNumber") {
            Some(given) if given.starts_with("+33") => {
                Way::On(call.with("/authenticator/phoneNumber", "+33612340000"))
            }
            _ => Way::On(call),
        },
    ),
    Wrong::call("writes to a phone that wants to be called", "sign-up/voice-call", |call, _| {
        match call.text("/authenticator/methodType").as_deref() {
            Some("voice") => Way::On(call.with("/authenticator/methodType", "sms")),
            _ => Way::On(call),
        }
    }),
];

/// The newest code in place of the given one, where that is one of those that this server should refuse.
fn right_code(
    call: Call,
    memory: &Memory,
    channel: &str,
    is_refused: impl Fn(&str) -> bool,
) -> Way {
    let code = memory.code_by(channel).filter(|_| call.is(ANSWER));
    match (code, call.text(PASSCODE)) {
        (Some(code), Some(given)) if given != code && is_refused(&given) => {
            Way::On(call.with(PASSCODE, code))
        }
        _ => Way::On(call),
    }
}

fn sends_nothing_again(call: Call, memory: &Memory) -> Way {
    if call.is(RESEND) { introspecting(&call, memory) } else { Way::On(call) }
}

fn gave(call: &Call, code: &str) -> bool {
    call.is(ANSWER) && call.text(PASSCODE).as_deref() == Some(code)
}
