//! The start page: the user signs in, or signs up.

use serde::{Deserialize, Serialize};

use crate::idx::page::{Current, Offer, Page, PageContext};
use crate::org::PrimaryFactor;
use crate::policy::rule;
use crate::refusal::{self, Refusal};
use crate::state::names::AuthenticatorKey;

/// The start page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start;

impl Start {
    pub(crate) fn page<'a>(&self, context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        let with_password =
            context.policies.global_session.primary_factor == PrimaryFactor::PasswordIdp;
        page.offer(Offer::Identify { with_password }, rule::START_PAGE);
        if context.policies.allow_sign_up() {
            page.offer(Offer::SelectEnrollProfile, rule::SIGN_UP_ALLOWED);
        } else {
            page.leave_out("select-enroll-profile", rule::SIGN_UP_DENIED);
        }
        if with_password {
            let key = AuthenticatorKey::OktaPassword;
            page.current = Some(Current {
                recover: true,
                ..Current::of(key, key.authenticator().methods(context.org))
            });
        }
        page
    }
}

/// Refuses a sign-in, because it is not emulated: for a known user as if the password were wrong, for an unknown user as Okta does.
pub(crate) fn identify(is_known: bool, identifier: &str) -> Refusal {
    if is_known {
        Refusal::of(&refusal::SIGN_IN_FAILED)
    } else {
        Refusal::with(&refusal::USERNAME_UNKNOWN, None, &[identifier])
    }
}
