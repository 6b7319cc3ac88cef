//! The profile form. Submitting it creates the user, who is STAGED until the sign-up ends.

use std::collections::BTreeMap;

use idx_wire::Field;
use serde::{Deserialize, Serialize};

use crate::authenticators;
use crate::idx::action::{Action, LeadsTo};
use crate::idx::cx::Cx;
use crate::idx::form_context::FormContext;
use crate::idx::hook_response::Verdict;
use crate::idx::offer::Offer;
use crate::idx::page::{Current, Page};
use crate::idx::page_context::PageContext;
use crate::idx::profile_fields;
use crate::idx::profile_form::ProfileForm;
use crate::idx::remediation::Remediation;
use crate::idx::step_state::StepState;
use crate::idx::submission::Submission;
use crate::org::Policies;
use crate::policy::password::AgeRules;
use crate::policy::profile::{self, Profile};
use crate::refusal::{self, Refusal};
use crate::state::names::AuthenticatorKey;
use crate::state::user::{Status, User};

const PROFILE_FORM: &str = "profileEnrollment.profileAttributes is the form";
const BESIDE_PROFILE_FORM: &str = "select-identify is always beside the profile form";
pub(crate) const RULES: &[&str] = &[PROFILE_FORM, BESIDE_PROFILE_FORM];

/// The profile form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollProfile;

impl StepState for EnrollProfile {
    fn name(&self) -> &'static str {
        "enroll-profile"
    }

    fn user(&self) -> Option<&str> {
        None
    }

    fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        let with_password = context.policies.profile_enrollment.asks_for_password();
        page.offer(SignUpForm { with_password }, PROFILE_FORM);
        page.offer(SelectIdentify, BESIDE_PROFILE_FORM);
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

    fn lifetime_minutes(&self) -> i64 {
        120
    }
}

#[derive(Debug)]
struct SignUpForm {
    with_password: bool,
}

impl<'a> Offer<'a> for SignUpForm {
    fn remediation(&self) -> Remediation {
        Remediation::EnrollProfile
    }

    fn fields(&self, context: &FormContext<'a, '_>) -> Vec<Field<'a>> {
        profile_fields::fields(context, self.with_password)
    }

    fn action(&self, submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal> {
        Ok(Action::SignUp(submission.profile_form()))
    }
}

#[derive(Debug)]
struct SelectIdentify;

impl<'a> Offer<'a> for SelectIdentify {
    fn remediation(&self) -> Remediation {
        Remediation::SelectIdentify
    }

    fn action(&self, _submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal> {
        Ok(Action::leads_to(LeadsTo::Start))
    }
}

/// Checks a submitted form.
pub(crate) fn check(
    policies: &Policies<'_>,
    login_is_taken: bool,
    form: &ProfileForm<'_>,
) -> Result<Profile, Refusal> {
    let attributes = &policies.profile_enrollment.profile_attributes;
    let profile = profile::check(attributes, form.profile)?;
    if login_is_taken {
        return Err(profile::taken(attributes));
    }
    Ok(profile)
}

/// Creates the user from a submitted form, unless the inline hook denies it.
pub(crate) fn submit(
    cx: &mut Cx<'_>,
    form: &ProfileForm<'_>,
    verdict: Option<Verdict>,
) -> Result<(), Refusal> {
    let attributes = &cx.policies().profile_enrollment.profile_attributes;
    let mut profile = profile::check(attributes, form.profile)?;
    match verdict {
        Some(Verdict::Deny(refusal)) => return Err(refusal),
        Some(Verdict::Allow(updates)) => profile.update(updates),
        None => {}
    }
    // After the hook, because it can set the login.
    if cx.login_is_taken {
        return Err(profile::taken(attributes));
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
