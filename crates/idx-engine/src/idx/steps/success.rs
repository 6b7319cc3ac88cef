//! The end of a sign-up: an interaction code, valid once and for one minute.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::idx::page::Page;
use crate::policy::rule;

/// The interaction code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Success {
    /// The user's id.
    pub user: String,
    /// 43 characters of base64url.
    pub interaction_code: String,
    /// When the user finished: `auth_time` of the tokens.
    pub reached_at: Timestamp,
    /// Whether the client has exchanged it for tokens.
    pub redeemed: bool,
}

impl Success {
    pub(crate) fn page<'a>(&self) -> Page<'a> {
        let mut page = Page::default();
        page.why("successWithInteractionCode", true, rule::DONE);
        page
    }
}
