//! Where a transaction stands: an enum with one struct a step, each holding only what is valid then.
//!
//! A step says what its page offers (`page`), and answers what was offered (`answer`). It never stores what comes next: that is derived from the
//! policies each time.

mod challenge_authenticator;
mod enroll_authenticator;
mod enroll_profile;
mod enrollment_data;
mod keep_me_signed_in;
mod select_authenticator;
mod start;
mod success;
mod terminal;
mod verification_data;

use idx_wire::IdxBody;
use jiff::Timestamp;

pub use challenge_authenticator::ChallengeAuthenticator;
pub use enroll_authenticator::EnrollAuthenticator;
pub use enroll_profile::EnrollProfile;
pub(crate) use enroll_profile::judged as judged_profile;
pub use enrollment_data::EnrollmentData;
pub use keep_me_signed_in::KeepMeSignedIn;
pub use select_authenticator::SelectAuthenticator;
pub use start::Start;
pub use success::Success;
pub use terminal::Terminal;
pub use verification_data::VerificationData;

use crate::authenticators::Challenge;
use crate::cx::Cx;
use crate::env::minutes_after;
use crate::page::{Page, Scene};
use crate::refusal::{self, Refusal};
use crate::request::Endpoint;

/// Where a transaction stands.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Every name that `name` gives, in the order of a sign-up.
    pub const NAMES: [&'static str; 10] = [
        "identify",
        "enroll-profile",
        "select-authenticator-enroll",
        "authenticator-enrollment-data",
        "enroll-authenticator",
        "authenticator-verification-data",
        "challenge-authenticator",
        "keep-me-signed-in",
        "success",
        "terminal",
    ];

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

    /// The token of the link that its mail carries.
    pub(crate) fn link(&self) -> Option<&str> {
        self.challenge()?.sent()?.link.as_deref()
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

    /// What the page offers.
    pub(crate) fn page<'a>(&'a self, scene: &Scene<'a>) -> Page<'a> {
        match self {
            Self::Start(step) => step.page(scene),
            Self::EnrollProfile(step) => step.page(scene),
            Self::SelectAuthenticator(step) => step.page(scene),
            Self::EnrollmentData(step) => step.page(scene),
            Self::EnrollAuthenticator(step) => step.page(scene),
            Self::VerificationData(step) => step.page(scene),
            Self::ChallengeAuthenticator(step) => step.page(scene),
            Self::KeepMeSignedIn(step) => step.page(),
            Self::Success(step) => step.page(),
            Self::Terminal(step) => step.page(),
        }
    }

    /// Answers what the page offered: where the transaction stands next.
    pub(crate) fn answer(
        &self,
        cx: &mut Cx<'_>,
        endpoint: Endpoint,
        body: &IdxBody,
    ) -> Result<Self, Refusal> {
        match self {
            Self::Start(_) => Start::answer(cx, endpoint, body),
            Self::EnrollProfile(_) => EnrollProfile::answer(cx, endpoint, body),
            Self::SelectAuthenticator(_) => SelectAuthenticator::answer(cx, endpoint, body),
            Self::EnrollmentData(step) => step.answer(cx, endpoint, body),
            Self::EnrollAuthenticator(step) => step.answer(cx, endpoint, body),
            Self::VerificationData(_) => VerificationData::answer(cx, endpoint, body),
            Self::ChallengeAuthenticator(step) => step.answer(cx, endpoint, body),
            Self::KeepMeSignedIn(_) => KeepMeSignedIn::answer(cx, endpoint),
            Self::Success(_) | Self::Terminal(_) => Err(Refusal::of(&refusal::NOT_OFFERED)),
        }
    }
}

/// The passcode of an answer; it must be there, but an empty one is an answer like any other.
fn passcode(body: &IdxBody) -> Result<&str, Refusal> {
    let given = body.credentials.as_ref().and_then(|credentials| credentials.passcode.as_deref());
    given.ok_or_else(|| Refusal::of_passcode(&refusal::PASSCODE_MISSING, &["passcode"]))
}
