//! Trouble on purpose, at the HTTP layer: what a network, a gateway or a mail provider does to a client.

mod act;
mod document;
mod rules;

pub(crate) use act::outgoing;
pub(crate) use document::{Document, Fault, FaultError, Kind};
pub(crate) use rules::{Acting, Faults, Seen};
