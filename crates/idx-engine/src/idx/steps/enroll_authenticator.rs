//! The page that asks for a new password, or for a code.

use idx_wire::Field;
use serde::{Deserialize, Serialize};

use crate::authenticators;
use crate::idx::action::{Action, LeadsTo};
use crate::idx::form_context::FormContext;
use crate::idx::offer::Offer;
use crate::idx::page::{Current, CurrentAs, Page, Resend};
use crate::idx::page_context::PageContext;
use crate::idx::remediation::Remediation;
use crate::idx::step_state::StepState;
use crate::idx::steps::select_authenticator::offer_list;
use crate::idx::submission::Submission;
use crate::policy::password::AgeRules;
use crate::refusal::Refusal;
use crate::state::challenge::Challenge;

const BEING_ENROLLED: &str = "an authenticator is being enrolled";
pub(crate) const RULES: &[&str] = &[BEING_ENROLLED];

/// The page that asks for a new password, or for a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollAuthenticator {
    /// The user's id.
    pub user: String,
    /// The question that the user must answer.
    pub challenge: Challenge,
}

impl StepState for EnrollAuthenticator {
    fn name(&self) -> &'static str {
        "enroll-authenticator"
    }

    fn user(&self) -> Option<&str> {
        Some(&self.user)
    }

    fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        let challenge = &self.challenge;
        let authenticator = challenge.key.authenticator();
        let mut page = Page::default();
        page.offer(EnrollmentForm { challenge }, BEING_ENROLLED);
        offer_list(&mut page, context);
        page.current = Some(Current {
            settings: authenticator.settings(&context.policies, AgeRules::Apply),
            resend: challenge.sent.as_ref().map(|sent| Resend::Enrollment(challenge.key, &sent.to)),
            poll: authenticator.polls(challenge),
            contextual_data: authenticator.contextual_data(context.org),
            shown_as: CurrentAs::Enrolling,
            ..Current::of(challenge.key, authenticator.methods_of(context.org, challenge))
        });
        page
    }

    fn challenge(&self) -> Option<&Challenge> {
        Some(&self.challenge)
    }
}

#[derive(Debug)]
struct EnrollmentForm<'a> {
    challenge: &'a Challenge,
}

impl<'a> Offer<'a> for EnrollmentForm<'a> {
    fn remediation(&self) -> Remediation {
        Remediation::EnrollAuthenticator
    }

    fn fields(&self, context: &FormContext<'a, '_>) -> Vec<Field<'a>> {
        vec![context.passcode(self.challenge.key.authenticator())]
    }

    fn relates_to(&self) -> Option<&'static str> {
        Some("$.currentAuthenticator")
    }

    /// Enrolls the authenticator if the answer is correct.
    fn action(&self, submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal> {
        let (challenge, passcode) = (self.challenge, submission.passcode()?);
        Ok(Action::take(move |cx| {
            let authenticator = challenge.key.authenticator();
            let credential = authenticator.complete_enrollment(cx, challenge, passcode)?;
            let method = authenticator.method_of(challenge);
            authenticators::enroll(cx, authenticator, credential, method);
            Ok(LeadsTo::AfterAuthenticator)
        }))
    }
}
