//! Activation tokens.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A token that activates a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    /// The value in the link or the API response.
    pub token: String,
    /// The user's id.
    pub user: String,
    /// The app that the user signed up for, if any. The link sends the user to its address.
    pub client_id: Option<String>,
    /// One week after it was issued.
    pub expires_at: Timestamp,
}
