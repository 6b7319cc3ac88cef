//! The page that asks whether to stay signed in, after the last step. It broke sign-ups with published clients (okta-auth-js#1612,
//! okta-signin-widget#4132).

use serde::{Deserialize, Serialize};

use crate::idx::page::{Offer, Page};
use crate::policy::rule;

/// The page that asks whether to stay signed in. Both answers lead to the interaction code, because there is no browser session to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepMeSignedIn {
    /// The user's id.
    pub user: String,
}

impl KeepMeSignedIn {
    pub(crate) fn page<'a>(&self) -> Page<'a> {
        let mut page = Page::default();
        page.offer(Offer::KeepMeSignedIn, rule::KEEP_ME_SIGNED_IN);
        page
    }
}
