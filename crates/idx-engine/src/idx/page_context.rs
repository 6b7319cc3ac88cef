//! What a page is derived from, besides the step.

use crate::org::{App, Org, Policies};
use crate::state::proof::Proof;
use crate::state::user::User;

/// What a page is derived from, besides the step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageContext<'a> {
    pub(crate) org: &'a Org,
    pub(crate) policies: Policies<'a>,
    pub(crate) app: &'a App,
    pub(crate) user: Option<&'a User>,
    pub(crate) proofs: &'a [Proof],
}
