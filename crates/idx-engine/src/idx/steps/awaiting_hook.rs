//! The registration inline hook has been called and has not responded yet. The client still sees the profile form.

use std::collections::BTreeMap;

use idx_wire::Scalar;
use serde::{Deserialize, Serialize};

use crate::idx::page::Page;
use crate::idx::page_context::PageContext;
use crate::idx::profile_form::ProfileForm;
use crate::idx::step_state::StepState;
use crate::idx::steps::enroll_profile::EnrollProfile;

pub(crate) const RULES: &[&str] = &[];

/// The server waits for the hook's response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AwaitingHook {
    /// The attributes that the client submitted.
    pub profile: Option<BTreeMap<String, Scalar>>,
    /// The password that the client submitted, if the form asks for one.
    pub passcode: Option<String>,
}

impl AwaitingHook {
    pub(crate) fn new(form: &ProfileForm<'_>) -> Self {
        Self { profile: form.profile.cloned(), passcode: form.passcode.map(str::to_owned) }
    }

    /// The form as the client submitted it.
    pub(crate) fn form(&self) -> ProfileForm<'_> {
        ProfileForm { profile: self.profile.as_ref(), passcode: self.passcode.as_deref() }
    }
}

impl StepState for AwaitingHook {
    fn name(&self) -> &'static str {
        EnrollProfile.name()
    }

    fn user(&self) -> Option<&str> {
        None
    }

    fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        Page { is_waiting: true, ..EnrollProfile.page(context) }
    }

    fn lifetime_minutes(&self) -> i64 {
        EnrollProfile.lifetime_minutes()
    }
}
