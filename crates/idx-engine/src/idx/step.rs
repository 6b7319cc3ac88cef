//! The step of a transaction: one variant per step, each with only the data that is valid then. The file of its name under `steps` holds its data and
//! its page. What can come next is never stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::env::minutes_after;
use crate::idx::page::{Page, PageContext};
use crate::idx::steps::awaiting_hook::AwaitingHook;
use crate::idx::steps::challenge_authenticator::ChallengeAuthenticator;
use crate::idx::steps::enroll_authenticator::EnrollAuthenticator;
use crate::idx::steps::enroll_profile::EnrollProfile;
use crate::idx::steps::enrollment_data::EnrollmentData;
use crate::idx::steps::keep_me_signed_in::KeepMeSignedIn;
use crate::idx::steps::select_authenticator::SelectAuthenticator;
use crate::idx::steps::start::Start;
use crate::idx::steps::success::Success;
use crate::idx::steps::terminal::Terminal;
use crate::idx::steps::verification_data::VerificationData;
use crate::state::challenge::{Challenge, SentCode};

/// The step of a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// The user signs in, or signs up.
    Start(Start),
    /// The user fills in the profile form.
    EnrollProfile(EnrollProfile),
    /// The server waits for the response of the registration inline hook.
    AwaitingHook(AwaitingHook),
    /// The user chooses an authenticator.
    SelectAuthenticator(SelectAuthenticator),
    /// The user enters a phone number.
    EnrollmentData(EnrollmentData),
    /// The user enters a new password, or a code.
    EnrollAuthenticator(EnrollAuthenticator),
    /// The user must verify an authenticator that counts as enrolled.
    VerificationData(VerificationData),
    /// The user verifies an authenticator.
    ChallengeAuthenticator(ChallengeAuthenticator),
    /// The user decides whether to stay signed in.
    KeepMeSignedIn(KeepMeSignedIn),
    /// The client has an interaction code.
    Success(Success),
    /// The transaction ended without an interaction code.
    Terminal(Terminal),
}

impl Step {
    /// Its name in the journal: the name of its first remediation, or of its end.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Start(_) => "identify",
            Self::EnrollProfile(_) | Self::AwaitingHook(_) => "enroll-profile",
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

    /// The user's id, if the transaction has a user.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Start(_) | Self::EnrollProfile(_) | Self::AwaitingHook(_) => None,
            Self::SelectAuthenticator(step) => Some(&step.user),
            Self::EnrollmentData(step) => Some(&step.user),
            Self::EnrollAuthenticator(step) => Some(&step.user),
            Self::VerificationData(step) => Some(&step.user),
            Self::ChallengeAuthenticator(step) => Some(&step.user),
            Self::KeepMeSignedIn(step) => Some(&step.user),
            Self::Success(step) => Some(&step.user),
            Self::Terminal(step) => step.user.as_deref(),
        }
    }

    /// The page that the client sees.
    pub(crate) fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        match self {
            Self::Start(step) => step.page(context),
            Self::EnrollProfile(step) => step.page(context),
            Self::AwaitingHook(step) => step.page(context),
            Self::SelectAuthenticator(step) => step.page(context),
            Self::EnrollmentData(step) => step.page(context),
            Self::EnrollAuthenticator(step) => step.page(context),
            Self::VerificationData(step) => step.page(context),
            Self::ChallengeAuthenticator(step) => step.page(context),
            Self::KeepMeSignedIn(step) => step.page(),
            Self::Success(step) => step.page(),
            Self::Terminal(step) => step.page(),
        }
    }

    /// The question that the user must answer.
    pub(crate) fn challenge(&self) -> Option<&Challenge> {
        match self {
            Self::EnrollAuthenticator(step) => Some(&step.challenge),
            Self::ChallengeAuthenticator(step) => Some(&step.challenge),
            _ => None,
        }
    }

    /// The code that the user must enter.
    pub fn sent_code(&self) -> Option<&SentCode> {
        self.challenge()?.sent.as_ref()
    }

    /// The token of the link that was sent with the code.
    pub(crate) fn link(&self) -> Option<&str> {
        self.sent_code()?.link.as_deref()
    }

    /// The end of a transaction that reaches this step at `now`: two hours while it has no user, then five minutes, and one minute for the
    /// interaction code.
    pub(crate) fn expires_at(&self, now: Timestamp) -> Timestamp {
        let minutes = match self {
            Self::Start(_) | Self::EnrollProfile(_) | Self::AwaitingHook(_) => 120,
            Self::Success(_) => 1,
            _ => 5,
        };
        minutes_after(now, minutes)
    }
}
