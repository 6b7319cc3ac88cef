//! What the org's policies decide: which page comes next, and whether a profile and a password will do.

pub(crate) mod email;
pub(crate) mod next;
pub(crate) mod password;
pub(crate) mod profile;
pub mod rule;
pub(crate) mod text;
