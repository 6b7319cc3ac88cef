//! What the engine answers: a reply for the client, changes for the caller to commit, effects for the caller to carry out.

use idx_wire::{AccessClaims, IdClaims};
use jiff::Timestamp;

use crate::contract::change::Change;
use crate::contract::delivery::Effect;
use crate::contract::hook::HookCall;
use crate::contract::trace::Trace;

/// The whole outcome of a call.
#[derive(Debug)]
pub struct Answer {
    /// For the client, once the changes are committed.
    pub reply: Reply,
    /// All of them, or none.
    pub changes: Vec<Change>,
    /// Carried out once the changes are committed.
    pub effects: Vec<Effect>,
    /// What happened, for the journal.
    pub trace: Trace,
    /// A device cookie (`DT`) for the browser that asked.
    pub browser: Option<String>,
    /// Where the strictest limit stands, if the org has any: the `X-Rate-Limit-…` headers.
    pub rate: Option<Rate>,
}

/// Where a limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many are answered in a window.
    pub limit: u32,
    /// How many are left.
    pub remaining: u32,
    /// When the window ends.
    pub reset: Timestamp,
}

/// What a call comes to.
#[derive(Debug)]
pub enum Outcome {
    /// An answer.
    Answer(Answer),
    /// A question to an inline hook: the caller commits the changes, makes the call with nothing locked, and comes back with `resume`.
    Ask(Ask),
}

/// A question to an inline hook.
#[derive(Debug)]
pub struct Ask {
    /// To be committed before the call is made.
    pub changes: Vec<Change>,
    /// The call.
    pub call: HookCall,
}

impl Answer {
    /// An answer that changes nothing.
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

/// What the client gets.
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
    /// Tokens. The caller signs the claims while it writes the answer, so that the engine holds no key.
    Tokens(Box<Tokens>),
    /// No body.
    Empty {
        /// The HTTP status.
        status: u16,
    },
    /// A page for users.
    Page {
        /// The HTTP status.
        status: u16,
        /// HTML.
        html: String,
    },
    /// 302.
    Redirect {
        /// Where to.
        location: String,
    },
    /// A refused bearer token: a JSON body is not sent, the header says why.
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
