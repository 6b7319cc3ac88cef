//! The trait that all reporters have.

use std::io;

use crate::event::Event;

/// Renders events as text.
pub trait Reporter {
    /// Takes one event.
    ///
    /// # Errors
    /// When the text cannot be written.
    fn on(&mut self, event: &Event) -> io::Result<()>;
}
