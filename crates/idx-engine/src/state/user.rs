//! A user of the org, with their enrollments.

use std::collections::BTreeMap;

use idx_wire::Scalar;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::challenge::Destination;
use crate::state::names::AuthenticatorKey;

/// A user. Submitting the profile creates them, and they stay even if the transaction does not finish.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
    /// `00u…`
    pub id: String,
    /// Increases by one with each change.
    pub version: u64,
    /// The username in lower case, which is unique. It is the email address if the form has no `login` field.
    pub login: String,
    /// STAGED until the sign-up ends.
    pub status: Status,
    /// The attributes, as the user entered them.
    pub profile: BTreeMap<String, Scalar>,
    /// The authenticators that the user has enrolled.
    pub enrollments: BTreeMap<AuthenticatorKey, Enrollment>,
    /// The names of their groups.
    pub groups: Vec<String>,
    /// When the profile last changed.
    pub updated_at: Timestamp,
}

impl User {
    /// The email address as the user entered it. Several users can have the same address. Inferred: a user without an `email` has the address in
    /// their login.
    pub fn email(&self) -> &str {
        self.text("email").unwrap_or(&self.login)
    }

    /// An attribute, if it is a string.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        match self.profile.get(attribute) {
            Some(Scalar::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// Okta's status of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Created, but the sign-up has not ended.
    Staged,
    /// Can sign in.
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
