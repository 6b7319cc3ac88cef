//! The list of authenticators.

use idx_wire::IdxBody;

use crate::contract::request::Endpoint;
use crate::idx::advance;
use crate::idx::cx::Cx;
use crate::idx::page::{Page, Scene};
use crate::policy::next;
use crate::refusal::{self, Refusal};
use crate::state::step::{SelectAuthenticator, Step};

impl SelectAuthenticator {
    pub(super) fn page<'a>(&self, scene: &Scene<'a>) -> Page<'a> {
        let mut page = Page::default();
        page.offer_listing(scene);
        page
    }

    pub(super) fn answer(
        cx: &mut Cx<'_>,
        endpoint: Endpoint,
        body: &IdxBody,
    ) -> Result<Step, Refusal> {
        match endpoint {
            Endpoint::CredentialEnroll => choose(cx, body),
            Endpoint::Skip => advance::step_after_skip(cx),
            _ => Err(Refusal::of(&refusal::NOT_OFFERED)),
        }
    }
}

/// Begins with the authenticator that the client names by id. Every page with the list takes it.
pub(super) fn choose(cx: &mut Cx<'_>, body: &IdxBody) -> Result<Step, Refusal> {
    let not_offered = || Refusal::of(&refusal::NOT_OFFERED);
    let choice = body.authenticator.as_ref().ok_or_else(not_offered)?;
    let listed = next::listed(cx.org, cx.person().ok_or_else(not_offered)?);
    let key = listed
        .into_iter()
        .find(|key| choice.id.as_deref() == Some(key.authenticator().id()))
        .ok_or_else(not_offered)?;
    advance::begin(cx, key, choice)
}
