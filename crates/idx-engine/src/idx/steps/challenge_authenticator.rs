//! The page that asks for the code of an address which counts as enrolled (okta-auth-js#1646).

use idx_wire::IdxBody;

use crate::contract::request::Endpoint;
use crate::idx::advance;
use crate::idx::cx::Cx;
use crate::idx::page::{Current, CurrentAs, Offer, Page, Scene};
use crate::idx::steps::passcode::passcode;
use crate::policy::rule;
use crate::refusal::{self, Refusal};
use crate::state::names::AuthenticatorKey;
use crate::state::step::{ChallengeAuthenticator, Step};

impl ChallengeAuthenticator {
    pub(super) fn page<'a>(&self, scene: &Scene<'a>) -> Page<'a> {
        let mut page = Page::default();
        page.offer(Offer::ChallengeAuthenticator, rule::RECOVERY_EMAIL);
        let key = AuthenticatorKey::OktaEmail;
        page.current = Some(Current {
            shown_as: CurrentAs::Enrollment,
            resend: true,
            poll: true,
            ..Current::of(key, key.authenticator().methods(scene.org))
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
                cx.change_person(|person| {
                    drop(person.enrollments.insert(AuthenticatorKey::OktaEmail, enrollment))
                });
                advance::step_after(cx, advance::When::AuthenticatorEnrolled)
            }
            Endpoint::ChallengeResend => {
                let challenge = self.challenge.again(cx)?;
                Ok(Step::ChallengeAuthenticator(Self { person: self.person.clone(), challenge }))
            }
            Endpoint::ChallengePoll => Ok(Step::ChallengeAuthenticator(self.clone())),
            _ => Err(Refusal::of(&refusal::NOT_OFFERED)),
        }
    }
}
