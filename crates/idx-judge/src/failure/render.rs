//! The texts of a failure. Every report prints these, so that a failure reads the same everywhere.

use super::{ClientPart, ExpectedNames, Failure, MessagePart, NameList};
use crate::page::FoundMessage;

impl Failure {
    /// What differs: `remediations`, `status`, a JSONPath.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::NoResponse { .. } => "response".into(),
            Self::Status { .. } => "status".into(),
            Self::MediaType { .. } => "media type".into(),
            Self::Header { name, .. } => format!("header {name}"),
            Self::Body { .. } | Self::NotJson { .. } => "body".into(),
            Self::Names { list, .. } => list.word().into(),
            Self::Messages { .. } => "messages".into(),
            Self::Message { number, at, part, .. } => {
                let at = if at == "top" { "the top" } else { at };
                format!("message {number} (at {at}) {}", part.word())
            }
            Self::Success { .. } => "success".into(),
            Self::Terminal { .. } => "terminal".into(),
            Self::PageChanged { path, .. } => format!("page at {path}"),
            Self::Path { path, .. } | Self::Capture { path, .. } => path.clone(),
            Self::NotAToken { token } => token.clone(),
            Self::NoTokenRequest => "tokens".into(),
            Self::TokenResponse { member, .. } => format!("token response {member}"),
            Self::Signature { token, .. } => format!("{token} signature"),
            Self::Claim { token, claim, .. } => format!("{token} {claim}"),
            Self::Template(_) => "template".into(),
            Self::Client { reports, .. } => format!("client {}", reports.word()),
            Self::Action { .. } => "step".into(),
            Self::NoRequest { .. } => "request of the client".into(),
            Self::Inbox { to, .. } => format!("inbox {to}"),
            Self::Control { .. } => "control API".into(),
            Self::ExitStatus { .. } => "exit status".into(),
        }
    }

    /// The expected value, or a description of it.
    #[must_use]
    pub fn expected(&self) -> String {
        match self {
            Self::NoResponse { .. } => "a response".into(),
            Self::Status { expected, .. }
            | Self::MediaType { expected, .. }
            | Self::Header { expected, .. }
            | Self::Body { expected, .. }
            | Self::Message { expected, .. }
            | Self::PageChanged { before: expected, .. }
            | Self::Path { expected, .. }
            | Self::TokenResponse { expected, .. }
            | Self::Claim { expected, .. }
            | Self::Client { expected, .. }
            | Self::Inbox { expected, .. }
            | Self::Action { summary: expected, .. } => expected.clone(),
            Self::NotJson { .. } => "JSON".into(),
            Self::Names { expected, .. } => expected.rendered(),
            Self::Messages { expected, .. } => listed_or_none(expected),
            Self::Success { expected, .. } | Self::Terminal { expected, .. } => {
                yes_or_no(*expected)
            }
            Self::NotAToken { .. } => "a signed token".into(),
            Self::NoTokenRequest => "a token request".into(),
            Self::Signature { .. } => "one that a published key verifies".into(),
            Self::Template(_) => "a value".into(),
            Self::Capture { name, .. } => format!("a value to capture as `{name}`"),
            Self::NoRequest { action, .. } => format!("one for `{action}`"),
            Self::Control { expected, .. } => (*expected).into(),
            Self::ExitStatus { .. } => "0".into(),
        }
    }

    /// The actual value, or a description of it.
    #[must_use]
    pub fn actual(&self) -> String {
        match self {
            Self::NoResponse { reason } => format!("none: {reason}"),
            Self::Status { actual, .. } => actual.to_string(),
            Self::MediaType { actual, .. } => actual.clone().unwrap_or_else(|| "none".into()),
            Self::Header { actual, .. }
            | Self::Body { actual, .. }
            | Self::Message { actual, .. }
            | Self::PageChanged { now: actual, .. }
            | Self::Path { actual, .. }
            | Self::TokenResponse { actual, .. }
            | Self::Claim { actual, .. }
            | Self::Client { actual, .. }
            | Self::Inbox { actual, .. }
            | Self::Signature { problem: actual, .. }
            | Self::Action { error: actual, .. }
            | Self::Control { error: actual, .. }
            | Self::ExitStatus { actual } => actual.clone(),
            Self::NotJson { media_type, start } => {
                format!("{}: {start:?}", media_type.as_deref().unwrap_or("no media type"))
            }
            Self::Names { actual, .. } => listed(actual),
            Self::Messages { actual, .. } => {
                listed_or_none(&actual.iter().map(message).collect::<Vec<_>>())
            }
            Self::Success { expected, .. } | Self::Terminal { expected, .. } => {
                yes_or_no(!*expected)
            }
            Self::NotAToken { .. } | Self::NoRequest { .. } => "none".into(),
            Self::NoTokenRequest => "none was made".into(),
            Self::Template(unknown) => unknown.to_string(),
            Self::Capture { .. } => "nothing".into(),
        }
    }

    /// The cause in short, or where to look next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Status { explanation, .. } => {
                explanation.as_ref().map(|text| format!("the response says: {text}"))
            }
            Self::Names { expected: ExpectedNames::Exactly(expected), actual, .. } => {
                Some(difference(expected, actual))
            }
            Self::Success { offered, .. } | Self::Terminal { offered, .. } => {
                (!offered.is_empty()).then(|| format!("the page offers {}", offered.join(", ")))
            }
            Self::PageChanged { offered, .. } => Some(format!(
                "the previous page offered {}, and the page must not change",
                offered.join(", ")
            )),
            Self::NoRequest { reply, .. } => reply.clone(),
            _ => None,
        }
    }
}

impl ExpectedNames {
    fn rendered(&self) -> String {
        match self {
            Self::Exactly(names) => listed(names),
            Self::Including(missing) => format!("{} among them", missing.join(", ")),
            Self::Excluding(present) => format!("without {}", present.join(", ")),
        }
    }
}

impl NameList {
    fn word(self) -> &'static str {
        match self {
            Self::Remediations => "remediations",
            Self::Authenticators => "authenticators",
            Self::AuthenticatorEnrollments => "authenticatorEnrollments",
        }
    }
}

impl MessagePart {
    fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Class => "class",
            Self::Place => "place",
            Self::Text => "text",
            Self::Params => "params",
        }
    }
}

impl ClientPart {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Tokens => "tokens",
            Self::Status => "status",
            Self::Step => "step",
            Self::CanSkip => "canSkip",
            Self::CanResend => "canResend",
            Self::Messages => "messages",
        }
    }
}

/// The names that are missing and those that are not expected.
fn difference(expected: &[String], actual: &[String]) -> String {
    let absent = |from: &[String], names: &[String]| {
        let absent = names.iter().filter(|name| !from.contains(name)).cloned();
        absent.collect::<Vec<_>>().join(", ")
    };
    let (missing, surplus) = (absent(actual, expected), absent(expected, actual));
    match (missing.is_empty(), surplus.is_empty()) {
        (true, true) => "the same names in another order".into(),
        (false, true) => format!("missing: {missing}"),
        (true, false) => format!("not expected: {surplus}"),
        (false, false) => format!("missing: {missing}; not expected: {surplus}"),
    }
}

fn message(message: &FoundMessage) -> String {
    format!("{} at {}: {:?}", message.key.as_deref().unwrap_or("no key"), message.at, message.text)
}

fn listed(names: &[String]) -> String {
    format!("[{}]", names.join(", "))
}

fn listed_or_none(names: &[String]) -> String {
    if names.is_empty() { "none".into() } else { listed(names) }
}

fn yes_or_no(flag: bool) -> String {
    if flag { "yes".into() } else { "no".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hint_names_missing_and_unexpected_names() {
        let hint = |expected: &[&str], actual: &[&str]| {
            let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
            difference(&owned(expected), &owned(actual))
        };
        assert_eq!(hint(&["a", "b"], &["b", "a"]), "the same names in another order");
        assert_eq!(hint(&["a", "b"], &["a", "c"]), "missing: b; not expected: c");
        assert_eq!(hint(&["a"], &["a", "c"]), "not expected: c");
    }

    #[test]
    fn json_report_members_are_the_rendered_texts() {
        let explanation = Some("'Email' is wrong".to_owned());
        let failure = Failure::Status { expected: "200".into(), actual: 400, explanation };
        assert_eq!(
            serde_json::to_value(failure).unwrap(),
            serde_json::json!({
                "what": "status", "expected": "200", "actual": "400",
                "hint": "the response says: 'Email' is wrong",
            })
        );
    }
}
