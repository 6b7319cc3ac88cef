//! A value of the document with its path, and the list of violations.

use std::fmt;

use serde_json::Value;

/// A problem and its location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The path in the notation of `relatesTo`: `$.remediation.value[0].href`.
    pub path: String,
    /// A phrase that follows the path, such as "is missing".
    pub problem: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

/// A value and its path.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) path: String,
    pub(super) value: &'a Value,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { path: "$".into(), value }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.value.get(name).is_some()
    }

    pub(super) fn member(&self, name: &str) -> Option<Self> {
        Some(Self { path: format!("{}.{name}", self.path), value: self.value.get(name)? })
    }

    /// The items of an array; empty for any other value.
    pub(super) fn items(&self) -> Vec<Self> {
        let items = self.value.as_array().map(Vec::as_slice).unwrap_or_default();
        items
            .iter()
            .enumerate()
            .map(|(at, value)| Self { path: format!("{}[{at}]", self.path), value })
            .collect()
    }

    /// The items of ION's `{"type":"array","value":[…]}`.
    pub(super) fn listed(&self) -> Vec<Self> {
        self.member("value").map(|value| value.items()).unwrap_or_default()
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    pub(super) fn member_text(&self, name: &str) -> Option<&'a str> {
        self.value.get(name)?.as_str()
    }
}

/// The JSON types that the strict decoders distinguish.
#[derive(Debug, Clone, Copy)]
pub(super) enum JsonType {
    Text,
    Boolean,
    Integer,
    Array,
    Object,
}

impl JsonType {
    fn matches(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Boolean => value.is_boolean(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Array => value.is_array(),
            Self::Object => value.is_object(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Boolean => "a boolean",
            Self::Integer => "a whole number",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// The violations found so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    violations: Vec<Violation>,
}

impl Report {
    pub(super) fn into_violations(self) -> Vec<Violation> {
        self.violations
    }

    pub(super) fn problem(&mut self, node: &Node<'_>, problem: impl Into<String>) {
        self.violations.push(Violation { path: node.path.clone(), problem: problem.into() });
    }

    pub(super) fn missing(&mut self, node: &Node<'_>, name: &str) {
        self.violations.push(Violation {
            path: format!("{}.{name}", node.path),
            problem: "is missing".into(),
        });
    }

    /// Returns the member. A missing member or a member of another type is a violation.
    pub(super) fn required<'a>(
        &mut self,
        node: &Node<'a>,
        name: &str,
        expected: JsonType,
    ) -> Option<Node<'a>> {
        if !node.has(name) {
            self.missing(node, name);
        }
        self.optional(node, name, expected)
    }

    /// Returns the member, if present. A member of another type, including `null`, is a violation.
    pub(super) fn optional<'a>(
        &mut self,
        node: &Node<'a>,
        name: &str,
        expected: JsonType,
    ) -> Option<Node<'a>> {
        let member = node.member(name)?;
        if expected.matches(member.value) {
            return Some(member);
        }
        self.problem(&member, format!("is {}, but clients read {}", member.value, expected.name()));
        None
    }

    pub(super) fn constant(&mut self, node: &Node<'_>, name: &str, expected: &Value) {
        match node.member(name) {
            None => self.missing(node, name),
            Some(member) if member.value != expected => {
                self.problem(&member, format!("is {}, not {expected}", member.value));
            }
            Some(_) => {}
        }
    }

    pub(super) fn absent(&mut self, node: &Node<'_>, name: &str, reason: &str) {
        if let Some(member) = node.member(name) {
            self.problem(&member, format!("must be absent: {reason}"));
        }
    }

    /// Reports all members that are not allowed, because no recording contains them.
    pub(super) fn only(&mut self, node: &Node<'_>, allowed: &[&str]) {
        let Some(members) = node.value.as_object() else {
            return self.problem(node, format!("is {}, but clients read an object", node.value));
        };
        for name in members.keys().filter(|name| !allowed.contains(&name.as_str())) {
            self.absent(node, name, "no recording contains this member");
        }
    }
}
