//! The page that offers to verify an authenticator that the user has not verified in this transaction. A sign-up sees it for an address that
//! counts as enrolled (okta-auth-js#1646).

use serde::{Deserialize, Serialize};

use crate::idx::page::{Current, CurrentAs, Offer, Page, PageContext};
use crate::policy::rule;
use crate::state::names::AuthenticatorKey;

/// The page that offers to verify an authenticator. No code has been sent yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationData {
    /// The user's id.
    pub user: String,
    /// The authenticator to verify.
    pub key: AuthenticatorKey,
}

impl VerificationData {
    pub(crate) fn page<'a>(&self, context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        page.offer(Offer::VerificationData { key: self.key }, rule::RECOVERY_EMAIL);
        page.current = Some(Current {
            shown_as: CurrentAs::Enrollment,
            ..Current::of(self.key, self.key.authenticator().methods(context.org))
        });
        page
    }
}
