//! A person of the org, with what they have enrolled.

use std::collections::BTreeMap;

use idx_wire::Scalar;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::names::{AuthenticatorKey, PhoneMethod};

/// A person. They appear when the profile is sent, and stay whatever becomes of the transaction.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Person {
    /// `00u…`
    pub id: String,
    /// Goes up by one with each change.
    pub version: u64,
    /// The address, in lower case: for whoever signs up, login and e-mail are one.
    pub login: String,
    /// Where they stand.
    pub status: Status,
    /// The attributes, as they were typed.
    pub profile: BTreeMap<String, Scalar>,
    /// What they can prove themselves with.
    pub enrollments: BTreeMap<AuthenticatorKey, Enrollment>,
    /// The names of their groups.
    pub groups: Vec<String>,
    /// When the profile last changed.
    pub updated_at: Timestamp,
}

impl Person {
    /// An attribute, where it is a string.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        match self.profile.get(attribute) {
            Some(Scalar::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// Okta's names for where a person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Created, but the sign-up is not over.
    Staged,
    /// May sign in.
    Active,
}

impl Status {
    /// `STAGED` or `ACTIVE`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Staged => "STAGED",
            Self::Active => "ACTIVE",
        }
    }
}

/// An authenticator that a person has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrollment {
    /// `lae…`, `eae…` or `sms…`
    pub id: String,
    /// What it rests on.
    pub proof: Proof,
}

/// What an enrollment rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// A PHC string of argon2id.
    Password(String),
    /// The address that a code reached.
    Email(String),
    /// The number that a code reached, and how.
    Phone(String, PhoneMethod),
}
