//! The page that asks for a new password, or for a code.

use idx_wire::IdxBody;

use crate::contract::request::Endpoint;
use crate::idx::advance;
use crate::idx::cx::Cx;
use crate::idx::page::{Current, CurrentAs, Offer, Page, Scene};
use crate::idx::steps::passcode::passcode;
use crate::idx::steps::select_authenticator;
use crate::policy::rule;
use crate::refusal::{self, Refusal};
use crate::state::names::AuthenticatorKey;
use crate::state::step::{EnrollAuthenticator, Step};

impl EnrollAuthenticator {
    pub(super) fn page<'a>(&self, scene: &Scene<'a>) -> Page<'a> {
        let mut page = Page::default();
        let key = self.challenge.key();
        page.offer(Offer::EnrollAuthenticator { key }, rule::BEING_ENROLLED);
        page.offer_listing(scene);
        page.current = Some(Current {
            settings: self.challenge.settings(scene.org),
            resend: self.challenge.sent().is_some(),
            // The mail carries a link too, so the client may ask whether it was used.
            poll: key == AuthenticatorKey::OktaEmail,
            magic_link: (key == AuthenticatorKey::OktaEmail
                && scene.org.authenticators.okta_email.use_email_magic_link)
                .then_some(true),
            shown_as: CurrentAs::Enrolling,
            ..Current::of(key, self.challenge.methods(scene.org))
        });
        page
    }

    pub(super) fn answer(
        &self,
        cx: &mut Cx<'_>,
        endpoint: Endpoint,
        body: &IdxBody,
    ) -> Result<Step, Refusal> {
        match endpoint {
            Endpoint::ChallengeAnswer => {
                let enrollment = self.challenge.answer(cx, passcode(body)?)?;
                let key = self.challenge.key();
                cx.change_person(|person| drop(person.enrollments.insert(key, enrollment)));
                advance::step_after(cx, advance::When::AuthenticatorEnrolled)
            }
            Endpoint::ChallengeResend => {
                let challenge = self.challenge.again(cx)?;
                Ok(Step::EnrollAuthenticator(Self { person: self.person.clone(), challenge }))
            }
            Endpoint::ChallengePoll => Ok(Step::EnrollAuthenticator(self.clone())),
            Endpoint::CredentialEnroll => select_authenticator::choose(cx, body),
            Endpoint::Skip => advance::step_after_skip(cx),
            _ => Err(Refusal::of(&refusal::NOT_OFFERED)),
        }
    }
}
