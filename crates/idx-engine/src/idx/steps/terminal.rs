//! The end without an interaction code.

use crate::idx::page::Page;
use crate::state::step::Terminal;

impl Terminal {
    pub(super) fn page<'a>(&self) -> Page<'a> {
        let mut page = Page::default();
        page.why("terminal", true, self.row.when);
        page
    }
}
