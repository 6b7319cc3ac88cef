//! `faults`: trouble on purpose.

use http::StatusCode;

use crate::answer::Answer;
use crate::control::{ControlError, ok};
use crate::faults::Document;
use crate::running_org::RunningOrg;
use crate::store::Store as _;

pub(crate) async fn list(org: &RunningOrg) -> Result<Answer, ControlError> {
    ok(&org.store.faults().await)
}

/// Replaces all rules; every one of them counts from the beginning.
pub(crate) async fn replace(org: &RunningOrg, document: Document) -> Result<Answer, ControlError> {
    let rules = document.checked()?;
    let answer = ok(&rules);
    org.store.set_faults(rules).await;
    answer
}

pub(crate) async fn clear(org: &RunningOrg) -> Answer {
    org.store.set_faults(Document::default()).await;
    Answer::empty(StatusCode::NO_CONTENT)
}
