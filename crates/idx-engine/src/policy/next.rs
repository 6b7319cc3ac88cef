//! Which page comes next: the one place that knows. Each arm is a row of the decision table that the recordings give.

use crate::org::{Constraint, EnrollWhen, FactorMode, Org, Requirement};
use crate::policy::rule;
use crate::state::names::AuthenticatorKey;
use crate::state::person::Person;

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

fn open(org: &Org, person: &Person, wanted: Requirement) -> Vec<AuthenticatorKey> {
    AuthenticatorKey::ALL
        .into_iter()
        .filter(|key| requirement(org, *key) == wanted && !person.enrollments.contains_key(key))
        .collect()
}

/// Whether the app's rule is satisfied by these authenticators. Inferred: any two are two distinct ones (no source settles it).
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
