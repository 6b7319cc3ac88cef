//! Records what a user has enrolled and proven.

use crate::authenticators::authenticator::Authenticator;
use crate::idx::cx::Cx;
use crate::state::challenge::Challenge;
use crate::state::user::{Credential, Enrollment};

/// Adds an enrollment to the user, and its proof to the transaction: who enrolls an authenticator has proven it.
pub(crate) fn enroll(
    cx: &mut Cx<'_>,
    authenticator: &dyn Authenticator,
    credential: Credential,
    method: &'static str,
) {
    let key = authenticator.key();
    let id = cx.mint_id(authenticator.enrollment_id_prefix());
    cx.change_user(|user| {
        user.enrollments.insert(key, Enrollment { id, credential });
    });
    cx.prove(key, method);
}

/// Adds the proof of a verified challenge to the transaction. If the user had no enrollment, the verified destination becomes one.
pub(crate) fn verified(cx: &mut Cx<'_>, authenticator: &dyn Authenticator, challenge: &Challenge) {
    let key = authenticator.key();
    let method = authenticator.method_of(challenge);
    let is_enrolled = cx.user.as_ref().is_some_and(|user| user.enrollments.contains_key(&key));
    match &challenge.sent {
        Some(sent) if !is_enrolled => {
            enroll(cx, authenticator, Credential::Destination(sent.to.clone()), method);
        }
        _ => cx.prove(key, method),
    }
}
