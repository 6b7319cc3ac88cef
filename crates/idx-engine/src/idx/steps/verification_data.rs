//! The page that offers to verify an address which counts as enrolled without having been (okta-auth-js#1646).

use idx_wire::IdxBody;

use crate::contract::request::Endpoint;
use crate::idx::cx::Cx;
use crate::idx::page::{Current, CurrentAs, Offer, Page, Scene};
use crate::policy::rule;
use crate::refusal::{self, Refusal};
use crate::state::challenge::Challenge;
use crate::state::names::AuthenticatorKey;
use crate::state::step::{ChallengeAuthenticator, Step, VerificationData};

impl VerificationData {
    pub(super) fn page<'a>(&self, scene: &Scene<'a>) -> Page<'a> {
        let mut page = Page::default();
        page.offer(Offer::VerificationData, rule::RECOVERY_EMAIL);
        let key = AuthenticatorKey::OktaEmail;
        page.current = Some(Current {
            shown_as: CurrentAs::Enrollment,
            ..Current::of(key, key.authenticator().methods(scene.org))
        });
        page
    }

    pub(super) fn answer(
        cx: &mut Cx<'_>,
        endpoint: Endpoint,
        body: &IdxBody,
    ) -> Result<Step, Refusal> {
        let key = AuthenticatorKey::OktaEmail;
        let named =
            body.authenticator.as_ref().and_then(|authenticator| authenticator.id.as_deref());
        match endpoint {
            Endpoint::Challenge if named == Some(key.authenticator().id()) => {
                let challenge = Challenge::send_mail(cx);
                Ok(Step::ChallengeAuthenticator(ChallengeAuthenticator {
                    person: cx.person_id(),
                    challenge,
                }))
            }
            _ => Err(Refusal::of(&refusal::NOT_OFFERED)),
        }
    }
}
