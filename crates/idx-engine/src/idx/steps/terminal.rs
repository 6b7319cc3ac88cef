//! The end without an interaction code.

use serde::{Deserialize, Serialize};

use crate::idx::page::Page;
use crate::idx::page_context::PageContext;
use crate::idx::step_state::StepState;
use crate::refusal::RefusalId;

pub(crate) const RULES: &[&str] = &[];

/// The end without an interaction code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminal {
    /// The user's id, if the transaction has a user.
    pub user: Option<String>,
    /// The reason.
    pub refusal: RefusalId,
}

impl StepState for Terminal {
    fn name(&self) -> &'static str {
        "terminal"
    }

    fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    fn page<'a>(&'a self, _context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        page.why("terminal", true, self.refusal.definition().when);
        page
    }
}
