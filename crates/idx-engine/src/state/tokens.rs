//! Tokens that the org remembers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A token by which a person is activated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    /// What the person, or their link, holds.
    pub token: String,
    /// The person's id.
    pub person: String,
    /// The app whose address the person is sent to, where they signed up for one.
    pub client_id: Option<String>,
    /// A week after it was handed out.
    pub expires_at: Timestamp,
}

/// A refresh token and what it stands for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshToken {
    /// What the client holds.
    pub token: String,
    /// The app.
    pub client_id: String,
    /// The person.
    pub person: String,
    /// The scopes.
    pub scopes: Vec<String>,
    /// The issuer.
    pub issuer: String,
    /// When it was handed out.
    pub issued_at: Timestamp,
    /// 90 days later.
    pub expires_at: Timestamp,
}
