//! What a person is asked to answer, and the code that was sent for it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::names::{AuthenticatorKey, PhoneMethod};

/// What a person is asked to answer while an authenticator is enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Challenge {
    /// A new password.
    Password,
    /// The code of a mail.
    Email(SentCode),
    /// The code of a message or a call.
    Phone {
        /// What was sent.
        sent: SentCode,
        /// In E.164.
        number: String,
        /// How it went.
        method: PhoneMethod,
    },
}

impl Challenge {
    /// Whose it is.
    pub(crate) fn key(&self) -> AuthenticatorKey {
        match self {
            Self::Password => AuthenticatorKey::OktaPassword,
            Self::Email(_) => AuthenticatorKey::OktaEmail,
            Self::Phone { .. } => AuthenticatorKey::PhoneNumber,
        }
    }

    /// What was sent.
    pub(crate) fn sent(&self) -> Option<&SentCode> {
        match self {
            Self::Password => None,
            Self::Email(sent) | Self::Phone { sent, .. } => Some(sent),
        }
    }
}

/// A code that was sent. A new one takes its place, and so kills it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// Six digits.
    pub code: String,
    /// From then on it is a wrong answer.
    pub expires_at: Timestamp,
    /// The token of the link beside it, in a mail.
    pub link: Option<String>,
}
