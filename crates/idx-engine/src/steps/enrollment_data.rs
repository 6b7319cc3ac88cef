//! The page that asks for a phone number.

use idx_wire::IdxBody;

use crate::authenticators::{AuthenticatorKey, PhoneMethod};
use crate::cx::Cx;
use crate::page::{Current, Offer, Page, Scene};
use crate::policy::next;
use crate::refusal::{self, Refusal};
use crate::request::Endpoint;
use crate::rule;
use crate::steps::{Step, select_authenticator};

/// The page that asks for a phone number. Nothing has been sent yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrollmentData {
    /// The person's id.
    pub person: String,
    /// What can be chosen: one, if the person chose it already.
    pub methods: Vec<PhoneMethod>,
}

impl EnrollmentData {
    pub(crate) fn step(cx: &Cx<'_>, methods: Vec<PhoneMethod>) -> Step {
        Step::EnrollmentData(Self { person: cx.person_id(), methods })
    }

    pub(super) fn page<'a>(&'a self, scene: &Scene<'a>) -> Page<'a> {
        let mut page = Page::default();
        page.offer(Offer::EnrollmentData { methods: &self.methods }, rule::NUMBER_UNKNOWN);
        page.offer_listing(scene);
        let methods = self.methods.iter().map(|method| method.name()).collect();
        page.current =
            Some(Current { resend: true, ..Current::of(AuthenticatorKey::PhoneNumber, methods) });
        page
    }

    pub(super) fn answer(
        &self,
        cx: &mut Cx<'_>,
        endpoint: Endpoint,
        body: &IdxBody,
    ) -> Result<Step, Refusal> {
        match endpoint {
            Endpoint::CredentialEnroll => select_authenticator::choose(cx, body),
            Endpoint::Skip => next::step_after_skip(cx),
            // Inferred: the recorded page has `resend` although nothing was sent, so it stays as it is.
            Endpoint::ChallengeResend => Ok(Step::EnrollmentData(self.clone())),
            _ => Err(Refusal::of(&refusal::NOT_OFFERED)),
        }
    }
}
