//! The end without an interaction code.

use serde::{Deserialize, Serialize};

use crate::idx::page::Page;
use crate::refusal::RefusalId;

/// The end without an interaction code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminal {
    /// The user's id, if the transaction has a user.
    pub user: Option<String>,
    /// The reason.
    pub refusal: RefusalId,
}

impl Terminal {
    pub(crate) fn page<'a>(&self) -> Page<'a> {
        let mut page = Page::default();
        page.why("terminal", true, self.refusal.definition().when);
        page
    }
}
