//! The fault rules, as the control API reads and returns them. A value that could never act does not parse.

use std::collections::HashSet;
use std::num::NonZeroU64;
use std::sync::Arc;

use idx_wire::from_object;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::faults::values::{Delay, FaultStatus, MediaType, PathPattern, Probability};
use crate::limits::FAULT_RULES;

/// The fault rules of an org. The first rule that matches a request applies.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FaultRules {
    #[serde(deserialize_with = "from_object::objects")]
    pub(crate) rules: Vec<FaultRule>,
}

/// The requests that a fault applies to, and the fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultRule {
    /// The name of the rule in the journal. The default is `fault-1`, `fault-2` and so on.
    #[serde(default)]
    pub(crate) id: String,
    #[serde(rename = "match", default, deserialize_with = "from_object::object")]
    pub(crate) matching: Match,
    /// Each request that the fault applies to shares it.
    #[serde(deserialize_with = "shared_object")]
    pub(crate) fault: Arc<Fault>,
}

/// A rule matches if every part matches. `nth`, `every`, `probability` and `count` count the requests that match `path` and `step`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Match {
    /// A path, or the start of a path with `*` at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<PathPattern>,
    /// The step of the transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<String>,
    /// Only the request with this number, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nth: Option<NonZeroU64>,
    /// Only the requests with a multiple of this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) every: Option<NonZeroU64>,
    /// From 0 to 1, decided by the org's seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) probability: Option<Probability>,
    /// The maximum number of requests that the fault applies to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<NonZeroU64>,
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Fault {
    /// The request waits in real time before the server handles it.
    Delay { duration: Delay },
    /// The server does not handle the request and returns this status.
    Status {
        /// 503 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<FaultStatus>,
        /// JSON, or a string that is sent as HTML.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
    },
    /// The server does not handle the request and returns Okta's 429.
    RateLimit {
        /// The time until the limit is reset, by the org's clock. One minute by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duration: Option<Delay>,
    },
    /// The server does not handle the request and closes the connection.
    DropBefore {},
    /// The server handles the request and closes the connection.
    DropAfter {},
    /// The server handles the request and closes the connection in the middle of the response.
    Truncate {
        /// The number of bytes to send. Half of the body by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bytes: Option<usize>,
    },
    /// The server handles the request and returns a body that is not JSON.
    Malformed {
        /// JSON, or a string that is sent unchanged. The original body without its last byte by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
    },
    /// The server handles the request and returns another media type.
    ContentType {
        /// `text/html; charset=utf-8` by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<MediaType>,
    },
    /// The server sends the message twice.
    MessageDuplicate {},
    /// The server does not send the message.
    MessageLost {},
    /// The server sends the message later, by the org's clock.
    MessageLate { duration: Delay },
}

impl Fault {
    /// Whether the fault applies only to requests that send a message.
    pub(crate) fn needs_message(&self) -> bool {
        matches!(self, Self::MessageDuplicate {} | Self::MessageLost {} | Self::MessageLate { .. })
    }
}

fn shared_object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Fault>, D::Error> {
    from_object::object(deserializer).map(Arc::new)
}

/// The rules cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FaultRulesError {
    #[error("rules[{index}].id: duplicate id {id:?}; use a unique id for each rule")]
    Duplicate { index: usize, id: String },
    #[error("rules: {0} rules exceed the limit; use at most {FAULT_RULES} rules")]
    TooMany(usize),
}

impl FaultRules {
    /// Gives every rule an id.
    pub(crate) fn with_ids(mut self) -> Result<Self, FaultRulesError> {
        if self.rules.len() > FAULT_RULES {
            return Err(FaultRulesError::TooMany(self.rules.len()));
        }
        let mut ids = HashSet::new();
        for (index, rule) in self.rules.iter_mut().enumerate() {
            if rule.id.is_empty() {
                rule.id = format!("fault-{}", index + 1);
            }
            if !ids.insert(&rule.id) {
                return Err(FaultRulesError::Duplicate { index, id: rule.id.clone() });
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rules: &str) -> Result<FaultRules, Box<dyn std::error::Error>> {
        let rules: FaultRules = serde_json::from_str(&format!("{{\"rules\":[{rules}]}}"))?;
        Ok(rules.with_ids()?)
    }

    #[test]
    fn every_fault_is_serialised_as_it_was_written() {
        for fault in [
            r#"{"kind":"delay","duration":"PT120S"}"#,
            r#"{"kind":"status","status":502,"body":{"b":1,"a":2}}"#,
            r#"{"kind":"rate-limit","duration":"5s"}"#,
            r#"{"kind":"drop-before"}"#,
            r#"{"kind":"drop-after"}"#,
            r#"{"kind":"truncate","bytes":3}"#,
            r#"{"kind":"malformed","body":"{"}"#,
            r#"{"kind":"content-type","body":"text/plain"}"#,
            r#"{"kind":"message-duplicate"}"#,
            r#"{"kind":"message-lost"}"#,
            r#"{"kind":"message-late","duration":"PT2S"}"#,
        ] {
            let text = format!(r#"{{"id":"a","match":{{"path":"/idp/idx/*"}},"fault":{fault}}}"#);
            let rules = read(&text).unwrap();
            assert_eq!(serde_json::to_string(&rules.rules[0]).unwrap(), text);
        }
    }

    #[test]
    fn missing_id_is_generated() {
        let rules = read(r#"{"fault":{"kind":"status"}},{"fault":{"kind":"truncate"}}"#).unwrap();
        assert_eq!([&rules.rules[0].id, &rules.rules[1].id], ["fault-1", "fault-2"]);
    }

    #[test]
    fn rule_without_effect_is_refused() {
        for (rule, part) in [
            (
                r#"{"id":"a","fault":{"kind":"status"}},{"id":"a","fault":{"kind":"status"}}"#,
                "rules[1].id",
            ),
            (r#"{"match":{"path":"idp"},"fault":{"kind":"status"}}"#, "\"/idp/idx/*\""),
            (r#"{"match":{"nth":0},"fault":{"kind":"status"}}"#, "nonzero"),
            (r#"{"match":{"probability":1.5},"fault":{"kind":"status"}}"#, "0 to 1"),
            (r#"{"fault":{"kind":"delay"}}"#, "duration"),
            (r#"{"fault":{"kind":"delay","duration":"soon"}}"#, "\"PT6M\""),
            (r#"{"fault":{"kind":"message-late","duration":"PT11M"}}"#, "ten minutes"),
            (r#"{"fault":{"kind":"status","status":42}}"#, "200 to 599"),
            (r#"{"fault":{"kind":"content-type","body":{}}}"#, "string"),
            (r#"{"fault":{"kind":"content-type","body":"html"}}"#, "\"text/html\""),
            (r#"{"fault":{"kind":"drop-after","bytes":3}}"#, "bytes"),
            (r#"{"fault":{"kind":"truncate","body":"x"}}"#, "expected `bytes`"),
            (r#"{"fault":{"kind":"storm"}}"#, "`message-late`"),
        ] {
            let error = read(rule).unwrap_err().to_string();
            assert!(error.contains(part), "{rule}: {error}");
        }
    }
}
