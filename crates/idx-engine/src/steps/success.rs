//! The end of a sign-up: an interaction code, good once and for a minute.

use jiff::Timestamp;

use crate::page::Page;
use crate::rule;

/// The interaction code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Success {
    /// The person's id.
    pub person: String,
    /// 43 characters of base64url.
    pub interaction_code: String,
    /// When the person was done: `auth_time` of the tokens.
    pub reached_at: Timestamp,
    /// Whether it was exchanged for tokens.
    pub redeemed: bool,
}

impl Success {
    pub(super) fn page<'a>(&self) -> Page<'a> {
        let mut page = Page::default();
        page.why("successWithInteractionCode", true, rule::DONE);
        page
    }
}
