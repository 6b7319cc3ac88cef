//! A value of the document with the path that leads to it, and the list of what was found wrong.

use std::fmt;

use serde_json::Value;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where in the document, in the notation of `relatesTo`: `$.remediation.value[0].href`.
    pub path: String,
    /// What is wrong there, as a phrase that follows the path.
    pub problem: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

/// A value and its place.
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

    /// The members of an array; none for anything else.
    pub(super) fn items(&self) -> Vec<Self> {
        let items = self.value.as_array().map(Vec::as_slice).unwrap_or_default();
        items
            .iter()
            .enumerate()
            .map(|(at, value)| Self { path: format!("{}[{at}]", self.path), value })
            .collect()
    }

    /// The member `value.value` of ION's `{"type":"array","value":[…]}`.
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

/// The kinds of JSON value that the strict decoders tell apart.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Text,
    Boolean,
    Integer,
    Array,
    Object,
}

impl Kind {
    fn holds(self, value: &Value) -> bool {
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

/// What was found so far.
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

    /// The member, if it is there and of the kind.
    pub(super) fn required<'a>(
        &mut self,
        node: &Node<'a>,
        name: &str,
        kind: Kind,
    ) -> Option<Node<'a>> {
        if !node.has(name) {
            self.missing(node, name);
        }
        self.optional(node, name, kind)
    }

    /// The member, if it is there; a member of another kind is a violation, `null` included.
    pub(super) fn optional<'a>(
        &mut self,
        node: &Node<'a>,
        name: &str,
        kind: Kind,
    ) -> Option<Node<'a>> {
        let member = node.member(name)?;
        if kind.holds(member.value) {
            return Some(member);
        }
        self.problem(&member, format!("is {}, and clients read {}", member.value, kind.name()));
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

    pub(super) fn absent(&mut self, node: &Node<'_>, name: &str, why: &str) {
        if let Some(member) = node.member(name) {
            self.problem(&member, format!("should not be here: {why}"));
        }
    }

    /// No member but these: anything else was never recorded.
    pub(super) fn only(&mut self, node: &Node<'_>, allowed: &[&str]) {
        let Some(members) = node.value.as_object() else {
            return self.problem(node, format!("is {}, and clients read an object", node.value));
        };
        for name in members.keys().filter(|name| !allowed.contains(&name.as_str())) {
            self.absent(node, name, "no recording has such a member");
        }
    }
}
