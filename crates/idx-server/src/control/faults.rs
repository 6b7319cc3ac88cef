//! `faults`: trouble on purpose.

use http::StatusCode;

use crate::answer::Answer;
use crate::control::{ControlError, ok};
use crate::faults::{Document, Faults};
use crate::running_org::RunningOrg;

pub(crate) fn list(org: &RunningOrg) -> Result<Answer, ControlError> {
    ok(org.lock().faults.document())
}

/// Replaces all rules; every one of them counts from the beginning.
pub(crate) fn replace(org: &RunningOrg, document: Document) -> Result<Answer, ControlError> {
    let faults = Faults::new(document.checked()?);
    let answer = ok(faults.document());
    org.lock().faults = faults;
    answer
}

pub(crate) fn clear(org: &RunningOrg) -> Answer {
    org.lock().faults = Faults::default();
    Answer::empty(StatusCode::NO_CONTENT)
}
