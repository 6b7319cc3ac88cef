//! Injected faults at the HTTP layer: what a network, a gateway or a mail provider can do to a client.

mod apply;
mod document;
mod layer;
mod rules;
mod values;

pub(crate) use document::{FaultRules, FaultRulesError};
pub(crate) use layer::{Before, FaultLayer};
pub(crate) use rules::{ActiveFault, FaultTarget, Faults};
