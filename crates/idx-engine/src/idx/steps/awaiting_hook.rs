//! The registration inline hook has been called and has not responded yet. The client still sees the profile form.

use std::collections::BTreeMap;

use idx_wire::Scalar;
use serde::{Deserialize, Serialize};

use crate::idx::page::{Page, PageContext};
use crate::idx::steps::enroll_profile::{EnrollProfile, ProfileForm};

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

    pub(crate) fn page<'a>(&self, context: &PageContext<'a>) -> Page<'a> {
        Page { is_waiting: true, ..EnrollProfile.page(context) }
    }

    /// The form as the client submitted it.
    pub(crate) fn form(&self) -> ProfileForm<'_> {
        ProfileForm { profile: self.profile.as_ref(), passcode: self.passcode.as_deref() }
    }
}
