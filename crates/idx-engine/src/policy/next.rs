//! Which page comes next: the one place that knows. Each arm is a row of the decision table that the recordings give.

use crate::authenticators::AuthenticatorKey;
use crate::cx::Cx;
use crate::ids;
use crate::org::{Access, EnrollWhen, FactorMode, Org, Requirement};
use crate::person::{Person, Status};
use crate::refusal::{self, Refusal};
use crate::steps::{SelectAuthenticator, Step, Success, Terminal};

/// What made the question arise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// The profile was sent just now.
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
    let optional = open(org, person, Requirement::Optional);
    if !required.is_empty() {
        return Next::Enroll {
            listed: required,
            skip: false,
            rule: "authenticatorEnrollment is REQUIRED",
        };
    }
    let assured = is_assured(org, person);
    if !assured {
        return if optional.is_empty() {
            Next::Unsatisfiable
        } else {
            Next::Enroll {
                listed: optional,
                skip: false,
                rule: "appSignOn.factorMode is not satisfied yet",
            }
        };
    }
    if optional.is_empty() || org.authenticator_enrollment.when == EnrollWhen::Never {
        return Next::Done;
    }
    Next::Enroll {
        listed: optional,
        skip: true,
        rule: "appSignOn.factorMode is satisfied and optional authenticators are left",
    }
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

/// The authenticator that the server begins by itself. Recorded for e-mail, when it alone is required as the profile is sent; some orgs do so
/// after a later step too.
fn begun_by_server(
    org: &Org,
    listed: &[AuthenticatorKey],
    skip: bool,
    when: When,
) -> Option<AuthenticatorKey> {
    let [only] = listed else { return None };
    let is_required = org.authenticator_enrollment.of(*only) == Requirement::Required && !skip;
    let begins = match when {
        When::ProfileSent => *only == AuthenticatorKey::OktaEmail,
        When::AuthenticatorEnrolled => org.auto_advance,
    };
    (is_required && begins).then_some(*only)
}

/// The policies are content with the person's authenticators: the code, or what else stands against it.
fn finish(cx: &mut Cx<'_>, person: &Person) -> Step {
    if cx.org.app_sign_on.access == Access::Deny
        || !person.groups.iter().any(|group| cx.app.groups.contains(group))
    {
        return terminal(person, &refusal::APP_NOT_ASSIGNED);
    }
    if cx.org.profile_enrollment.activation_requirements.email_verification
        && !person.enrollments.contains_key(&AuthenticatorKey::OktaEmail)
    {
        return terminal(person, &refusal::EMAIL_VERIFICATION_REQUIRED);
    }
    cx.change_person(|person| person.status = Status::Active);
    Step::Success(Success {
        person: person.id.clone(),
        interaction_code: ids::opaque(&mut cx.env.rng),
        reached_at: cx.env.now,
        redeemed: false,
    })
}

fn terminal(person: &Person, row: &'static refusal::Row) -> Step {
    Step::Terminal(Terminal { person: person.id.clone(), row })
}

fn open(org: &Org, person: &Person, requirement: Requirement) -> Vec<AuthenticatorKey> {
    AuthenticatorKey::ALL
        .into_iter()
        .filter(|key| {
            org.authenticator_enrollment.of(*key) == requirement
                && !person.enrollments.contains_key(key)
        })
        .collect()
}

/// Whether what the person has satisfies the app's rule. Inferred: any two authenticators are two distinct ones (protocol question Q19).
fn is_assured(org: &Org, person: &Person) -> bool {
    let wanted = match org.app_sign_on.factor_mode {
        FactorMode::One => 1,
        FactorMode::Two => 2,
    };
    person.enrollments.len() >= wanted
}
