//! The messages of the adapter protocol, version 1: one JSON object a line.

use serde::Deserialize;
use serde_json::Value;

use idx_scenario::nearest;

/// The protocol's version.
pub const VERSION: u8 = 1;

/// The operations of the protocol.
pub const OPERATIONS: [&str; 10] = [
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
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    /// The client behind it: `okta-auth-js`.
    pub client: String,
    /// The client's version.
    pub version: String,
    /// The operations it has.
    pub operations: Vec<String>,
    /// How many sign-ups one process can do.
    #[serde(default)]
    pub per_process: PerProcess,
    /// What the client makes of time.
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
    /// One; the next scenario gets a fresh process.
    #[default]
    One,
    /// As many as come, one after the other.
    Many,
}

/// What a client makes of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientClock {
    /// It looks at the machine's clock, and refuses tokens that are far from it.
    #[default]
    System,
    /// It does not look at a clock.
    Ignored,
}

/// What an adapter says to an operation.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Reply {
    /// The id of the message that it answers.
    pub id: u64,
    /// Where the client stands.
    #[serde(default)]
    pub status: Option<Status>,
    /// Whether the operation waits for more before the client asks the server.
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
    /// What went wrong, in the client's words.
    #[serde(default)]
    pub error: Option<String>,
}

/// Where a client stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// There is a next step.
    Pending,
    /// The sign-up is done.
    Success,
    /// There is no way on.
    Terminal,
    /// The client gave up.
    Error,
    /// The client does not know how; that is no failure.
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
    /// The key of the authenticator that it is about.
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
