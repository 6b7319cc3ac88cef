//! Drivers: what acts as the client in a scenario. The same scenario runs through each of them.

pub mod adapter;
pub mod wire;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use serde_json::Value;

use self::adapter::message::{Reply, ShownMessage, ShownStep, Status};
use idx_scenario::Action;
use idx_scenario::template::Variables;

/// Where and as whom a driver signs people up.
#[derive(Debug, Clone)]
pub struct Account {
    /// The origin: the recording proxy's.
    pub base_url: String,
    /// The `default` authorization server, at that origin.
    pub issuer: String,
    /// The client's id.
    pub client_id: String,
    /// Its secret, when it is confidential.
    pub client_secret: Option<String>,
    /// Where the browser would be sent back to.
    pub redirect_uri: String,
}

/// What came of one action.
#[derive(Debug, Clone, Default)]
pub struct Performed {
    /// Names that the driver gives a value: `codeVerifier` and the like.
    pub values: Variables,
    /// What the client shows; none where the driver shows nothing.
    pub report: Option<ClientReport>,
}

/// What a client shows after an action.
#[derive(Debug, Clone, Default)]
pub struct ClientReport {
    /// Whether it waits for more before it asks the server.
    pub deferred: bool,
    /// Whether it was not asked at all, since no operation of the protocol belongs to the step.
    pub silent: bool,
    /// Where it stands.
    pub status: Option<Status>,
    /// The step it shows.
    pub step: Option<ShownStep>,
    /// The messages it shows.
    pub messages: Vec<ShownMessage>,
    /// The tokens it has.
    pub tokens: Option<Value>,
    /// What went wrong, in its words.
    pub error: Option<String>,
}

impl ClientReport {
    fn silent() -> Self {
        Self { deferred: true, silent: true, ..Self::default() }
    }
}

impl From<Reply> for ClientReport {
    fn from(reply: Reply) -> Self {
        let Reply { deferred, status, step, messages, tokens, error, .. } = reply;
        Self { deferred, silent: false, status, step, messages, tokens, error }
    }
}

/// Why an action was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The page does not offer what the step answers.
    NotOffered {
        /// What the step wanted.
        wanted: String,
        /// What is there.
        offered: String,
    },
    /// The driver could not act, or got no answer.
    Failed(String),
    /// The driver does not know how; that is no failure.
    Unsupported(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOffered { wanted, offered } => {
                write!(f, "{wanted} is not offered; the page offers {offered}")
            }
            Self::Failed(reason) | Self::Unsupported(reason) => f.write_str(reason),
        }
    }
}

/// The outcome of an action, later.
pub type Performing<'a> = Pin<Box<dyn Future<Output = Result<Performed, Trouble>> + Send + 'a>>;

/// What a client that ends has written to standard error, later; none where there is no such thing.
pub type Farewell<'a> = Pin<Box<dyn Future<Output = Option<String>> + Send + 'a>>;

/// Something that acts as the client. Its requests go through the recording proxy, where they are judged.
pub trait Driver: Send {
    /// Does one action, whose templates are filled in.
    fn perform<'a>(&'a mut self, action: &'a Action) -> Performing<'a>;

    /// Whether a step's answer is known by its endpoint only: the client may make other requests before and after it.
    fn answers_by_endpoint(&self) -> bool {
        false
    }

    /// Lets the client end after a case that went wrong, and hears what it wrote to standard error meanwhile.
    fn last_words(&mut self) -> Farewell<'_> {
        Box::pin(async { None })
    }
}
