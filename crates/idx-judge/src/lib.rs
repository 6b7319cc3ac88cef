//! The judge: rules and expectations over recorded exchanges. It knows IDX by itself and opens no connection.

pub mod exchange;
pub mod expectations;
mod failure;
pub mod http_message;
pub mod newer_server;
pub mod page;
pub mod pkce;
pub mod rules;

pub use failure::{ClientPart, ExpectedNames, Failure, MessagePart, NameList};
