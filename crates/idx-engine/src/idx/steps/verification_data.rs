//! The page that offers to verify an authenticator that the user has not verified in this transaction. A sign-up sees it for an address that
//! counts as enrolled (okta-auth-js#1646).

use idx_wire::Field;
use serde::{Deserialize, Serialize};

use crate::idx::action::{Action, LeadsTo};
use crate::idx::form_context::{FormContext, authenticator_field};
use crate::idx::offer::Offer;
use crate::idx::page::{Current, CurrentAs, Page};
use crate::idx::page_context::PageContext;
use crate::idx::remediation::Remediation;
use crate::idx::step_state::StepState;
use crate::idx::submission::Submission;
use crate::refusal::{self, Refusal};
use crate::state::names::AuthenticatorKey;

pub(crate) const RECOVERY_EMAIL: &str = "password.allowRecoveryEmailWithoutEnrollment makes the address count as enrolled, and it must be verified";
pub(crate) const RULES: &[&str] = &[RECOVERY_EMAIL];

/// The page that offers to verify an authenticator. No code has been sent yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationData {
    /// The user's id.
    pub user: String,
    /// The authenticator to verify.
    pub key: AuthenticatorKey,
}

impl StepState for VerificationData {
    fn name(&self) -> &'static str {
        "authenticator-verification-data"
    }

    fn user(&self) -> Option<&str> {
        Some(&self.user)
    }

    fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        page.offer(VerificationForm { key: self.key }, RECOVERY_EMAIL);
        page.current = Some(Current {
            shown_as: CurrentAs::Enrollment,
            ..Current::of(self.key, self.key.authenticator().methods(context.org))
        });
        page
    }
}

#[derive(Debug)]
struct VerificationForm {
    key: AuthenticatorKey,
}

impl<'a> Offer<'a> for VerificationForm {
    fn remediation(&self) -> Remediation {
        Remediation::VerificationData
    }

    fn fields(&self, context: &FormContext<'a, '_>) -> Vec<Field<'a>> {
        let authenticator = self.key.authenticator();
        vec![authenticator_field(authenticator, authenticator.choice_fields(context.page.org))]
    }

    fn relates_to(&self) -> Option<&'static str> {
        Some("$.currentAuthenticatorEnrollment")
    }

    fn action(&self, submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal> {
        let authenticator = self.key.authenticator();
        if submission.authenticator_id() != Some(authenticator.id()) {
            return Err(Refusal::of(&refusal::NOT_OFFERED));
        }
        Ok(Action::take(move |cx| Ok(LeadsTo::VerificationChallenge(authenticator.challenge(cx)?))))
    }
}
