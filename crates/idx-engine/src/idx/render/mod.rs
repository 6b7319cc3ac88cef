//! From a transaction and its page to the bytes of an answer. Nothing is decided here.

mod forms;
mod picture;
mod profile_form;

use idx_wire::{Array, NoSession};

pub(crate) use picture::Picture;

use crate::json::bytes;
use crate::refusal::{Note, Place};

/// A body of `version` and `messages` alone.
pub(crate) fn no_session(notes: &[Note]) -> Vec<u8> {
    bytes(&NoSession {
        version: "1.0.0",
        messages: Array::of(notes.iter().map(|note| note.message.clone()).collect()),
    })
}

/// Whether a refusal is shown on the page rendered again.
pub(crate) const fn renders_page(place: Place) -> bool {
    matches!(place, Place::Field | Place::Top)
}
