//! Rules on what a server answers.

mod authenticators;
mod fields;
mod forms;
mod http;
mod messages;
mod oauth;
mod options;
mod page;
mod stays;
mod success;
mod time;
mod tokens;
mod transaction;

use super::Rule;

/// The tables, one a file.
pub(super) static TABLES: &[&[Rule]] = &[
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
];
