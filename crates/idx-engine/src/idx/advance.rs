//! From the answer of a step to where the transaction stands next: the decision table is asked, and what it says is begun.

use idx_wire::AuthenticatorBody;

use crate::authenticators::Begun;
use crate::ids;
use crate::idx::activation;
use crate::idx::cx::Cx;
use crate::org::{Access, Org, PostAuth, Requirement};
use crate::policy::next::{Next, next, requirement};
use crate::refusal::{self, Refusal, Row};
use crate::state::names::AuthenticatorKey;
use crate::state::person::{Person, Status};
use crate::state::step::{
    EnrollAuthenticator, EnrollmentData, KeepMeSignedIn, SelectAuthenticator, Step, Success,
    Terminal, VerificationData,
};

/// What made the question arise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// The profile was sent just now, or an activation token brought the person here.
    ProfileSent,
    /// An authenticator was enrolled just now.
    AuthenticatorEnrolled,
}

/// Where the transaction stands after the profile was sent or an authenticator enrolled.
pub(crate) fn step_after(cx: &mut Cx<'_>, when: When) -> Result<Step, Refusal> {
    let Some(person) = cx.person().cloned() else { return Err(Refusal::of(&refusal::NOT_OFFERED)) };
    if must_verify_recovery_email(cx.org, &person) {
        return Ok(Step::VerificationData(VerificationData { person: person.id.clone() }));
    }
    match next(cx.org, &person) {
        Next::Enroll { listed, skip, .. } => match begun_by_server(cx.org, &listed, skip, when) {
            Some(key) => begin(cx, key, &AuthenticatorBody::default()),
            None => {
                Ok(Step::SelectAuthenticator(SelectAuthenticator { person: person.id.clone() }))
            }
        },
        Next::Done => Ok(finish(cx, &person)),
        Next::Unsatisfiable => Ok(terminal(&person, &refusal::ENROLLMENT_NOT_ALLOWED)),
    }
}

/// Where the transaction stands after the rest was skipped.
pub(crate) fn step_after_skip(cx: &mut Cx<'_>) -> Result<Step, Refusal> {
    match cx.person().cloned() {
        Some(person) => Ok(finish(cx, &person)),
        None => Err(Refusal::of(&refusal::NOT_OFFERED)),
    }
}

/// Begins with an authenticator.
pub(crate) fn begin(
    cx: &mut Cx<'_>,
    key: AuthenticatorKey,
    choice: &AuthenticatorBody,
) -> Result<Step, Refusal> {
    let begun = key.authenticator().begin(cx, choice)?;
    let person = cx.person_id();
    Ok(match begun {
        Begun::Asked(challenge) => {
            Step::EnrollAuthenticator(EnrollAuthenticator { person, challenge })
        }
        Begun::NumberWanted(methods) => Step::EnrollmentData(EnrollmentData { person, methods }),
    })
}

/// The authenticator that the server begins by itself. Recorded for e-mail, when it alone is required as the profile is sent; some orgs do so
/// after a later step too.
fn begun_by_server(
    org: &Org,
    listed: &[AuthenticatorKey],
    skip: bool,
    when: When,
) -> Option<AuthenticatorKey> {
    let [only] = listed else { return None };
    let is_required = requirement(org, *only) == Requirement::Required && !skip;
    let begins = match when {
        When::ProfileSent => *only == AuthenticatorKey::OktaEmail,
        When::AuthenticatorEnrolled => org.auto_advance,
    };
    (is_required && begins).then_some(*only)
}

/// The setting "send recovery email even when the email authenticator has not been enrolled" makes Okta verify the address as soon as there is a password
/// (okta-auth-js#1646).
fn must_verify_recovery_email(org: &Org, person: &Person) -> bool {
    org.password.allow_recovery_email_without_enrollment
        && person.enrollments.contains_key(&AuthenticatorKey::OktaPassword)
        && !person.enrollments.contains_key(&AuthenticatorKey::OktaEmail)
}

/// The policies are content with the person's authenticators: the code, or what else stands before it.
fn finish(cx: &mut Cx<'_>, person: &Person) -> Step {
    if cx.org.app_sign_on.access == Access::Deny
        || !person.groups.iter().any(|group| cx.app.groups.contains(group))
    {
        return terminal(person, &refusal::APP_NOT_ASSIGNED);
    }
    let verifies = cx.org.profile_enrollment.activation_requirements.email_verification;
    if verifies && !person.enrollments.contains_key(&AuthenticatorKey::OktaEmail) {
        activation::send_link(cx);
        return terminal(person, &refusal::EMAIL_VERIFICATION_REQUIRED);
    }
    if cx.org.app_sign_on.keep_me_signed_in.post_auth == PostAuth::Allowed {
        return Step::KeepMeSignedIn(KeepMeSignedIn { person: person.id.clone() });
    }
    succeed(cx)
}

/// The interaction code.
pub(crate) fn succeed(cx: &mut Cx<'_>) -> Step {
    if cx.person().is_some_and(|person| person.status != Status::Active) {
        cx.change_person(|person| person.status = Status::Active);
    }
    Step::Success(Success {
        person: cx.person_id(),
        interaction_code: ids::opaque(&mut cx.env.rng),
        reached_at: cx.env.now,
        redeemed: false,
    })
}

fn terminal(person: &Person, row: &'static Row) -> Step {
    Step::Terminal(Terminal { person: Some(person.id.clone()), row })
}
