//! From a transaction and its page to the bytes of a response. Nothing is decided here.

mod forms;
mod response_builder;

use idx_wire::{Array, NoSession};

pub(crate) use response_builder::ResponseBuilder;

use crate::json::bytes;
use crate::refusal::{Notice, Placement};

/// A body of `version` and `messages` alone.
pub(crate) fn no_session(notices: &[Notice]) -> Vec<u8> {
    bytes(&NoSession {
        version: "1.0.0",
        messages: Array::of(notices.iter().map(|notice| notice.message.clone()).collect()),
    })
}

/// Whether the response to a refusal renders the page again.
pub(crate) const fn renders_page(placement: Placement) -> bool {
    matches!(placement, Placement::Field | Placement::Top)
}
