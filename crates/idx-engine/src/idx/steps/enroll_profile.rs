//! The profile form. Submitting it creates the user, who is STAGED until the sign-up ends.

use std::collections::BTreeMap;

use idx_wire::Scalar;
use serde::{Deserialize, Serialize};

use crate::authenticators;
use crate::idx::cx::Cx;
use crate::idx::hook::Verdict;
use crate::idx::page::{Current, Offer, Page, PageContext};
use crate::org::Policies;
use crate::policy::password::AgeRules;
use crate::policy::profile::{self, Profile};
use crate::policy::rule;
use crate::refusal::{self, Refusal};
use crate::state::names::AuthenticatorKey;
use crate::state::user::{Status, User};

/// The profile form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollProfile;

/// The form as the client submitted it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProfileForm<'a> {
    pub(crate) profile: Option<&'a BTreeMap<String, Scalar>>,
    pub(crate) passcode: Option<&'a str>,
}

impl EnrollProfile {
    pub(crate) fn page<'a>(&self, context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        let with_password = context.policies.profile_enrollment.asks_for_password();
        page.offer(Offer::EnrollProfile { with_password }, rule::PROFILE_FORM);
        page.offer(Offer::SelectIdentify, rule::BESIDE_PROFILE_FORM);
        if with_password {
            let key = AuthenticatorKey::OktaPassword;
            let authenticator = key.authenticator();
            page.current = Some(Current {
                settings: authenticator.settings(&context.policies, AgeRules::Ignore),
                ..Current::of(key, authenticator.methods(context.org))
            });
        }
        page
    }
}

/// Checks a submitted form.
pub(crate) fn check(
    policies: &Policies<'_>,
    login_is_taken: bool,
    form: &ProfileForm<'_>,
) -> Result<Profile, Refusal> {
    profile::check(&policies.profile_enrollment.profile_attributes, form.profile, login_is_taken)
}

/// Creates the user from a submitted form, unless the inline hook denies it.
pub(crate) fn submit(
    cx: &mut Cx<'_>,
    form: &ProfileForm<'_>,
    verdict: Option<Verdict>,
) -> Result<(), Refusal> {
    let mut profile = check(&cx.policies(), cx.login_is_taken, form)?;
    match verdict {
        Some(Verdict::Deny(refusal)) => return Err(refusal),
        // The login stays as the user entered it, because its uniqueness was checked.
        Some(Verdict::Allow(updates)) => {
            profile.attributes.extend(updates.into_iter().filter(|(name, _)| name != "login"))
        }
        None => {}
    }
    let policy = cx.policies().profile_enrollment;
    let id = cx.mint_id("00u");
    cx.put_user(User {
        id,
        version: 1,
        login: profile.login,
        status: Status::Staged,
        profile: profile.attributes,
        enrollments: BTreeMap::new(),
        groups: std::iter::once("Everyone".to_owned())
            .chain(policy.target_group_ids.iter().cloned())
            .collect(),
        updated_at: cx.env.now,
    });
    if policy.asks_for_password() {
        let key = AuthenticatorKey::OktaPassword;
        let passcode = form.passcode.ok_or_else(refusal::passcode_missing)?;
        let credential = authenticators::new_password(cx, AgeRules::Ignore, passcode)?;
        authenticators::enroll(cx, key.authenticator(), credential, "password");
    }
    Ok(())
}
