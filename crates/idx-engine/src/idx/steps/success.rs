//! The end of a sign-up: an interaction code, valid once and for one minute.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::idx::page::Page;
use crate::idx::page_context::PageContext;
use crate::idx::step_state::StepState;

const DONE: &str = "nothing is left to enroll, or the rest was skipped";
pub(crate) const RULES: &[&str] = &[DONE];

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
    /// Whether an email's link ended the sign-up, so that the client receives the code with its next poll.
    pub awaits_poll: bool,
}

impl StepState for Success {
    fn name(&self) -> &'static str {
        "success"
    }

    fn user(&self) -> Option<&str> {
        Some(&self.user)
    }

    fn page<'a>(&'a self, _context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        page.why("successWithInteractionCode", true, DONE);
        page
    }

    /// The interaction code is valid for one minute.
    fn lifetime_minutes(&self) -> i64 {
        1
    }
}
