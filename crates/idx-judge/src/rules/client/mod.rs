//! Rules for the requests of a client. Requests that a scenario makes on purpose are not the client's.

mod actions;
mod conduct;
mod interact;
mod redeem;
mod requests;
mod secrets;
mod values;

use super::rule::Rule;

/// The rules of each file.
pub(super) static RULES: &[&[&Rule]] = &[
    interact::RULES,
    requests::RULES,
    values::RULES,
    conduct::RULES,
    redeem::RULES,
    secrets::RULES,
];
