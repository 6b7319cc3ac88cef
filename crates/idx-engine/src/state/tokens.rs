//! Tokens that the org remembers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A token by which a user is activated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    /// What the user, or their link, holds.
    pub token: String,
    /// The user's id.
    pub user: String,
    /// The app whose address the user is sent to, where they signed up for one.
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
    /// The user.
    pub user: String,
    /// The scopes.
    pub scopes: Vec<String>,
    /// The issuer.
    pub issuer: String,
    /// When it was handed out.
    pub issued_at: Timestamp,
    /// 90 days later.
    pub expires_at: Timestamp,
}
