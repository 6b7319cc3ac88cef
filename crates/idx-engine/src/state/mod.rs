//! The records that a store keeps.

pub(crate) mod authorization_server;
pub(crate) mod challenge;
pub(crate) mod counter;
pub(crate) mod epoch;
pub(crate) mod names;
pub(crate) mod proof;
pub(crate) mod refresh_grant;
pub(crate) mod tokens;
pub(crate) mod transaction;
pub(crate) mod user;
