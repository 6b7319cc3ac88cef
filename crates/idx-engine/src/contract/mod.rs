//! The contract with the caller: requests, replies, changes, the view of the store, and the environment of one call.

pub(crate) mod api;
pub(crate) mod change;
pub(crate) mod env;
pub(crate) mod loaded;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod view;
