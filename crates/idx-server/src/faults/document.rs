//! The rules as they are written and shown, and what makes one wrong.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest delay; a longer one is a dropped connection in all but name.
const LONGEST_DELAY: SignedDuration = SignedDuration::from_mins(10);

/// `{"rules":[…]}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Document {
    pub(crate) rules: Vec<RuleDocument>,
}

/// A rule: which requests it is about, and what happens to them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleDocument {
    /// How the journal names it; `fault-1`, `fault-2` … where it is left out.
    #[serde(default)]
    pub(crate) id: String,
    #[serde(rename = "match", default)]
    pub(crate) matching: Match,
    pub(crate) fault: Fault,
}

/// All parts must hold. The counting ones count the requests for which the others hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Match {
    /// A path; `*` at its end stands for anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// The page on which the transaction stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<String>,
    /// The one with this number, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nth: Option<u64>,
    /// Each one whose number this divides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) every: Option<u64>,
    /// From 0 to 1, drawn from the org's seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) probability: Option<f64>,
    /// So often, and then no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<u64>,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    /// Of `delay` (real time), `message-late` and `rate-limit` (the org's time).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) duration: Option<String>,
    /// Of `status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    /// Of `status` and `malformed`: JSON, or a string that is sent as it is. Of `content-type`: the media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Value>,
    /// Of `truncate`: how many are sent; half of them where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<usize>,
}

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// The request waits before it is handled.
    Delay,
    /// The request is not handled; this is answered.
    Status,
    /// The request is not handled; 429 is answered as Okta does.
    RateLimit,
    /// The request is not handled; the connection breaks.
    DropBefore,
    /// The request is handled; the connection breaks.
    DropAfter,
    /// The request is handled; the answer breaks off.
    Truncate,
    /// The request is handled; the answer is no JSON.
    Malformed,
    /// The request is handled; the answer names another media type.
    ContentType,
    /// The message is sent twice.
    MessageDuplicate,
    /// The message is never sent.
    MessageLost,
    /// The message is sent later.
    MessageLate,
}

impl Kind {
    /// Whether it is about what is sent to a person, so that only requests that send something are counted.
    pub(crate) fn is_about_messages(self) -> bool {
        matches!(self, Self::MessageDuplicate | Self::MessageLost | Self::MessageLate)
    }
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FaultError {
    #[error("rules[{0}].id: {1:?} is there twice; give each rule an id of its own")]
    Twice(usize, String),
    #[error(
        "rules[{0}].match.path is {1:?}; write a path such as \"/idp/idx/challenge/answer\" or \"/idp/idx/*\""
    )]
    Path(usize, String),
    #[error("rules[{0}].match.{1} is 0; requests are counted from 1")]
    Zero(usize, &'static str),
    #[error("rules[{0}].match.probability is {1}; write a number from 0 to 1")]
    Probability(usize, String),
    #[error(
        "rules[{0}].fault.duration is {1}; this kind needs a duration of ISO 8601 of at most ten minutes, as in \"PT2S\""
    )]
    Duration(usize, String),
    #[error("rules[{0}].fault.status is {1}; write a status from 200 to 599")]
    Status(usize, String),
    #[error("rules[{0}].fault.body: a media type is needed, as in \"text/html\"")]
    MediaType(usize),
}

impl Document {
    /// Gives every rule an id, and refuses what could never act.
    pub(crate) fn checked(mut self) -> Result<Self, FaultError> {
        for index in 0..self.rules.len() {
            if self.rules[index].id.is_empty() {
                self.rules[index].id = format!("fault-{}", index + 1);
            }
            let id = &self.rules[index].id;
            if self.rules[..index].iter().any(|earlier| earlier.id == *id) {
                return Err(FaultError::Twice(index, id.clone()));
            }
            self.rules[index].matching.check(index)?;
            self.rules[index].fault.check(index)?;
        }
        Ok(self)
    }
}

impl Match {
    fn check(&self, index: usize) -> Result<(), FaultError> {
        if let Some(path) = self.path.as_ref().filter(|path| !path.starts_with('/')) {
            return Err(FaultError::Path(index, path.clone()));
        }
        for (name, number) in [("nth", self.nth), ("every", self.every), ("count", self.count)] {
            if number == Some(0) {
                return Err(FaultError::Zero(index, name));
            }
        }
        match self.probability {
            Some(chance) if !(0.0..=1.0).contains(&chance) => {
                Err(FaultError::Probability(index, chance.to_string()))
            }
            _ => Ok(()),
        }
    }
}

impl Fault {
    fn check(&self, index: usize) -> Result<(), FaultError> {
        let needs_duration = matches!(self.kind, Kind::Delay | Kind::MessageLate);
        if (needs_duration || self.duration.is_some()) && self.length().is_none() {
            return Err(FaultError::Duration(
                index,
                format!("{:?}", self.duration.as_deref().unwrap_or("missing")),
            ));
        }
        if let Some(status) = self.status.filter(|status| !(200..=599).contains(status)) {
            return Err(FaultError::Status(index, status.to_string()));
        }
        if self.kind == Kind::ContentType && self.body.is_some() && self.media_type().is_none() {
            return Err(FaultError::MediaType(index));
        }
        Ok(())
    }

    /// The duration, where there is a good one.
    pub(crate) fn length(&self) -> Option<SignedDuration> {
        let span: Span = self.duration.as_ref()?.parse().ok()?;
        let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
        (SignedDuration::ZERO..=LONGEST_DELAY).contains(&length).then_some(length)
    }

    /// The same in real time.
    pub(crate) fn delay(&self) -> Duration {
        self.length().map_or(Duration::ZERO, SignedDuration::unsigned_abs)
    }

    /// The media type that `content-type` names.
    pub(crate) fn media_type(&self) -> Option<http::HeaderValue> {
        match &self.body {
            None => Some(http::HeaderValue::from_static("text/html; charset=utf-8")),
            Some(Value::String(kind)) if kind.contains('/') => {
                http::HeaderValue::try_from(kind).ok()
            }
            Some(_) => None,
        }
    }

    /// The bytes of `body`.
    pub(crate) fn body_bytes(&self) -> Option<Vec<u8>> {
        match self.body.as_ref()? {
            Value::String(text) => Some(text.clone().into_bytes()),
            document => serde_json::to_vec(document).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(rules: &str) -> Result<Document, FaultError> {
        serde_json::from_str::<Document>(&format!("{{\"rules\":[{rules}]}}")).unwrap().checked()
    }

    #[test]
    fn every_kind_is_read_and_written_alike() {
        for kind in [
            "delay",
            "status",
            "rate-limit",
            "drop-before",
            "drop-after",
            "truncate",
            "malformed",
            "content-type",
            "message-duplicate",
            "message-lost",
            "message-late",
        ] {
            let text = format!(
                r#"{{"id":"a","match":{{"path":"/idp/idx/*"}},"fault":{{"kind":"{kind}","duration":"PT2S"}}}}"#
            );
            let document = checked(&text).unwrap();
            assert_eq!(serde_json::to_string(&document.rules[0]).unwrap(), text);
        }
    }

    #[test]
    fn rules_without_an_id_get_one() {
        let document =
            checked(r#"{"fault":{"kind":"status"}},{"fault":{"kind":"truncate"}}"#).unwrap();
        assert_eq!([&document.rules[0].id, &document.rules[1].id], ["fault-1", "fault-2"]);
    }

    #[test]
    fn what_could_never_act_is_refused() {
        for wrong in [
            r#"{"id":"a","fault":{"kind":"status"}},{"id":"a","fault":{"kind":"status"}}"#,
            r#"{"match":{"path":"idp"},"fault":{"kind":"status"}}"#,
            r#"{"match":{"nth":0},"fault":{"kind":"status"}}"#,
            r#"{"match":{"probability":1.5},"fault":{"kind":"status"}}"#,
            r#"{"fault":{"kind":"delay"}}"#,
            r#"{"fault":{"kind":"delay","duration":"soon"}}"#,
            r#"{"fault":{"kind":"message-late","duration":"PT11M"}}"#,
            r#"{"fault":{"kind":"status","status":42}}"#,
            r#"{"fault":{"kind":"content-type","body":{}}}"#,
        ] {
            assert!(checked(wrong).is_err(), "{wrong}");
        }
    }
}
