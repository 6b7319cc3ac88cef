//! The start page: sign in, or sign up?

use idx_wire::IdxBody;

use crate::contract::request::Endpoint;
use crate::idx::cx::Cx;
use crate::idx::page::{Current, Offer, Page, Scene};
use crate::org::PrimaryFactor;
use crate::policy::rule;
use crate::refusal::{self, Refusal};
use crate::state::names::AuthenticatorKey;
use crate::state::step::{EnrollProfile, Start, Step};

impl Start {
    pub(super) fn page<'a>(&self, scene: &Scene<'a>) -> Page<'a> {
        let mut page = Page::default();
        let with_password = scene.org.global_session.primary_factor == PrimaryFactor::PasswordIdp;
        page.offer(Offer::Identify { with_password }, rule::START_PAGE);
        if scene.org.allows_sign_up() {
            page.offer(Offer::SelectEnrollProfile, rule::SIGN_UP_ALLOWED);
        } else {
            page.leave_out("select-enroll-profile", rule::SIGN_UP_DENIED);
        }
        if with_password {
            let key = AuthenticatorKey::OktaPassword;
            page.current = Some(Current {
                recover: true,
                ..Current::of(key, key.authenticator().methods(scene.org))
            });
        }
        page
    }

    pub(super) fn answer(
        cx: &mut Cx<'_>,
        endpoint: Endpoint,
        body: &IdxBody,
    ) -> Result<Step, Refusal> {
        match endpoint {
            Endpoint::Enroll => Ok(Step::EnrollProfile(EnrollProfile)),
            // Sign-in is not emulated: a known person is answered as with a wrong password, an unknown one as by Okta.
            Endpoint::Identify => match cx.view.person_by_login() {
                Some(_) => Err(Refusal::of(&refusal::SIGN_IN_FAILED)),
                None => Err(Refusal::with(
                    &refusal::USERNAME_UNKNOWN,
                    None,
                    &[body.identifier.as_deref().unwrap_or_default()],
                )),
            },
            Endpoint::Recover => Err(Refusal::of(&refusal::BAD_REQUEST)),
            _ => Err(Refusal::of(&refusal::NOT_OFFERED)),
        }
    }
}
