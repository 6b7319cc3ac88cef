//! What the engine returns: a reply for the client, changes for the caller to commit, and effects for the caller to perform.

use idx_wire::{AccessClaims, IdClaims};
use jiff::Timestamp;

use crate::contract::change::Change;
use crate::contract::delivery::Effect;
use crate::contract::hook::HookCall;
use crate::contract::trace::Trace;

/// The result of a request.
#[derive(Debug)]
pub struct Answer {
    /// Sent to the client after the commit.
    pub reply: Reply,
    /// All of them, or none.
    pub changes: Vec<Change>,
    /// Performed after the commit.
    pub effects: Vec<Effect>,
    /// What happened, for the journal.
    pub trace: Trace,
    /// A device cookie (`DT`) for the browser.
    pub browser: Option<String>,
    /// The state of the strictest limit, if the org has one: the `X-Rate-Limit-…` headers.
    pub rate: Option<Rate>,
}

/// The state of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests per window.
    pub limit: u32,
    /// Requests remaining in the window.
    pub remaining: u32,
    /// When the window ends.
    pub reset: Timestamp,
}

/// The outcome of a request.
#[derive(Debug)]
pub enum Outcome {
    /// The request is complete.
    Answer(Answer),
    /// The caller commits the changes, calls an inline hook with nothing locked, and continues with `resume`.
    Ask(Ask),
}

/// A call of an inline hook.
#[derive(Debug)]
pub struct Ask {
    /// Committed before the call.
    pub changes: Vec<Change>,
    /// The call.
    pub call: HookCall,
}

impl Answer {
    /// An answer without changes.
    pub(crate) fn plain(reply: Reply) -> Self {
        Self {
            reply,
            changes: Vec::new(),
            effects: Vec::new(),
            trace: Trace::default(),
            browser: None,
            rate: None,
        }
    }
}

/// The response to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// An IDX document, as `application/ion+json`.
    Idx {
        /// The HTTP status.
        status: u16,
        /// The finished bytes.
        body: Vec<u8>,
    },
    /// A document as `application/json`.
    Json {
        /// The HTTP status.
        status: u16,
        /// The finished bytes.
        body: Vec<u8>,
    },
    /// Tokens. The caller signs the claims when it writes the response, so the engine needs no key.
    Tokens(Box<Tokens>),
    /// No body.
    Empty {
        /// The HTTP status.
        status: u16,
    },
    /// An HTML page.
    Page {
        /// The HTTP status.
        status: u16,
        /// HTML.
        html: String,
    },
    /// Status 302.
    Redirect {
        /// The `Location` header.
        location: String,
    },
    /// A refused bearer token. The header contains the reason, and there is no body.
    Unauthorized {
        /// 401 or 403.
        status: u16,
        /// The value of `WWW-Authenticate`.
        challenge: String,
    },
}

/// Tokens before they are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Of the access token.
    pub access: AccessClaims,
    /// Of the id_token, with an empty `at_hash`; absent without the scope `openid`.
    pub id: Option<IdClaims>,
    /// Present with the scope `offline_access`.
    pub refresh_token: Option<String>,
    /// Separated by spaces.
    pub scope: String,
    /// Seconds.
    pub expires_in: i64,
}
