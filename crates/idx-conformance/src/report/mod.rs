//! Reporters: each folds the events of a run into one kind of text. None decides anything.

pub mod json;
pub mod terminal;

use std::io;

use crate::event::Event;

/// Folds events into text.
pub trait Reporter {
    /// Takes one event.
    ///
    /// # Errors
    /// When the text cannot be written.
    fn on(&mut self, event: &Event) -> io::Result<()>;
}
