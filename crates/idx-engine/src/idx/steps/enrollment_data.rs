//! The page that asks for a phone number.

use serde::{Deserialize, Serialize};

use crate::idx::page::{Current, Offer, Page, PageContext, Resend};
use crate::policy::rule;
use crate::state::names::{AuthenticatorKey, PhoneMethod};

/// The page that asks for a phone number. No code has been sent yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollmentData {
    /// The user's id.
    pub user: String,
    /// The authenticator that the user enrolls.
    pub key: AuthenticatorKey,
    /// The methods that the user can choose: only one if the user has already chosen it.
    pub methods: Vec<PhoneMethod>,
}

impl EnrollmentData {
    pub(crate) fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        page.offer(
            Offer::EnrollmentData { key: self.key, methods: &self.methods },
            rule::NUMBER_UNKNOWN,
        );
        page.offer_listing(context);
        let methods = self.methods.iter().map(|method| method.name()).collect();
        // Inferred: the recorded page has `resend` although no code was sent.
        page.current =
            Some(Current { resend: Some(Resend::NothingSent), ..Current::of(self.key, methods) });
        page
    }
}
