//! The page that asks for a phone number.

use idx_wire::IdxBody;

use crate::contract::request::Endpoint;
use crate::idx::advance;
use crate::idx::cx::Cx;
use crate::idx::page::{Current, Offer, Page, Scene};
use crate::idx::steps::select_authenticator;
use crate::policy::rule;
use crate::refusal::{self, Refusal};
use crate::state::names::AuthenticatorKey;
use crate::state::step::{EnrollmentData, Step};

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
