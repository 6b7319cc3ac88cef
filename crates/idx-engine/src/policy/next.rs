//! Which page comes next: the one place that knows. Each arm is a row of the decision table that the recordings give.

use crate::activation;
use crate::authenticators::AuthenticatorKey;
use crate::cx::Cx;
use crate::ids;
use crate::org::{Access, Constraint, EnrollWhen, FactorMode, Org, PostAuth, Requirement};
use crate::person::{Person, Status};
use crate::refusal::{self, Refusal, Row};
use crate::rule;
use crate::steps::{
    KeepMeSignedIn, SelectAuthenticator, Step, Success, Terminal, VerificationData,
};

/// What made the question arise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// The profile was sent just now, or an activation token brought the person here.
    ProfileSent,
    /// An authenticator was enrolled just now.
    AuthenticatorEnrolled,
}

/// The answer of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// The list of authenticators.
    Enroll {
        /// In the order of the display names.
        listed: Vec<AuthenticatorKey>,
        /// Whether the rest can be left.
        skip: bool,
        /// The row that says so.
        rule: &'static str,
    },
    /// The policies are content.
    Done,
    /// The app asks for more than the org lets anybody enroll.
    Unsatisfiable,
}

/// Asks the table.
pub(crate) fn next(org: &Org, person: &Person) -> Next {
    let required = open(org, person, Requirement::Required);
    if !required.is_empty() {
        return Next::Enroll { listed: required, skip: false, rule: rule::REQUIRED };
    }
    let optional = open(org, person, Requirement::Optional);
    if !is_assured(org, |key| person.enrollments.contains_key(&key)) {
        let reachable =
            is_assured(org, |key| person.enrollments.contains_key(&key) || optional.contains(&key));
        return if reachable {
            Next::Enroll { listed: optional, skip: false, rule: rule::NOT_ASSURED }
        } else {
            Next::Unsatisfiable
        };
    }
    if optional.is_empty() || org.authenticator_enrollment.when == EnrollWhen::Never {
        return Next::Done;
    }
    Next::Enroll { listed: optional, skip: true, rule: rule::ASSURED }
}

/// What the list shows the person now.
pub(crate) fn listed(org: &Org, person: &Person) -> Vec<AuthenticatorKey> {
    match next(org, person) {
        Next::Enroll { listed, .. } => listed,
        Next::Done | Next::Unsatisfiable => Vec::new(),
    }
}

/// Where the transaction stands after the profile was sent or an authenticator enrolled.
pub(crate) fn step_after(cx: &mut Cx<'_>, when: When) -> Result<Step, Refusal> {
    let Some(person) = cx.person().cloned() else { return Err(Refusal::of(&refusal::NOT_OFFERED)) };
    if must_verify_recovery_email(cx.org, &person) {
        return Ok(Step::VerificationData(VerificationData { person: person.id.clone() }));
    }
    match next(cx.org, &person) {
        Next::Enroll { listed, skip, .. } => match begun_by_server(cx.org, &listed, skip, when) {
            Some(key) => key.authenticator().begin(cx, &Default::default()),
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

/// What an authenticator is for a sign-up. An address that must be verified, and by which a password is recovered, must be enrolled whatever its own
/// setting says (the first row of Okta's matrix of email verification).
pub(crate) fn requirement(org: &Org, key: AuthenticatorKey) -> Requirement {
    let recovers = org
        .password
        .self_service_password_reset
        .primary_methods
        .iter()
        .any(|method| method == "email");
    let verifies = org.profile_enrollment.activation_requirements.email_verification;
    if key == AuthenticatorKey::OktaEmail && recovers && verifies {
        return Requirement::Required;
    }
    org.authenticator_enrollment.of(key)
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

fn open(org: &Org, person: &Person, wanted: Requirement) -> Vec<AuthenticatorKey> {
    AuthenticatorKey::ALL
        .into_iter()
        .filter(|key| requirement(org, *key) == wanted && !person.enrollments.contains_key(key))
        .collect()
}

/// Whether the app's rule is satisfied by these authenticators. Inferred: any two are two distinct ones (protocol question Q19).
fn is_assured(org: &Org, has: impl Fn(AuthenticatorKey) -> bool) -> bool {
    let wanted = match org.app_sign_on.factor_mode {
        FactorMode::One => 1,
        FactorMode::Two => 2,
    };
    let enough = AuthenticatorKey::ALL.into_iter().filter(|key| has(*key)).count() >= wanted;
    let constraints = &org.app_sign_on.constraints;
    enough
        && (constraints.is_empty() || constraints.iter().any(|constraint| holds(constraint, &has)))
}

fn holds(constraint: &Constraint, has: impl Fn(AuthenticatorKey) -> bool) -> bool {
    let knows = has(AuthenticatorKey::OktaPassword);
    let possesses = has(AuthenticatorKey::OktaEmail) || has(AuthenticatorKey::PhoneNumber);
    (constraint.knowledge.is_none() || knows) && (constraint.possession.is_none() || possesses)
}
