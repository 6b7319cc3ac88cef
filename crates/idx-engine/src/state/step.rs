//! Where a transaction stands: an enum with one struct a step, each holding only what is valid then. What a step offers and answers is in the file of
//! its name under `steps`; what comes next is never stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::env::minutes_after;
use crate::refusal::{self, Row};
use crate::state::challenge::{Challenge, SentCode};
use crate::state::names::PhoneMethod;

/// Where a transaction stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Sign in, or sign up?
    Start(Start),
    /// The profile form.
    EnrollProfile(EnrollProfile),
    /// The list of authenticators.
    SelectAuthenticator(SelectAuthenticator),
    /// The phone number.
    EnrollmentData(EnrollmentData),
    /// A new password, or a code.
    EnrollAuthenticator(EnrollAuthenticator),
    /// An address that counts as enrolled is to be verified.
    VerificationData(VerificationData),
    /// The code of such an address.
    ChallengeAuthenticator(ChallengeAuthenticator),
    /// Stay signed in?
    KeepMeSignedIn(KeepMeSignedIn),
    /// The interaction code.
    Success(Success),
    /// The end without a code.
    Terminal(Terminal),
}

impl Step {
    /// Its name in the journal: that of its first remediation, or of its end.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Start(_) => "identify",
            Self::EnrollProfile(_) => "enroll-profile",
            Self::SelectAuthenticator(_) => "select-authenticator-enroll",
            Self::EnrollmentData(_) => "authenticator-enrollment-data",
            Self::EnrollAuthenticator(_) => "enroll-authenticator",
            Self::VerificationData(_) => "authenticator-verification-data",
            Self::ChallengeAuthenticator(_) => "challenge-authenticator",
            Self::KeepMeSignedIn(_) => "keep-me-signed-in",
            Self::Success(_) => "success",
            Self::Terminal(_) => "terminal",
        }
    }

    /// The person's id, from the moment they exist.
    pub fn person(&self) -> Option<&str> {
        match self {
            Self::Start(_) | Self::EnrollProfile(_) => None,
            Self::SelectAuthenticator(step) => Some(&step.person),
            Self::EnrollmentData(step) => Some(&step.person),
            Self::EnrollAuthenticator(step) => Some(&step.person),
            Self::VerificationData(step) => Some(&step.person),
            Self::ChallengeAuthenticator(step) => Some(&step.person),
            Self::KeepMeSignedIn(step) => Some(&step.person),
            Self::Success(step) => Some(&step.person),
            Self::Terminal(step) => step.person.as_deref(),
        }
    }

    /// What the person is asked to answer.
    pub(crate) fn challenge(&self) -> Option<&Challenge> {
        match self {
            Self::EnrollAuthenticator(step) => Some(&step.challenge),
            Self::ChallengeAuthenticator(step) => Some(&step.challenge),
            _ => None,
        }
    }

    /// The code that the user is asked for.
    pub fn sent_code(&self) -> Option<&SentCode> {
        self.challenge()?.sent()
    }

    /// The token of the link that its mail carries.
    pub(crate) fn link(&self) -> Option<&str> {
        self.sent_code()?.link.as_deref()
    }

    /// When a transaction that comes here at `now` ends: two hours before there is a person, five minutes after, and a minute for the code.
    pub(crate) fn expires_at(&self, now: Timestamp) -> Timestamp {
        let minutes = match self {
            Self::Start(_) | Self::EnrollProfile(_) => 120,
            Self::Success(_) => 1,
            _ => 5,
        };
        minutes_after(now, minutes)
    }
}

/// The start page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start;

/// The profile form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollProfile;

/// The list of authenticators. What is in it follows from the policies and from what the person has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectAuthenticator {
    /// The person's id.
    pub person: String,
}

/// The page that asks for a phone number. Nothing has been sent yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollmentData {
    /// The person's id.
    pub person: String,
    /// What can be chosen: one, if the person chose it already.
    pub methods: Vec<PhoneMethod>,
}

/// The page that asks for a new password, or for a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollAuthenticator {
    /// The person's id.
    pub person: String,
    /// What is asked.
    pub challenge: Challenge,
}

/// The page that offers to send a code to the address. Nothing has been sent yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationData {
    /// The person's id.
    pub person: String,
}

/// The page that asks for the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeAuthenticator {
    /// The person's id.
    pub person: String,
    /// What is asked.
    pub challenge: Challenge,
}

/// The page that asks to stay signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepMeSignedIn {
    /// The person's id.
    pub person: String,
}

/// The interaction code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Success {
    /// The person's id.
    pub person: String,
    /// 43 characters of base64url.
    pub interaction_code: String,
    /// When the person was done: `auth_time` of the tokens.
    pub reached_at: Timestamp,
    /// Whether it was exchanged for tokens.
    pub redeemed: bool,
}

/// The end without an interaction code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminal {
    /// The person's id, if there is a person.
    pub person: Option<String>,
    /// Why. Stored as its id.
    #[serde(with = "refusal::by_id")]
    pub row: &'static Row,
}
