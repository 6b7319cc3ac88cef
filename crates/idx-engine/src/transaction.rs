//! A transaction: one person's way from `interact` to an interaction code.

use std::sync::Arc;

use jiff::Timestamp;

use crate::request::AuthorizationServer;
use crate::steps::Step;

/// A transaction. It is small, and each change makes a new one.
#[derive(Debug, Clone)]
pub struct Transaction {
    /// Its number in the org, from 1.
    pub number: u64,
    /// Goes up by one with each change.
    pub version: u64,
    /// Stays for life.
    pub interaction_handle: Arc<str>,
    /// Stays until `cancel`.
    pub state_handle: Arc<str>,
    /// What the client asked for.
    pub interact: Arc<Interact>,
    /// A whole second. From then on the transaction is gone.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub step: Step,
}

/// What the client asked for at `interact`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names are those of the parameters")]
pub struct Interact {
    pub authorization_server: AuthorizationServer,
    pub client_id: String,
    pub scope: String,
    pub redirect_uri: String,
    pub code_challenge: Option<String>,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub max_age: Option<i64>,
}
