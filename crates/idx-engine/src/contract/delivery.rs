//! Messages that the caller delivers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the caller must do after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A message to a user.
    Deliver(Delivery),
}

/// A message to a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Email, text message or call.
    pub channel: Channel,
    /// An address in lower case, or a number in E.164.
    pub to: String,
    /// Of an email.
    pub subject: Option<String>,
    /// Plain text.
    pub text: String,
    /// Of an email.
    pub html: Option<String>,
    /// The code in it.
    pub otp: Option<String>,
    /// The link in it.
    pub link: Option<String>,
    /// When the code or link expires.
    pub expires_at: Timestamp,
}

/// How a message is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// An email.
    Email,
    /// A text message.
    Sms,
    /// A call.
    Voice,
}

impl Channel {
    /// `email`, `sms` or `voice`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Voice => "voice",
        }
    }
}
