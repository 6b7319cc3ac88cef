//! The messages of a page.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::page::{FoundMessage, Page, items};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;
use idx_scenario::protocol::{MESSAGES, MessageInfo};

pub(super) static RULES: &[&Rule] = &[
    &NO_MESSAGE_ON_SUCCESS,
    &REFUSAL_SAYS_WHY,
    &MESSAGE_SHAPE,
    &MESSAGE_LIST,
    &MESSAGE_KNOWN,
    &SESSION_EXPIRED,
];

static NO_MESSAGE_ON_SUCCESS: Rule = Rule {
    id: "server.no-message-on-success",
    level: Level::Must,
    says: "The server must send no error and no top-level message on a page that continues with status 200.",
    reason: "Go treats any top-level message as a failure, and Java shows it as one.",
    source: "requirements of the SDKs in five languages",
    check: Check::Response(silence),
};

fn silence(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page().filter(|page| exchange.status() == 200 && !page.is_terminal())
    else {
        return;
    };
    let is_wrong = |message: &FoundMessage| message.at == "top" || message.class == "ERROR";
    let wrong = page.messages().into_iter().find(is_wrong);
    findings.check(wrong.is_none(), exchange, || {
        wrong.map(|message| format!("at {}: {}", message.at, message.text)).unwrap_or_default()
    });
}

static REFUSAL_SAYS_WHY: Rule = Rule {
    id: "server.refusal-says-why",
    level: Level::Must,
    says: "The server must send a message with every refused IDX request, and the form again if the transaction continues.",
    reason: "Go stops if an error has neither a message nor a form.",
    source: "the shapes of errors, as recorded; okta-idx-golang",
    check: Check::Response(refusal),
};

fn refusal(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(body) = exchange.idx_body().filter(|_| exchange.status() >= 400) else { return };
    findings.check(!Page(body).messages().is_empty(), exchange, || "it has no message".into());
}

static MESSAGE_SHAPE: Rule = Rule {
    id: "server.message-shape",
    level: Level::Must,
    says: "The server must give every message a text and the class ERROR, INFO or WARNING. An i18n object must have a key, and its params must be strings.",
    reason: "Otherwise Swift and Kotlin refuse the response.",
    source: "the shapes of errors, as recorded; okta-mobile-swift, okta-mobile-kotlin",
    check: Check::Response(shape),
};

fn shape(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(body) = exchange.idx_body() else { return };
    for message in Page(body).messages() {
        findings.check(!message.text.is_empty(), exchange, || {
            format!("a message at {} has no text", message.at)
        });
        let class = &message.class;
        findings.check(["ERROR", "INFO", "WARNING"].contains(&class.as_str()), exchange, || {
            format!("the class is {class:?}")
        });
        let fits = message.params.is_null()
            || message.params.as_array().is_some_and(|params| params.iter().all(|p| p.is_string()));
        findings.check(fits, exchange, || format!("params are {}", message.params));
    }
}

static MESSAGE_KNOWN: Rule = Rule {
    id: "server.message-known",
    level: Level::Must,
    says: "If a message has a documented i18n key, the server must send the text, class, status and location that belong to the key.",
    reason: "Users read the text and clients branch on the key, so both must agree.",
    source: "the catalogue of errors",
    check: Check::Response(known),
};

fn known(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(body) = exchange.idx_body() else { return };
    for message in Page(body).messages() {
        findings.checked(exchange);
        let key = message.key.as_deref();
        match MessageInfo::find(key, &message.text) {
            Some(row) => check_row(exchange, row, &message, findings),
            None => check_unknown(exchange, &message, findings),
        }
    }
}

fn check_row(
    exchange: &ParsedExchange<'_>,
    row: &MessageInfo,
    message: &FoundMessage,
    findings: &mut Findings,
) {
    findings.check(says(row, message), exchange, || {
        let texts = row.texts.join("\" or \"").replace("{0}", "…");
        format!(
            "the text of {} must be \"{texts}\", and is \"{}\" with params {}",
            row.key, message.text, message.params
        )
    });
    let status = exchange.status();
    findings.check(row.statuses.contains(&status), exchange, || {
        format!("the status of {} must be {}, and is {status}", row.key, one_of(row.statuses))
    });
    let is_top = message.at == "top";
    // A stateHandle that is missing has no form to stand in.
    let fits = is_top == row.is_top || message.text == "'stateHandle' is required.";
    findings.check(fits, exchange, || {
        let expected = if row.is_top { "at the top" } else { "on its field" };
        format!("{} must be {expected}, and is at {}", row.key, message.at)
    });
    findings.check(row.classes.contains(&message.class.as_str()), exchange, || {
        format!(
            "the class of {} must be {}, and is {:?}",
            row.key,
            row.classes.join(" or "),
            message.class
        )
    });
}

/// A known text must not have an unknown key.
fn check_unknown(exchange: &ParsedExchange<'_>, message: &FoundMessage, findings: &mut Findings) {
    let similar = MESSAGES.iter().find(|row| says(row, message));
    if let Some(row) = similar.filter(|row| row.key != "api.error.field_required") {
        let key = message.key.as_deref().unwrap_or("missing");
        findings.broken(
            exchange,
            format!("the key of \"{}\" must be {}, and is {key}", message.text, row.key),
        );
    }
}

fn one_of(statuses: &[u16]) -> String {
    statuses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

/// Whether a message is a text of the row with its parameters in their places.
fn says(row: &MessageInfo, message: &FoundMessage) -> bool {
    row.texts.iter().any(|text| is_filled_in(text, message))
}

fn is_filled_in(text: &str, message: &FoundMessage) -> bool {
    let params: Vec<_> =
        message.params.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let Some((before, after)) = text.split_once("{0}") else {
        let empty = params.iter().all(|param| param.is_empty() || message.text.contains(param));
        return empty
            && if text.ends_with(' ') {
                message.text.starts_with(text)
            } else {
                message.text == text
            };
    };
    let name = message.text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    match (name, params.as_slice()) {
        // The text has the name of a missing attribute, and the parameter has its path.
        (Some(name), [param]) => {
            name == *param
                || param.strip_prefix("userProfile.") == Some(name)
                || param.ends_with(&format!(".{name}"))
        }
        _ => false,
    }
}

static MESSAGE_LIST: Rule = Rule {
    id: "server.message-list",
    level: Level::Must,
    says: "The server must wrap messages as a list, send each once, and use only recorded members.",
    reason: "The widget shows every message, including duplicates.",
    source: "the shapes of errors, as recorded",
    check: Check::Response(lists),
};

fn lists(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let mut holders: Vec<_> = exchange.fields();
    holders.extend(exchange.idx_body().map(|body| ("top".to_owned(), body)));
    for (place, holder) in holders {
        let Some(messages) = holder.get("messages") else { continue };
        let list = items(messages.get("value"));
        findings.check(messages["type"] == "array" && !list.is_empty(), exchange, || {
            format!("{place}: messages is {messages}")
        });
        for (index, message) in list.iter().enumerate() {
            findings.check(!list[..index].contains(message), exchange, || {
                format!("{place}: {} appears twice", message["message"])
            });
            let i18n = message.get("i18n");
            let keyed = i18n.is_none_or(|i18n| {
                i18n.is_object()
                    && i18n
                        .get("key")
                        .is_none_or(|key| key.as_str().is_some_and(|key| !key.is_empty()))
            });
            findings.check(keyed, exchange, || format!("{place}: i18n is {}", message["i18n"]));
            let known = ["message", "i18n", "class", "links"];
            let members = message.as_object().into_iter().flatten().map(|(name, _)| name);
            let i18n = message["i18n"].as_object().into_iter().flatten().map(|(name, _)| name);
            let unknown = members.filter(|name| !known.contains(&name.as_str()));
            let unknown =
                unknown.chain(i18n.filter(|name| !["key", "params"].contains(&name.as_str())));
            for name in unknown {
                findings.broken(exchange, format!("{place}: a message has {name}"));
            }
        }
    }
}

static SESSION_EXPIRED: Rule = Rule {
    id: "server.session-expired",
    level: Level::Must,
    says: "The server must respond to an unknown or expired handle with 401 and idx.session.expired, and offer no way to continue.",
    reason: "auth-js and the widget start again when they receive it.",
    source: "error catalogue E1: recorded with version and messages alone, and with stateHandle, expiresAt and intent",
    check: Check::Response(expired),
};

/// Members that let a client continue, or describe a transaction that has ended.
const CONTINUING: &[&str] = &[
    "remediation",
    "user",
    "currentAuthenticator",
    "enrollmentAuthenticator",
    "authenticators",
    "authenticatorEnrollments",
    "successWithInteractionCode",
];

fn expired(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(body) = exchange.idx_body() else { return };
    let says = Page(body).is_session_expired();
    if exchange.status() == 401 && exchange.page().is_none() {
        findings.check(says, exchange, || {
            "the key of a 401 without a page must be idx.session.expired".into()
        });
    }
    if says {
        findings.check(exchange.status() == 401, exchange, || {
            format!("the status must be 401, and is {}", exchange.status())
        });
        for member in CONTINUING {
            let is_there = body.get(*member).is_some();
            findings.check(!is_there, exchange, || format!("{member} must be absent"));
        }
    }
}
