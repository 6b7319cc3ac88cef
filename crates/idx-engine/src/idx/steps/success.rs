//! The end of a sign-up: an interaction code, good once and for a minute.

use crate::idx::page::Page;
use crate::policy::rule;
use crate::state::step::Success;

impl Success {
    pub(super) fn page<'a>(&self) -> Page<'a> {
        let mut page = Page::default();
        page.why("successWithInteractionCode", true, rule::DONE);
        page
    }
}
