//! The end of a sign-up: an interaction code, good once and for a minute.

use crate::page::Page;
use crate::rule;
use crate::step::Success;

impl Success {
    pub(super) fn page<'a>(&self) -> Page<'a> {
        let mut page = Page::default();
        page.why("successWithInteractionCode", true, rule::DONE);
        page
    }
}
