//! The question that the user must answer to enroll or verify an authenticator.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::names::{AuthenticatorKey, PhoneMethod};

/// The question that the user must answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The authenticator that the user enrolls or verifies.
    pub key: AuthenticatorKey,
    /// The code that the server sent; none if the user enters a secret of their own.
    pub sent: Option<SentCode>,
}

impl Challenge {
    /// Asks for a secret that the user knows or chooses.
    pub(crate) fn secret(key: AuthenticatorKey) -> Self {
        Self { key, sent: None }
    }

    /// Asks for a code that the server sent.
    pub(crate) fn code(key: AuthenticatorKey, sent: SentCode) -> Self {
        Self { key, sent: Some(sent) }
    }
}

/// A code that the server sent. A newer code replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// Six digits.
    pub code: String,
    /// From this instant on, the code is invalid.
    pub expires_at: Timestamp,
    /// The token of the link in the same email.
    pub link: Option<String>,
    /// Where the code was sent.
    pub to: Destination,
}

/// Where the user receives codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Destination {
    /// An address in lower case.
    Email(String),
    /// A phone.
    Phone {
        /// In E.164.
        number: String,
        /// By text message or call.
        method: PhoneMethod,
    },
}

impl Destination {
    /// The method on the wire: `email`, `sms` or `voice`.
    pub const fn method(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Phone { method, .. } => method.name(),
        }
    }
}
