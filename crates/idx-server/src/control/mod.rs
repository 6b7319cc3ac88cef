//! The control API, which tests use for what Okta has no call for. Every org serves it for itself, and every org serves the list of orgs.

mod call;
pub(crate) mod clock;
mod error;
pub(crate) mod faults;
pub(crate) mod graph;
pub(crate) mod health;
pub(crate) mod journal;
pub(crate) mod limits;
pub(crate) mod messages;
mod openapi;
pub(crate) mod org;
pub(crate) mod orgs;
mod query;
pub(crate) mod reset;
mod respond;
mod time;
pub(crate) mod users;

pub(crate) use call::{Call, CallContext, ControlCall, Json, NoQuery};
pub(crate) use error::ControlError;
pub(crate) use openapi::describe;
pub(crate) use respond::{ControlRequest, respond};
