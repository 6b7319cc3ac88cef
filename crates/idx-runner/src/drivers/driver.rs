//! What every driver does, and what it returns.

use std::future::Future;
use std::pin::Pin;

use serde_json::Value;

use super::adapter::AdapterError;
use super::message::{Reply, ShownMessage, ShownStep, Status};
use crate::http::NoResponse;
use idx_scenario::Action;
use idx_scenario::template::Variables;

/// The client's account: where and as which client a driver signs users up.
#[derive(Debug, Clone)]
pub struct Account {
    /// The recording proxy's origin.
    pub base_url: String,
    /// The `default` authorization server, at that origin.
    pub issuer: String,
    /// The client's id.
    pub client_id: String,
    /// Its secret, when it is confidential.
    pub client_secret: Option<String>,
    /// Where the browser would return to.
    pub redirect_uri: String,
}

/// The result of an action.
#[derive(Debug, Clone, Default)]
pub struct Performed {
    /// Values that the driver generated, such as `codeVerifier`.
    pub values: Variables,
    /// What the client shows; `None` for a driver that shows nothing.
    pub report: Option<ClientReport>,
}

/// What a client shows after an action.
#[derive(Debug, Clone, Default)]
pub struct ClientReport {
    /// Whether it waits for more answers before its next request.
    pub deferred: bool,
    /// Whether the step has no operation in the protocol, so that the client was not asked.
    pub silent: bool,
    /// The state of the sign-up.
    pub status: Option<Status>,
    /// The step it shows.
    pub step: Option<ShownStep>,
    /// The messages it shows.
    pub messages: Vec<ShownMessage>,
    /// The tokens it has.
    pub tokens: Option<Value>,
    /// The error, in the client's words.
    pub error: Option<String>,
}

impl ClientReport {
    pub(super) fn silent() -> Self {
        Self { deferred: true, silent: true, ..Self::default() }
    }
}

impl From<Reply> for ClientReport {
    fn from(reply: Reply) -> Self {
        let Reply { deferred, status, step, messages, tokens, error, .. } = reply;
        Self { deferred, silent: false, status, step, messages, tokens, error }
    }
}

/// Why an action was not performed.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// The page does not offer it.
    #[error("{wanted} is not offered; the page offers {offered}")]
    NotOffered {
        /// What the step needs.
        wanted: String,
        /// What the page offers.
        offered: String,
    },
    /// The server did not respond.
    #[error(transparent)]
    NoResponse(#[from] NoResponse),
    /// A response lacks a member that the client needs.
    #[error("{response} has no `{member}`")]
    Missing {
        /// Where the member should be.
        response: String,
        /// The name of the member.
        member: &'static str,
    },
    /// The address is at another origin: the proxy would not record the request, and no client should follow it.
    #[error("the address {url} is not on the origin {origin}")]
    OtherOrigin {
        /// The address.
        url: String,
        /// The origin of the server.
        origin: String,
    },
    /// The adapter broke its protocol.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// The adapter ended in an earlier step.
    #[error("the client has ended")]
    Ended,
    /// The client does not support it, which is not a failure.
    #[error(transparent)]
    Unsupported(#[from] UnsupportedAction),
}

/// Why a client does not support an action.
#[derive(Debug, thiserror::Error)]
pub enum UnsupportedAction {
    /// The adapter protocol has no operation for it.
    #[error("adapters do not {0}")]
    NotInProtocol(String),
    /// The adapter's hello does not list the operation.
    #[error("the client has no operation `{0}`")]
    NoOperation(&'static str),
    /// The adapter's reply says that it cannot do the operation now. It can give the reason.
    #[error("{}", explanation.clone().unwrap_or_else(|| format!("the client cannot do `{operation}` here")))]
    Here {
        /// The operation.
        operation: &'static str,
        /// The client's own reason.
        explanation: Option<String>,
    },
}

/// The result of an action, later.
pub type ActionFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Performed, ActionError>> + Send + 'a>>;

/// The end of a client's standard error, later; `None` for a client without a process.
pub type StderrTail<'a> = Pin<Box<dyn Future<Output = Option<String>> + Send + 'a>>;

/// Acts as the client. Its requests go through the recording proxy, and are judged from its record.
pub trait Driver: Send {
    /// Performs an action whose templates are filled in.
    fn perform<'a>(&'a mut self, action: &'a Action) -> ActionFuture<'a>;

    /// Whether a step's request is known by its endpoint only, because the client may make other requests before and after it.
    fn answers_by_endpoint(&self) -> bool {
        false
    }

    /// Ends the client after a failed case, and returns the end of its standard error.
    fn stderr_tail(&mut self) -> StderrTail<'_> {
        Box::pin(async { None })
    }
}
