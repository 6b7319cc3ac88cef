//! The IDX endpoints, and the pages that links in emails open.

pub(crate) mod action;
pub(crate) mod activation;
pub(crate) mod cx;
pub(crate) mod graph;
pub(crate) mod hook;
pub(crate) mod hosted;
pub(crate) mod limits;
pub(crate) mod link;
pub(crate) mod live_transaction;
pub(crate) mod mail;
pub(crate) mod page;
pub(crate) mod remediation;
pub(crate) mod render;
pub(crate) mod step;
pub(crate) mod steps;
pub(crate) mod transition;
pub(crate) mod writes;

pub(crate) use live_transaction::{answer, resume};
