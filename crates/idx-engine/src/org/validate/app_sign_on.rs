//! The constraints of the sign-on policy.

use crate::org::key_path::KeyPath;
use crate::org::settings::AppSignOn;
use crate::org::validate::finding::Findings;

/// The types of authenticators in Okta's constraints.
const TYPES: &[&str] =
    &["password", "security_question", "email", "phone", "app", "security_key", "federated"];

pub(super) fn check(rule: &AppSignOn, found: &mut Findings) {
    for (index, constraint) in rule.constraints.iter().enumerate() {
        let path = KeyPath::from(["appSignOn", "constraints"]).index(index);
        if constraint.knowledge.is_none() && constraint.possession.is_none() {
            found.invalid(
                path.clone(),
                "the constraint is empty",
                "write `knowledge`, `possession` or both",
            );
        }
        for (key, part) in
            [("knowledge", &constraint.knowledge), ("possession", &constraint.possession)]
        {
            if let Some(part) = part {
                found.known(&path.clone().key(key).key("types"), &part.types, TYPES);
            }
        }
    }
}
