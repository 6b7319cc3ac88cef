//! The profile form. Sending it makes the person, who is STAGED until the sign-up is over.

use idx_wire::IdxBody;

use crate::authenticators::{enroll_password, password_settings};
use crate::contract::request::Endpoint;
use crate::contract::view::View;
use crate::idx::advance;
use crate::idx::cx::Cx;
use crate::idx::hook::Verdict;
use crate::idx::page::{Current, Offer, Page, Scene};
use crate::idx::steps::passcode::passcode;
use crate::org::Org;
use crate::policy::password::AgeRules;
use crate::policy::profile::{self, Profile};
use crate::policy::rule;
use crate::refusal::{self, Refusal};
use crate::state::names::AuthenticatorKey;
use crate::state::person::{Person, Status};
use crate::state::step::{EnrollProfile, Start, Step};

impl EnrollProfile {
    pub(super) fn page<'a>(&self, scene: &Scene<'a>) -> Page<'a> {
        let mut page = Page::default();
        let with_password = scene.org.profile_enrollment.asks_for_password();
        page.offer(Offer::EnrollProfile { with_password }, rule::PROFILE_FORM);
        page.offer(Offer::SelectIdentify, rule::BESIDE_PROFILE_FORM);
        if with_password {
            let key = AuthenticatorKey::OktaPassword;
            page.current = Some(Current {
                settings: Some(password_settings(scene.org, false)),
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
            Endpoint::EnrollNew => sign_up(cx, body),
            Endpoint::IdentifySelect => Ok(Step::Start(Start)),
            _ => Err(Refusal::of(&refusal::NOT_OFFERED)),
        }
    }
}

/// The profile that was sent, if it will do.
pub(crate) fn judged(org: &Org, view: View<'_>, body: &IdxBody) -> Result<Profile, Refusal> {
    profile::check(
        &org.profile_enrollment.profile_attributes,
        body.user_profile.as_ref(),
        view.person_by_login().is_some(),
    )
}

fn sign_up(cx: &mut Cx<'_>, body: &IdxBody) -> Result<Step, Refusal> {
    let mut profile = judged(cx.org, cx.view, body)?;
    match cx.verdict.take() {
        Some(Verdict::Deny(refusal)) => return Err(refusal),
        // The login stays what the person typed: it was checked to be free.
        Some(Verdict::Allow(updates)) => {
            profile.attributes.extend(updates.into_iter().filter(|(name, _)| name != "login"))
        }
        None => {}
    }
    let form = &cx.org.profile_enrollment;
    let id = cx.mint_id("00u");
    cx.put_person(Person {
        id,
        version: 1,
        login: profile.login,
        status: Status::Staged,
        profile: profile.attributes,
        enrollments: Default::default(),
        groups: std::iter::once("Everyone".to_owned())
            .chain(form.target_group_ids.iter().cloned())
            .collect(),
        updated_at: cx.env.now,
    });
    if form.asks_for_password() {
        let enrollment = enroll_password(cx, AgeRules::DoNot, passcode(body)?)?;
        cx.change_person(|person| {
            drop(person.enrollments.insert(AuthenticatorKey::OktaPassword, enrollment))
        });
    }
    advance::step_after(cx, advance::When::ProfileSent)
}
