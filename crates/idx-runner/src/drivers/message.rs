//! The messages of the adapter protocol, version 1: one JSON object a line.

use serde::Deserialize;
use serde_json::Value;

use idx_scenario::nearest;

/// The protocol's version.
pub(super) const VERSION: u8 = 1;

/// The operations of the protocol.
pub(super) const OPERATIONS: [&str; 10] = [
    "start",
    "fill",
    "choose",
    "answer",
    "resend",
    "poll",
    "skip",
    "cancel",
    "open-link",
    "finish",
];

/// How an adapter introduces itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    /// The client behind it: `okta-auth-js`.
    pub client: String,
    /// The client's version.
    pub version: String,
    /// The operations that it supports.
    pub operations: Vec<String>,
    /// How many sign-ups one process can do.
    #[serde(default)]
    pub per_process: PerProcess,
    /// Whether the client uses the system clock.
    #[serde(default)]
    pub clock: ClientClock,
}

impl Hello {
    /// Checks that the protocol has each operation.
    ///
    /// # Errors
    /// The first unknown operation, with the nearest one.
    pub fn check_operations(&self) -> Result<(), UnknownOperation> {
        match self.operations.iter().find(|name| !OPERATIONS.contains(&name.as_str())) {
            Some(name) => Err(UnknownOperation { name: name.clone() }),
            None => Ok(()),
        }
    }
}

/// An operation that the protocol does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown operation {name:?}; {}", suggestion(name))]
pub struct UnknownOperation {
    /// The operation.
    pub name: String,
}

fn suggestion(name: &str) -> String {
    match nearest(name, &OPERATIONS) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("the operations are {}", OPERATIONS.join(", ")),
    }
}

/// How many sign-ups one process can do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PerProcess {
    /// One. The next scenario gets a new process.
    #[default]
    One,
    /// Any number, one after the other.
    Many,
}

/// Whether a client uses the system clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientClock {
    /// It uses the system clock, and refuses tokens whose times differ from it.
    #[default]
    System,
    /// It uses no clock.
    Ignored,
}

/// An adapter's reply to an operation.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Reply {
    /// The id of the message that it replies to.
    pub id: u64,
    /// The state of the sign-up.
    #[serde(default)]
    pub status: Option<Status>,
    /// Whether the client waits for more operations before its next request.
    #[serde(default)]
    pub deferred: bool,
    /// The step that the client shows.
    #[serde(default)]
    pub step: Option<ShownStep>,
    /// The messages that the client shows.
    #[serde(default)]
    pub messages: Vec<ShownMessage>,
    /// The tokens, after `finish`.
    #[serde(default)]
    pub tokens: Option<Value>,
    /// The error, in the client's words.
    #[serde(default)]
    pub error: Option<String>,
}

/// The state of a sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// There is a next step.
    Pending,
    /// The sign-up is done.
    Success,
    /// The sign-up cannot continue.
    Terminal,
    /// The client gave up.
    Error,
    /// The client does not support the operation, which is not a failure.
    Unsupported,
}

impl Status {
    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Success => "success",
            Self::Terminal => "terminal",
            Self::Error => "error",
            Self::Unsupported => "unsupported",
        }
    }
}

/// The step that a client shows.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownStep {
    /// The remediation's name.
    #[serde(default)]
    pub name: Option<String>,
    /// The key of the step's authenticator.
    #[serde(default)]
    pub authenticator: Option<String>,
    /// Whether the client offers to skip; absent when it does not know.
    #[serde(default)]
    pub can_skip: Option<bool>,
    /// Whether the client offers to send the code again; absent when it does not know.
    #[serde(default)]
    pub can_resend: Option<bool>,
}

/// A message that a client shows.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ShownMessage {
    /// Its i18n key, where the client keeps it.
    #[serde(default)]
    pub key: Option<String>,
    /// Its text.
    #[serde(default)]
    pub text: Option<String>,
}
