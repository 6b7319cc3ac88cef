//! Servers that accept incorrect, used, superseded or expired codes, or do not send codes correctly.

use serde_json::json;

use crate::WrongServer;
use crate::client_request::{ClientRequest, Handling, ServerResponse};
use crate::history::History;
use crate::transaction::introspect_instead;

const ANSWER: &str = "/challenge/answer";
const RESEND: &str = "/challenge/resend";
const PASSCODE: &str = "/credentials/passcode";

const NUMBER: &str = "/authenticator/phoneNumber";

pub(crate) const WRONG: &[WrongServer] = &[
    WrongServer::request("accepts any email code", "email-code/wrong-code", |request, history| {
        with_correct_code(request, history, "email", |submitted| !history.has_sent_code(submitted))
    }),
    WrongServer::request("accepts any SMS code", "phone/wrong-code", |request, history| {
        with_correct_code(request, history, "sms", |submitted| !history.has_sent_code(submitted))
    }),
    WrongServer::request(
        "accepts any code for a recovery address",
        "policy/recovery-email-verified",
        |request, history| {
            with_correct_code(request, history, "email", |submitted| {
                !history.has_sent_code(submitted)
            })
        },
    ),
    WrongServer::request("accepts a used code", "email-code/used-twice", |request, history| {
        let was_used = |submitted: &str| {
            history
                .first_response(|request, response| {
                    submits(request, submitted) && !response.is_refusal()
                })
                .is_some()
        };
        with_correct_code(request, history, "sms", was_used)
    }),
    WrongServer::request(
        "accepts the same code submission twice",
        "email-code/answered-again",
        |request, history| match history.first_response(|known, response| {
            request.is(ANSWER) && known.json() == request.json() && !response.is_refusal()
        }) {
            Some(response) => Handling::Respond(response),
            None => Handling::Forward(request),
        },
    ),
    WrongServer::request(
        "accepts the old code after a resend",
        "email-code/resend",
        |request, history| {
            with_correct_code(request, history, "email", |submitted| {
                history.was_called(RESEND) && history.has_sent_code(submitted)
            })
        },
    ),
    WrongServer::request(
        "accepts the old code after email is selected again",
        "email-code/chosen-again",
        |request, history| {
            with_correct_code(request, history, "email", |submitted| {
                !history.was_called(RESEND) && history.has_sent_code(submitted)
            })
        },
    ),
    WrongServer::org("ignores the configured code lifetime", "email-code/expired", |org| {
        org["authenticators"]["okta_email"]["tokenLifetimeInMinutes"] = json!(5);
    }),
    WrongServer::request(
        "does not count incorrect codes",
        "email-code/sixth-answer",
        repeat_first_refusal,
    ),
    WrongServer::request(
        "accepts the old code of a phone after a resend",
        "phone/resend",
        |request, history| {
            with_correct_code(request, history, "sms", |submitted| {
                history.was_called(RESEND) && history.has_sent_code(submitted)
            })
        },
    ),
    WrongServer::request(
        "does not count incorrect codes of a phone",
        "phone/sixth-answer",
        repeat_first_refusal,
    ),
    WrongServer::request(
        "sends a new code at every poll",
        "email-code/polled",
        |request, history| {
            if !request.is("/challenge/poll") {
                return Handling::Forward(request);
            }
            let handle = json!({"stateHandle": history.state_handle()});
            let resend = request.clone().with_idx_request("challenge/resend", &handle);
            Handling::ForwardAll(vec![resend, request])
        },
    ),
    WrongServer::request(
        "returns the page for the number when the code is awaited",
        "phone/introspected",
        |request, history| {
            let asks_number = |response: &ServerResponse| {
                response.value().to_string().contains("authenticator-enrollment-data")
            };
            let older = history.first_response(|_, response| {
                request.is("/idp/idx/introspect") && asks_number(response)
            });
            older.map_or(Handling::Forward(request), Handling::Respond)
        },
    ),
    WrongServer::request("keeps the first number", "phone/other-number", |request, history| {
        let mut numbers = history.exchanges.iter().filter_map(|(known, _)| known.text(NUMBER));
        match numbers.next().filter(|_| request.text(NUMBER).is_some()) {
            Some(first) => Handling::Forward(request.with(NUMBER, first)),
            None => Handling::Forward(request),
        }
    }),
    WrongServer::request(
        "sends no email on a resend",
        "email-code/resend",
        introspect_instead_of_resend,
    ),
    WrongServer::request("sends no SMS on a resend", "phone/resend", introspect_instead_of_resend),
    WrongServer::request(
        "sends the same code only once",
        "phone/resend-fixed-code",
        introspect_instead_of_resend,
    ),
    WrongServer::request(
        "sends no email when email is selected again",
        "email-code/chosen-again",
        |request, history| {
            if request.is("/credential/enroll") && history.is_repeated(&request) {
                introspect_instead(&request, history)
            } else {
                Handling::Forward(request)
            }
        },
    ),
    WrongServer::request(
        "sends a new code on every introspect",
        "transaction/introspect-sends-nothing",
        |request, history| {
            let is_awaited = history.page()["currentAuthenticator"]["value"]["resend"].is_object();
            if !(request.is("/idp/idx/introspect") && is_awaited) {
                return Handling::Forward(request);
            }
            let resend = request.clone().with_idx_request(
                "challenge/resend",
                &json!({"stateHandle": history.state_handle()}),
            );
            Handling::ForwardAll(vec![resend, request])
        },
    ),
    WrongServer::request("verifies the code on a poll", "email-code/page", |request, history| {
        let code = history.newest_code("email").filter(|_| request.is("/challenge/poll"));
        match code {
            Some(code) => Handling::Forward(request.with_idx_request(
                "challenge/answer",
                &json!({"stateHandle": history.state_handle(), "credentials": {"passcode": code}}),
            )),
            None => Handling::Forward(request),
        }
    }),
    WrongServer::request(
        "sends the code to a different number",
        "phone/number-accepted [with dots]",
        |request, _| match request.text("/authenticator/phoneNumber") {
            Some(submitted) if submitted.starts_with("+33") => {
                Handling::Forward(request.with("/authenticator/phoneNumber", "+33612340000"))
            }
            _ => Handling::Forward(request),
        },
    ),
    WrongServer::request(
        "sends an SMS if the user selects voice",
        "sign-up/voice-call",
        |request, _| match request.text("/authenticator/methodType").as_deref() {
            Some("voice") => Handling::Forward(request.with("/authenticator/methodType", "sms")),
            _ => Handling::Forward(request),
        },
    ),
];

/// Replaces the client's code by the newest one if a correct server refuses it.
fn with_correct_code(
    request: ClientRequest,
    history: &History,
    channel: &str,
    is_refused: impl Fn(&str) -> bool,
) -> Handling {
    let code = history.newest_code(channel).filter(|_| request.is(ANSWER));
    match (code, request.text(PASSCODE)) {
        (Some(code), Some(submitted)) if submitted != code && is_refused(&submitted) => {
            Handling::Forward(request.with(PASSCODE, code))
        }
        _ => Handling::Forward(request),
    }
}

/// Responds to every incorrect code as to the first one.
fn repeat_first_refusal(request: ClientRequest, history: &History) -> Handling {
    let is_incorrect = |submitted: String| !history.has_sent_code(&submitted);
    let is_refused = request.is(ANSWER) && request.text(PASSCODE).is_some_and(is_incorrect);
    let first = history
        .first_response(|known, response| is_refused && known.is(ANSWER) && response.is_refusal());
    first.map_or(Handling::Forward(request), Handling::Respond)
}

fn introspect_instead_of_resend(request: ClientRequest, history: &History) -> Handling {
    if request.is(RESEND) {
        introspect_instead(&request, history)
    } else {
        Handling::Forward(request)
    }
}

fn submits(request: &ClientRequest, code: &str) -> bool {
    request.is(ANSWER) && request.text(PASSCODE).as_deref() == Some(code)
}
