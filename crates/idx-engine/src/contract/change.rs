//! A write as a value. Each record contains its version, and a change applies only to the previous version. A store commits all changes of a set or
//! none.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::counter::Counter;
use crate::state::refresh_grant::RefreshGrant;
use crate::state::tokens::Activation;
use crate::state::transaction::Transaction;
use crate::state::user::User;

/// A write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Change {
    /// A transaction starts (version 1) or changes.
    Transaction(Arc<Transaction>),
    /// A user is created (version 1; the login must be unused) or changes.
    User(Arc<User>),
    /// A counter changes.
    Counter(Counter),
    /// Writes nothing, but the counter must not have changed: a correct answer must not bypass the limit.
    CounterUnchanged(Counter),
    /// An activation token is issued.
    Activation(Arc<Activation>),
    /// A grant begins (version 1) or changes: it is used, rotated or revoked.
    RefreshGrant(Arc<RefreshGrant>),
    /// An access token is revoked.
    Revoke {
        /// The `jti` of the access token.
        token: String,
        /// When it would have expired.
        until: Timestamp,
    },
}

/// A record has changed since it was loaded: load again, and handle the request again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a record has changed since it was loaded")]
pub struct Conflict;
