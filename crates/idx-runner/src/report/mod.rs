//! Reporters: each folds the events of a run into one kind of text. None decides anything.

mod gathered;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod merge;
pub mod tap;
pub mod terminal;
mod words;

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
