//! The records of one request: which it needs, and what they hold. Plain data, so that any store can keep them.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::env::{Env, Stream};
use crate::state::counter::Counter;
use crate::state::refresh_grant::RefreshGrant;
use crate::state::tokens::Activation;
use crate::state::transaction::Transaction;
use crate::state::user::User;

/// The keys that a request reads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// The transaction, with its user and their counters.
    pub transaction: Option<TransactionKey>,
    /// A user by login, in lower case.
    pub login: Option<String>,
    /// A user by id.
    pub user: Option<String>,
    /// The `jti` of an access token: whether it is revoked.
    pub token: Option<String>,
    /// The id of a grant with refresh tokens, with its user.
    pub grant: Option<String>,
    /// A number for a new transaction.
    pub number: bool,
    /// An activation token, with its user.
    pub activation: Option<String>,
}

/// A key of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TransactionKey {
    /// `stateHandle` or `stateToken`
    StateHandle(String),
    /// `interactionHandle`
    InteractionHandle(String),
    /// `interaction_code`
    InteractionCode(String),
    /// The token of a link in an email.
    Link(String),
}

/// The records that a request needs, as they were at one moment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Loaded {
    /// The org's time.
    pub now: Timestamp,
    /// The random stream that belongs to this request alone.
    pub stream: Stream,
    /// The number reserved for a new transaction; 0 if none was needed.
    pub number: u64,
    /// The transaction.
    pub transaction: Option<Arc<Transaction>>,
    /// The user of the transaction, of the activation token, of the grant, or with the id that was needed.
    pub user: Option<Arc<User>>,
    /// The user who has the login that was needed.
    pub user_by_login: Option<Arc<User>>,
    /// The counters of the transaction and of `user`.
    pub counters: Vec<Counter>,
    /// The activation token.
    pub activation: Option<Arc<Activation>>,
    /// Whether the access token that was needed is revoked by itself.
    pub is_revoked: bool,
    /// The grant.
    pub grant: Option<Arc<RefreshGrant>>,
}

impl Loaded {
    /// The time and the random bytes of the request.
    pub fn env(&self) -> Env {
        Env::new(self.now, self.stream)
    }
}
