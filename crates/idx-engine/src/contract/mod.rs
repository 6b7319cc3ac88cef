//! The contract with the caller: requests, the records they read, replies, changes and effects.

pub(crate) mod api;
pub(crate) mod change;
pub(crate) mod delivery;
pub(crate) mod env;
pub(crate) mod hook;
pub(crate) mod loaded;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod trace;
pub(crate) mod view;
