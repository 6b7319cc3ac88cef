//! The client's requests that act on a transaction, and the page and forms that each acts on.

use serde_json::Value;

use crate::traffic::{ParsedExchange, Traffic};

/// The client's IDX requests that act on a transaction: all except introspect.
pub(super) fn actions<'r, 'c>(
    traffic: &'r Traffic<'c>,
) -> impl Iterator<Item = &'r ParsedExchange<'c>> {
    traffic.own().filter(|exchange| is_action(exchange))
}

pub(super) fn is_action(exchange: &ParsedExchange<'_>) -> bool {
    exchange.raw.is_idx() && exchange.endpoint() != "introspect" && !exchange.raw.deliberate
}

/// The page that the client had when it made this request: the newest with the handle it sent, or else the transaction's newest.
pub(super) fn page_known<'r, 'c>(
    exchange: &ParsedExchange<'_>,
    traffic: &'r Traffic<'c>,
) -> Option<&'r ParsedExchange<'c>> {
    let of_handle =
        exchange.sent_handle().and_then(|handle| traffic.page_with_handle(exchange, handle));
    of_handle.or_else(|| traffic.page_before(exchange))
}

/// The forms of a page that lead where this request went.
pub(super) fn forms_for<'p>(
    exchange: &ParsedExchange<'_>,
    page: &'p ParsedExchange<'_>,
) -> Vec<&'p Value> {
    let origin = page.origin();
    let path = exchange.raw.request.path();
    let leads_there = |form: &Value| {
        form["href"].as_str().is_some_and(|href| href.strip_prefix(&origin).unwrap_or(href) == path)
    };
    page.forms().into_iter().map(|(_, form)| form).filter(|form| leads_there(form)).collect()
}
