//! A user of the org, with what they have enrolled.

use std::collections::BTreeMap;

use idx_wire::Scalar;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::challenge::Destination;
use crate::state::names::AuthenticatorKey;

/// A user. They appear when the profile is sent, and stay whatever becomes of the transaction.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
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

impl User {
    /// An attribute, where it is a string.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        match self.profile.get(attribute) {
            Some(Scalar::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// Okta's names for where a user stands.
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

/// An authenticator that the user has enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrollment {
    /// The authenticator's prefix and 17 letters or digits, such as `lae…`.
    pub id: String,
    /// What a later verification is checked against.
    pub credential: Credential,
}

/// What a verification of an enrolled authenticator is checked against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Credential {
    /// A secret or its hash; a password is a PHC string of argon2id.
    Secret(String),
    /// Where the user receives codes.
    Destination(Destination),
}
