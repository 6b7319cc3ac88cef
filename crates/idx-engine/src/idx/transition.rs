//! Handles an action and returns the transaction's next step. `policy::next` decides which step follows; this file starts it.

use idx_wire::AuthenticatorBody;

use crate::authenticators::EnrollmentStart;
use crate::ids;
use crate::idx::action::{LeadsTo, Take};
use crate::idx::activation;
use crate::idx::cx::Cx;
use crate::idx::hook_response::Verdict;
use crate::idx::profile_form::ProfileForm;
use crate::idx::step::Step;
use crate::idx::steps::challenge_authenticator::ChallengeAuthenticator;
use crate::idx::steps::enroll_authenticator::EnrollAuthenticator;
use crate::idx::steps::enroll_profile::{self, EnrollProfile};
use crate::idx::steps::enrollment_data::EnrollmentData;
use crate::idx::steps::keep_me_signed_in::KeepMeSignedIn;
use crate::idx::steps::select_authenticator::SelectAuthenticator;
use crate::idx::steps::start::Start;
use crate::idx::steps::success::Success;
use crate::idx::steps::terminal::Terminal;
use crate::idx::steps::verification_data::VerificationData;
use crate::org::{Access, Policies, PostAuth, Requirement};
use crate::policy::next::{Next, next};
use crate::refusal::{self, Refusal, RefusalDef};
use crate::state::names::AuthenticatorKey;
use crate::state::proof::is_proven;
use crate::state::user::{Status, User};

/// The event after which the server chooses the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// The client submitted the profile, or an activation token started the transaction.
    Profile,
    /// The user enrolled or verified an authenticator.
    Authenticator,
}

/// Handles a form or an action of the current authenticator, and starts the step that follows.
pub(crate) fn take(cx: &mut Cx<'_>, take: Take<'_>) -> Result<Step, Refusal> {
    match take(cx)? {
        LeadsTo::Start => Ok(Step::Start(Start)),
        LeadsTo::EnrollProfile => Ok(Step::EnrollProfile(EnrollProfile)),
        LeadsTo::Enrollment { key, choice } => start_enrollment(cx, key, choice),
        LeadsTo::EnrollmentChallenge(challenge) => {
            Ok(Step::EnrollAuthenticator(EnrollAuthenticator { user: cx.user_id(), challenge }))
        }
        LeadsTo::VerificationChallenge(challenge) => {
            Ok(Step::ChallengeAuthenticator(ChallengeAuthenticator {
                user: cx.user_id(),
                challenge,
            }))
        }
        LeadsTo::AfterAuthenticator => step_after(cx, After::Authenticator),
        LeadsTo::Finish => skip(cx),
        LeadsTo::Success => Ok(succeed(cx)),
    }
}

/// Handles a submitted profile form.
pub(crate) fn sign_up(
    cx: &mut Cx<'_>,
    form: &ProfileForm<'_>,
    verdict: Option<Verdict>,
) -> Result<Step, Refusal> {
    enroll_profile::submit(cx, form, verdict)?;
    step_after(cx, After::Profile)
}

/// The step after the client submitted the profile, or the user enrolled or verified an authenticator.
pub(crate) fn step_after(cx: &mut Cx<'_>, after: After) -> Result<Step, Refusal> {
    let Some(user) = cx.user.clone() else { return Err(Refusal::of(&refusal::NOT_OFFERED)) };
    if must_verify_recovery_email(&cx.policies(), &user) && !has_address(cx, &user) {
        let key = AuthenticatorKey::OktaEmail;
        return Ok(Step::VerificationData(VerificationData { user: user.id.clone(), key }));
    }
    match next(&cx.policies(), &user, &cx.proofs) {
        Next::Enroll { listed, skip, .. } => match server_selection(cx, &listed, skip, after) {
            Some(key) => start_enrollment(cx, key, &AuthenticatorBody::default()),
            None => Ok(Step::SelectAuthenticator(SelectAuthenticator { user: user.id.clone() })),
        },
        Next::Done => Ok(finish(cx, &user)),
        Next::Unsatisfiable => Ok(terminal(&user, &refusal::ENROLLMENT_NOT_ALLOWED)),
    }
}

fn skip(cx: &mut Cx<'_>) -> Result<Step, Refusal> {
    match cx.user.clone() {
        Some(user) => Ok(finish(cx, &user)),
        None => Err(Refusal::of(&refusal::NOT_OFFERED)),
    }
}

fn start_enrollment(
    cx: &mut Cx<'_>,
    key: AuthenticatorKey,
    choice: &AuthenticatorBody,
) -> Result<Step, Refusal> {
    let start = key.authenticator().enroll(cx, choice)?;
    let user = cx.user_id();
    Ok(match start {
        EnrollmentStart::Challenge(challenge) => {
            Step::EnrollAuthenticator(EnrollAuthenticator { user, challenge })
        }
        EnrollmentStart::DataNeeded(methods) => {
            Step::EnrollmentData(EnrollmentData { user, key, methods })
        }
    })
}

/// The authenticator that the server selects by itself. The recordings show this after the profile, if email is the only required authenticator.
/// Orgs with `autoAdvance` also do it after later steps.
fn server_selection(
    cx: &Cx<'_>,
    listed: &[AuthenticatorKey],
    skip: bool,
    after: After,
) -> Option<AuthenticatorKey> {
    let [only] = listed else { return None };
    let authenticator = only.authenticator();
    let is_required = authenticator.requirement(&cx.policies()) == Requirement::Required && !skip;
    let is_selected = match after {
        After::Profile => authenticator.is_selected_after_profile(),
        After::Authenticator => cx.org.auto_advance,
    };
    (is_required && is_selected).then_some(*only)
}

/// The setting "send recovery email even when the email authenticator has not been enrolled" makes Okta verify the address as soon as there is a
/// password (okta-auth-js#1646).
fn must_verify_recovery_email(policies: &Policies<'_>, user: &User) -> bool {
    policies.password.allow_recovery_email_without_enrollment
        && user.enrollments.contains_key(&AuthenticatorKey::OktaPassword)
}

/// Whether the user has enrolled the address, or the transaction has proven it.
fn has_address(cx: &Cx<'_>, user: &User) -> bool {
    let key = AuthenticatorKey::OktaEmail;
    user.enrollments.contains_key(&key) || is_proven(&cx.proofs, key)
}

/// Returns the step after the policies are satisfied: a refusal, "keep me signed in" or success.
fn finish(cx: &mut Cx<'_>, user: &User) -> Step {
    let policies = cx.policies();
    if policies.app_sign_on.access == Access::Deny || !cx.app.is_assigned_to(user) {
        return terminal(user, &refusal::APP_NOT_ASSIGNED);
    }
    let verifies = policies.profile_enrollment.activation_requirements.email_verification;
    if verifies && !has_address(cx, user) {
        activation::send_link(cx);
        return terminal(user, &refusal::EMAIL_VERIFICATION_REQUIRED);
    }
    if policies.app_sign_on.keep_me_signed_in.post_auth == PostAuth::Allowed {
        return Step::KeepMeSignedIn(KeepMeSignedIn { user: user.id.clone() });
    }
    succeed(cx)
}

/// Activates the user and issues the interaction code.
fn succeed(cx: &mut Cx<'_>) -> Step {
    if cx.user.as_ref().is_some_and(|user| user.status != Status::Active) {
        cx.change_user(|user| user.status = Status::Active);
    }
    Step::Success(Success {
        user: cx.user_id(),
        interaction_code: ids::opaque(cx.env),
        reached_at: cx.env.now,
        redeemed: false,
        awaits_poll: false,
    })
}

fn terminal(user: &User, refusal: &'static RefusalDef) -> Step {
    Step::Terminal(Terminal { user: Some(user.id.clone()), refusal: refusal.id() })
}
