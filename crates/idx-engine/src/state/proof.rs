//! What a user has proven in a transaction.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::names::AuthenticatorKey;

/// A successful verification. It belongs to one transaction; an enrollment belongs to the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The authenticator that the user verified.
    pub key: AuthenticatorKey,
    /// The method on the wire: `password`, `email`, `sms` or `voice`.
    pub method: Cow<'static, str>,
    /// When the user verified it.
    pub verified_at: Timestamp,
}

/// Whether the transaction proved an authenticator.
pub(crate) fn is_proven(proofs: &[Proof], key: AuthenticatorKey) -> bool {
    proofs.iter().any(|proof| proof.key == key)
}
