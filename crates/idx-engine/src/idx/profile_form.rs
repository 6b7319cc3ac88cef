//! The profile form as the client submitted it.

use std::collections::BTreeMap;

use idx_wire::Scalar;

/// The profile form as the client submitted it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProfileForm<'a> {
    pub(crate) profile: Option<&'a BTreeMap<String, Scalar>>,
    pub(crate) passcode: Option<&'a str>,
}
