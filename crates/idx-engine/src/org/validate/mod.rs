//! The rules for the settings of an org beyond their types: limits, texts that are not empty, lists without duplicates, and combinations that
//! contradict each other.

mod app_sign_on;
mod apps;
mod authorization_server;
mod finding;
mod org;
mod password;
mod profile_enrollment;

pub(super) use finding::Finding;
pub(crate) use finding::Findings;
pub(super) use org::validate;
