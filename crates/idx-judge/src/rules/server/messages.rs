//! What a page says.

use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use crate::page::{FoundMessage, Page, items};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.no-message-on-success",
        Check::Answer(silence),
        [
            "an answer with status 200 that goes on carries no error and no top-level message",
            "Go takes any top-level message for a failure, and Java shows it as one",
            "what the SDKs of five languages demand",
        ],
    ),
    Rule::must(
        "server.refusal-says-why",
        Check::Answer(refusal),
        [
            "a refused IDX request carries a message, and what goes on carries the form again",
            "Go ends where an error has neither message nor form",
            "the shapes of errors, as recorded; okta-idx-golang",
        ],
    ),
    Rule::must(
        "server.message-shape",
        Check::Answer(shape),
        [
            "a message has a text and the class ERROR, INFO or WARNING; its i18n, where there, a key and a list of strings as params",
            "Swift and Kotlin refuse the answer otherwise",
            "the shapes of errors, as recorded; okta-mobile-swift, okta-mobile-kotlin",
        ],
    ),
    Rule::must(
        "server.message-list",
        Check::Answer(lists),
        [
            "messages are wrapped as a list, each once, with members that are recorded",
            "the widget shows every one, and drops none that is there twice",
            "the shapes of errors, as recorded",
        ],
    ),
    Rule::must(
        "server.message-known",
        Check::Answer(known),
        [
            "a known key comes with its text, its class and its place",
            "people read the text, clients branch on the key; both must say the same",
            "the catalogue of errors",
        ],
    ),
    Rule::must(
        "server.session-expired",
        Check::Answer(expired),
        [
            "an unknown or expired handle is 401 with idx.session.expired, and nothing to go on with",
            "auth-js and the widget begin anew when they see it",
            "error catalogue E1",
        ],
    ),
];

/// Key, text with `{0}` for the first parameter, status, whether it stands at the top.
const CATALOGUE: &[(&str, &str, u16, bool)] = &[
    ("idx.session.expired", "The session has expired.", 401, true),
    ("api.error.field_required", "'{0}' is required.", 400, false),
    ("api.authn.error.PASSCODE_INVALID", "Invalid code. Try again.", 401, false),
    ("tooManyRequests", "Too many requests", 429, true),
    ("registration.error.notUniqueWithinOrg", "A user with this {0} already exists", 400, false),
    (
        "registration.error.invalidLoginEmail",
        "'{0}' must be in the form of an email address",
        400,
        false,
    ),
    (
        "registration.error.doesNotMatchPattern",
        "Provided value for property '{0}' does not match required pattern",
        400,
        false,
    ),
    ("idx.error.registration.unavailable", "Registration is currently unavailable.", 400, true),
    ("password.passwordRequirementsNotMet", "Password requirements were not met. {0}", 401, false),
    (
        "password.common",
        "This password was found in a list of commonly used passwords. Please try another password.",
        401,
        false,
    ),
    ("api.factors.error.sms.invalid_phone", "Invalid Phone Number.", 400, true),
    ("errors.E0000004", "Authentication failed", 400, true),
    // Its name is no parameter: recorded without any.
    ("idx.unknown.user", "There is no account with the Username ", 400, true),
    ("E0000020", "Bad request.", 400, true),
];

fn silence(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page().filter(|page| read.status() == 200 && !page.is_terminal()) else {
        return;
    };
    for message in page.messages() {
        if message.at == "top" || message.class == "ERROR" {
            findings.add(read, format!("at {}: {}", message.at, message.text));
        }
    }
}

fn refusal(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(body) = read.idx_body().filter(|_| read.status() >= 400) else { return };
    findings.add_unless(!Page(body).messages().is_empty(), read, || "it says nothing".into());
}

fn shape(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(body) = read.idx_body() else { return };
    for message in Page(body).messages() {
        findings.add_unless(!message.text.is_empty(), read, || {
            format!("a message at {} has no text", message.at)
        });
        let class = &message.class;
        findings.add_unless(["ERROR", "INFO", "WARNING"].contains(&class.as_str()), read, || {
            format!("the class is {class:?}")
        });
        let fits = message.params.is_null()
            || message.params.as_array().is_some_and(|params| params.iter().all(|p| p.is_string()));
        findings.add_unless(fits, read, || format!("params are {}", message.params));
    }
}

fn known(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(body) = read.idx_body() else { return };
    for message in Page(body).messages() {
        let Some(row) = CATALOGUE.iter().find(|row| Some(row.0) == message.key.as_deref()) else {
            let kin = CATALOGUE.iter().find(|row| row.1 == message.text || says(row, &message));
            if let Some(row) = kin.filter(|row| row.0 != "api.error.field_required") {
                findings.add(
                    read,
                    format!("{:?} has the key {:?}, not {}", message.text, message.key, row.0),
                );
            }
            continue;
        };
        findings.add_unless(says(row, &message), read, || {
            format!("{} says {:?} with params {}", row.0, message.text, message.params)
        });
        findings.add_unless(read.status() == row.2, read, || {
            format!("{} comes with {}", row.0, read.status())
        });
        let is_top = message.at == "top";
        // A stateHandle that is missing has no form to stand in.
        let fits = is_top == row.3 || message.text == "'stateHandle' is required.";
        findings.add_unless(fits, read, || format!("{} stands at {}", row.0, message.at));
        let class =
            if row.0 == "idx.unknown.user" { ["INFO", "WARNING"] } else { ["ERROR", "ERROR"] };
        findings.add_unless(class.contains(&message.class.as_str()), read, || {
            format!("{} is of class {}", row.0, message.class)
        });
    }
}

/// Whether a message is the text of a row with its parameters in their places.
fn says(row: &(&str, &str, u16, bool), message: &FoundMessage) -> bool {
    let params: Vec<_> =
        message.params.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let Some((before, after)) = row.1.split_once("{0}") else {
        let empty = params.iter().all(|param| param.is_empty() || message.text.contains(param));
        return empty
            && if row.1.ends_with(' ') {
                message.text.starts_with(row.1)
            } else {
                message.text == row.1
            };
    };
    let spoken = message.text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    match (spoken, params.as_slice()) {
        // A missing attribute is spoken of by its name, and known by its path.
        (Some(spoken), [param]) => {
            spoken == *param
                || param.strip_prefix("userProfile.") == Some(spoken)
                || param.ends_with(&format!(".{spoken}"))
        }
        _ => false,
    }
}

fn lists(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let mut holders: Vec<_> = read.fields();
    holders.extend(read.idx_body().map(|body| ("top".to_owned(), body)));
    for (place, holder) in holders {
        let Some(messages) = holder.get("messages") else { continue };
        let list = items(messages.get("value"));
        findings.add_unless(messages["type"] == "array" && !list.is_empty(), read, || {
            format!("{place}: messages is {messages}")
        });
        for (index, message) in list.iter().enumerate() {
            findings.add_unless(!list[..index].contains(message), read, || {
                format!("{place}: {} is there twice", message["message"])
            });
            let i18n = message.get("i18n");
            let keyed = i18n.is_none_or(|i18n| {
                i18n.is_object()
                    && i18n
                        .get("key")
                        .is_none_or(|key| key.as_str().is_some_and(|key| !key.is_empty()))
            });
            findings.add_unless(keyed, read, || format!("{place}: i18n is {}", message["i18n"]));
            let known = ["message", "i18n", "class", "links"];
            let members = message.as_object().into_iter().flatten().map(|(name, _)| name);
            let i18n = message["i18n"].as_object().into_iter().flatten().map(|(name, _)| name);
            let strange = members.filter(|name| !known.contains(&name.as_str()));
            let strange =
                strange.chain(i18n.filter(|name| !["key", "params"].contains(&name.as_str())));
            for name in strange {
                findings.add(read, format!("{place}: a message has {name}"));
            }
        }
    }
}

fn expired(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(body) = read.idx_body() else { return };
    let says = Page(body)
        .messages()
        .iter()
        .any(|message| message.key.as_deref() == Some("idx.session.expired"));
    if read.status() == 401 && read.page().is_none() {
        findings.add_unless(says, read, || "401 without a page does not say so".into());
    }
    if says {
        findings
            .add_unless(read.status() == 401, read, || format!("the status is {}", read.status()));
        let bare = body.as_object().is_some_and(|members| {
            members.keys().all(|member| member == "version" || member == "messages")
        });
        findings.add_unless(bare, read, || "there is something to go on with".into());
    }
}
