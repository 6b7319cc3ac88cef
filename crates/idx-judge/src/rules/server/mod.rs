//! Rules for the responses of a server.

mod authenticators;
mod fields;
mod forms;
mod http;
mod identity;
mod messages;
mod oauth;
mod options;
mod page;
mod refresh;
mod refusal_texts;
mod stays;
mod success;
mod time;
mod tokens;
mod transaction;
mod unique;

use super::rule::Rule;

/// The rules of each file.
pub(super) static RULES: &[&[&Rule]] = &[
    http::RULES,
    page::RULES,
    identity::RULES,
    transaction::RULES,
    unique::RULES,
    stays::RULES,
    time::RULES,
    forms::RULES,
    fields::RULES,
    options::RULES,
    authenticators::RULES,
    messages::RULES,
    refusal_texts::RULES,
    success::RULES,
    oauth::RULES,
    tokens::RULES,
    refresh::RULES,
];
