//! A write, as a value. Each whole record carries its version: a change applies only to the version before it, so a set of changes says by
//! itself what it rests on, and is committed whole or not at all.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::counter::Counter;
use crate::state::tokens::{Activation, RefreshToken};
use crate::state::transaction::Transaction;
use crate::state::user::User;

/// A write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Change {
    /// A transaction begins (version 1) or moves on.
    Transaction(Arc<Transaction>),
    /// A user appears (version 1; the login must be free) or changes.
    User(Arc<User>),
    /// Something is counted.
    Counter(Counter),
    /// Nothing is written, but the count must still be what it was: a right answer may not slip past the limit.
    CounterUnchanged(Counter),
    /// A token is handed out by which a user can begin, or finish, their activation.
    Activation(Arc<Activation>),
    /// A refresh token is handed out.
    RefreshToken(Arc<RefreshToken>),
    /// A token is no longer good.
    Revoke {
        /// The `jti` of an access token, or a refresh token itself.
        token: String,
        /// When it would have ended anyway.
        until: Timestamp,
    },
}

/// A record has changed since it was loaded: load again, and handle the request again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a record has changed since it was loaded")]
pub struct Conflict;
