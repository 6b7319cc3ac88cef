//! Rules for the responses of a server.

mod authenticators;
mod fields;
mod forms;
mod http;
mod messages;
mod oauth;
mod options;
mod page;
mod refresh;
mod stays;
mod success;
mod time;
mod tokens;
mod transaction;

use super::rule::Rule;

/// The rules of each file.
pub(super) static RULES: &[&[&Rule]] = &[
    http::RULES,
    page::RULES,
    transaction::RULES,
    stays::RULES,
    time::RULES,
    forms::RULES,
    fields::RULES,
    options::RULES,
    authenticators::RULES,
    messages::RULES,
    success::RULES,
    oauth::RULES,
    tokens::RULES,
    refresh::RULES,
];
