//! The list of authenticators.

use serde::{Deserialize, Serialize};

use crate::idx::page::{Page, PageContext};

/// The list of authenticators. Its entries follow from the policies, the user's enrollments and the proofs of the transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectAuthenticator {
    /// The user's id.
    pub user: String,
}

impl SelectAuthenticator {
    pub(crate) fn page<'a>(&self, context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        page.offer_listing(context);
        page
    }
}
