//! The end without an interaction code.

use crate::page::Page;
use crate::refusal::Row;

/// The end without an interaction code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminal {
    /// The person's id, if there is a person.
    pub person: Option<String>,
    /// Why.
    pub row: &'static Row,
}

impl Terminal {
    pub(super) fn page<'a>(&self) -> Page<'a> {
        let mut page = Page::default();
        page.why("terminal", true, self.row.when);
        page
    }
}
