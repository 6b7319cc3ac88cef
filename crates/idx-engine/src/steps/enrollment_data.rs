//! The page that asks for a phone number.

use idx_wire::IdxBody;

use crate::advance;
use crate::cx::Cx;
use crate::names::AuthenticatorKey;
use crate::page::{Current, Offer, Page, Scene};
use crate::refusal::{self, Refusal};
use crate::request::Endpoint;
use crate::rule;
use crate::step::{EnrollmentData, Step};
use crate::steps::select_authenticator;

impl EnrollmentData {
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
            Endpoint::Skip => advance::step_after_skip(cx),
            // Inferred: the recorded page has `resend` although nothing was sent, so it stays as it is.
            Endpoint::ChallengeResend => Ok(Step::EnrollmentData(self.clone())),
            _ => Err(Refusal::of(&refusal::NOT_OFFERED)),
        }
    }
}
