//! The passcode of an answer.

use idx_wire::IdxBody;

use crate::refusal::{self, Refusal};

/// The passcode of an answer; it must be there, but an empty one is an answer like any other.
pub(super) fn passcode(body: &IdxBody) -> Result<&str, Refusal> {
    let given = body.credentials.as_ref().and_then(|credentials| credentials.passcode.as_deref());
    given.ok_or_else(|| Refusal::of_passcode(&refusal::PASSCODE_MISSING, &["passcode"]))
}
