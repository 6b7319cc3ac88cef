//! Decides which page comes next. Each branch is one row of the decision table derived from the recordings.

use crate::authenticators::Category;
use crate::org::{Constraint, FactorMode, Policies, Requirement};
use crate::policy::rule;
use crate::state::names::AuthenticatorKey;
use crate::state::proof::{Proof, is_proven};
use crate::state::user::User;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// The list of authenticators.
    Enroll {
        /// In the order of the display names.
        listed: Vec<AuthenticatorKey>,
        /// Whether the user can skip the rest.
        skip: bool,
        /// The row that decided it.
        rule: &'static str,
    },
    /// The policies are satisfied.
    Done,
    /// The app requires more authenticators than the org allows users to enroll.
    Unsatisfiable,
}

/// Decides which page comes next.
pub(crate) fn next(policies: &Policies<'_>, user: &User, proofs: &[Proof]) -> Next {
    let required = open(policies, user, proofs, Requirement::Required);
    if !required.is_empty() {
        return Next::Enroll { listed: required, skip: false, rule: rule::REQUIRED };
    }
    let optional = open(policies, user, proofs, Requirement::Optional);
    if !is_assured(policies, |key| is_proven(proofs, key)) {
        let reachable =
            is_assured(policies, |key| is_proven(proofs, key) || optional.contains(&key));
        return if reachable {
            Next::Enroll { listed: optional, skip: false, rule: rule::NOT_ASSURED }
        } else {
            Next::Unsatisfiable
        };
    }
    if optional.is_empty() || policies.authenticator_enrollment.never_offers_optional() {
        return Next::Done;
    }
    Next::Enroll { listed: optional, skip: true, rule: rule::ASSURED }
}

/// The authenticators with this requirement that the user has not enrolled. An activation token proves the address without an enrollment.
fn open(
    policies: &Policies<'_>,
    user: &User,
    proofs: &[Proof],
    wanted: Requirement,
) -> Vec<AuthenticatorKey> {
    let is_open = |key: &AuthenticatorKey| {
        key.authenticator().requirement(policies) == wanted
            && !user.enrollments.contains_key(key)
            && !is_proven(proofs, *key)
    };
    AuthenticatorKey::ALL.iter().copied().filter(is_open).collect()
}

/// Whether these authenticators satisfy the app's rule. Inferred: any two count as two distinct authenticators (no source confirms this).
fn is_assured(policies: &Policies<'_>, has: impl Fn(AuthenticatorKey) -> bool) -> bool {
    let wanted = match policies.app_sign_on.factor_mode {
        FactorMode::One => 1,
        FactorMode::Two => 2,
    };
    let enough = AuthenticatorKey::ALL.iter().filter(|key| has(**key)).count() >= wanted;
    let constraints = &policies.app_sign_on.constraints;
    enough
        && (constraints.is_empty() || constraints.iter().any(|constraint| holds(constraint, &has)))
}

fn holds(constraint: &Constraint, has: impl Fn(AuthenticatorKey) -> bool) -> bool {
    let has_category = |category| {
        AuthenticatorKey::ALL
            .iter()
            .any(|key| key.authenticator().category() == category && has(*key))
    };
    (constraint.knowledge.is_none() || has_category(Category::Knowledge))
        && (constraint.possession.is_none() || has_category(Category::Possession))
}
