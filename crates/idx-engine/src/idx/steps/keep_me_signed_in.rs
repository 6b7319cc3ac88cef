//! The page that asks to stay signed in, after the last step. It broke sign-ups with published clients (okta-auth-js#1612, okta-signin-widget#4132).

use crate::contract::request::Endpoint;
use crate::idx::advance;
use crate::idx::cx::Cx;
use crate::idx::page::{Offer, Page};
use crate::policy::rule;
use crate::refusal::{self, Refusal};
use crate::state::step::{KeepMeSignedIn, Step};

impl KeepMeSignedIn {
    pub(super) fn page<'a>(&self) -> Page<'a> {
        let mut page = Page::default();
        page.offer(Offer::KeepMeSignedIn, rule::KEEP_ME_SIGNED_IN);
        page
    }

    /// Either answer leads on: there is no browser session to keep.
    pub(super) fn answer(cx: &mut Cx<'_>, endpoint: Endpoint) -> Result<Step, Refusal> {
        match endpoint {
            Endpoint::KeepMeSignedIn => Ok(advance::succeed(cx)),
            _ => Err(Refusal::of(&refusal::NOT_OFFERED)),
        }
    }
}
