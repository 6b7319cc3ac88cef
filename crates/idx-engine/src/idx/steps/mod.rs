//! The steps at work, one file each: what its page offers (`page`), and what comes of an answer to it (`answer`).

mod challenge_authenticator;
mod enroll_authenticator;
mod enroll_profile;
mod enrollment_data;
mod keep_me_signed_in;
mod passcode;
mod select_authenticator;
mod start;
mod success;
mod terminal;
mod verification_data;

use idx_wire::IdxBody;

pub(crate) use enroll_profile::judged as judged_profile;

use crate::contract::request::Endpoint;
use crate::idx::cx::Cx;
use crate::idx::page::{Page, Scene};
use crate::refusal::{self, Refusal};
use crate::state::step::{
    EnrollProfile, KeepMeSignedIn, SelectAuthenticator, Start, Step, VerificationData,
};

impl Step {
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
