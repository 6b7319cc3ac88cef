//! The page that asks for a phone number.

use idx_wire::Field;
use serde::{Deserialize, Serialize};

use crate::idx::action::Action;
use crate::idx::form_context::{FormContext, authenticator_field};
use crate::idx::offer::Offer;
use crate::idx::page::{Current, Page, Resend};
use crate::idx::page_context::PageContext;
use crate::idx::remediation::Remediation;
use crate::idx::step_state::StepState;
use crate::idx::steps::select_authenticator::{choose, offer_list};
use crate::idx::submission::Submission;
use crate::refusal::Refusal;
use crate::state::names::{AuthenticatorKey, PhoneMethod};

const NUMBER_UNKNOWN: &str = "a phone is enrolled and its number is not known";
pub(crate) const RULES: &[&str] = &[NUMBER_UNKNOWN];

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

impl StepState for EnrollmentData {
    fn name(&self) -> &'static str {
        "authenticator-enrollment-data"
    }

    fn user(&self) -> Option<&str> {
        Some(&self.user)
    }

    fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        page.offer(NumberForm { key: self.key, methods: &self.methods }, NUMBER_UNKNOWN);
        offer_list(&mut page, context);
        let methods = self.methods.iter().map(|method| method.name()).collect();
        // Inferred: the recorded page has `resend` although no code was sent.
        page.current =
            Some(Current { resend: Some(Resend::NothingSent), ..Current::of(self.key, methods) });
        page
    }
}

#[derive(Debug)]
struct NumberForm<'a> {
    key: AuthenticatorKey,
    methods: &'a [PhoneMethod],
}

impl<'a> Offer<'a> for NumberForm<'a> {
    fn remediation(&self) -> Remediation {
        Remediation::EnrollmentData
    }

    fn fields(&self, _context: &FormContext<'a, '_>) -> Vec<Field<'a>> {
        let authenticator = self.key.authenticator();
        vec![authenticator_field(authenticator, authenticator.data_fields(self.methods))]
    }

    fn relates_to(&self) -> Option<&'static str> {
        Some("$.currentAuthenticator")
    }

    /// The list on the same page has the same endpoint; a body with a number means this form.
    fn accepts(&self, submission: &Submission<'a, '_>) -> bool {
        submission.has_phone_number()
    }

    fn action(&self, submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal> {
        choose(submission)
    }
}
