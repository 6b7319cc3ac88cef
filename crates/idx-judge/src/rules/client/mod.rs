//! Rules on what a client puts on the wire. Requests that a scenario makes on purpose are not the client's.

mod conduct;
mod interact;
mod redeem;
mod requests;
mod secrets;
mod values;

use super::Rule;
use super::conversation::{Conversation, Read};

use serde_json::Value;

/// The tables, one a file.
pub(super) static TABLES: &[&[Rule]] = &[
    interact::RULES,
    requests::RULES,
    values::RULES,
    conduct::RULES,
    redeem::RULES,
    secrets::RULES,
];

/// The client's IDX requests that act on a transaction: all but introspect.
fn actions<'r, 'c>(conversation: &'r Conversation<'c>) -> impl Iterator<Item = &'r Read<'c>> {
    let own = conversation.own();
    own.filter(|read| {
        read.exchange.is_idx()
            && read.endpoint() != "introspect"
            && read.exchange.request.method != "OPTIONS"
    })
}

/// The page that the client had before it when it made this request.
fn page_known<'r, 'c>(read: &Read<'_>, conversation: &'r Conversation<'c>) -> Option<&'r Read<'c>> {
    let of_handle = read.sent_handle().and_then(|handle| conversation.page_before(read, handle));
    of_handle.or_else(|| conversation.last_page(read))
}

/// The forms of a page that lead where this request went.
fn forms_for<'p>(read: &Read<'_>, page: &'p Read<'_>) -> Vec<&'p Value> {
    let origin = page.origin();
    let path = read.exchange.request.path();
    let leads_there = |form: &Value| {
        form["href"].as_str().is_some_and(|href| href.strip_prefix(&origin).unwrap_or(href) == path)
    };
    page.forms().into_iter().map(|(_, form)| form).filter(|form| leads_there(form)).collect()
}
