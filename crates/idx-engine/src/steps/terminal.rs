//! The end without an interaction code.

use crate::page::Page;
use crate::step::Terminal;

impl Terminal {
    pub(super) fn page<'a>(&self) -> Page<'a> {
        let mut page = Page::default();
        page.why("terminal", true, self.row.when);
        page
    }
}
