//! The IDX endpoints, and the pages that links in emails open.

// First, because the other modules use its lists.
#[macro_use]
pub(crate) mod steps;

pub(crate) mod action;
pub(crate) mod activation;
pub(crate) mod cx;
pub(crate) mod form_context;
pub(crate) mod graph;
pub(crate) mod hook;
mod hook_response;
pub(crate) mod hosted;
pub(crate) mod limits;
pub(crate) mod link;
pub(crate) mod live_transaction;
pub(crate) mod mail;
pub(crate) mod offer;
pub(crate) mod page;
pub(crate) mod page_action;
pub(crate) mod page_context;
pub(crate) mod profile_fields;
pub(crate) mod profile_form;
pub(crate) mod remediation;
pub(crate) mod render;
pub(crate) mod step;
pub(crate) mod step_state;
pub(crate) mod submission;
pub(crate) mod transition;
pub(crate) mod writes;

pub(crate) use hook_response::login_of_hook;
pub(crate) use live_transaction::{answer, resume};
