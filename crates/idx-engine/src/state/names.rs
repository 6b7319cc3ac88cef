//! Okta's names of the authenticators and of the ways to a phone.

use serde::{Deserialize, Serialize};

/// Okta's key of an authenticator. The order is that of the display names, in which every list is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are Okta's keys")]
pub enum AuthenticatorKey {
    OktaEmail,
    OktaPassword,
    PhoneNumber,
}

impl AuthenticatorKey {
    /// Every key, in the order of the lists.
    pub const ALL: [Self; 3] = [Self::OktaEmail, Self::OktaPassword, Self::PhoneNumber];

    /// As on the wire: `okta_email`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OktaEmail => "okta_email",
            Self::OktaPassword => "okta_password",
            Self::PhoneNumber => "phone_number",
        }
    }

    /// The key of a name; the phone has two in Okta's documents.
    pub fn named(name: &str) -> Option<Self> {
        let name = if name == "okta_phone" { "phone_number" } else { name };
        Self::ALL.into_iter().find(|key| key.name() == name)
    }
}

/// How a code reaches a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PhoneMethod {
    /// A text message.
    Sms,
    /// A call. Inferred: the same as a text message but for the method and the words.
    Voice,
}

impl PhoneMethod {
    /// `sms` or `voice`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
        }
    }

    /// What the person reads.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Sms => "SMS",
            Self::Voice => "Voice call",
        }
    }
}
