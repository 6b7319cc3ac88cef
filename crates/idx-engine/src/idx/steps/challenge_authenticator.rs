//! The page on which the user verifies an authenticator. A sign-up sees it for an address that counts as enrolled (okta-auth-js#1646).

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
use crate::idx::steps::verification_data::RECOVERY_EMAIL;
use crate::idx::submission::Submission;
use crate::refusal::Refusal;
use crate::state::challenge::Challenge;

pub(crate) const RULES: &[&str] = &[];

/// The page on which the user verifies an authenticator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeAuthenticator {
    /// The user's id.
    pub user: String,
    /// The question that the user must answer.
    pub challenge: Challenge,
}

impl StepState for ChallengeAuthenticator {
    fn name(&self) -> &'static str {
        "challenge-authenticator"
    }

    fn user(&self) -> Option<&str> {
        Some(&self.user)
    }

    fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        let challenge = &self.challenge;
        let authenticator = challenge.key.authenticator();
        let mut page = Page::default();
        page.offer(ChallengeForm { challenge }, RECOVERY_EMAIL);
        page.current = Some(Current {
            shown_as: CurrentAs::Enrollment,
            resend: challenge
                .sent
                .as_ref()
                .map(|sent| Resend::Verification(challenge.key, &sent.to)),
            poll: authenticator.polls(challenge),
            ..Current::of(challenge.key, authenticator.methods_of(context.org, challenge))
        });
        page
    }

    fn challenge(&self) -> Option<&Challenge> {
        Some(&self.challenge)
    }
}

#[derive(Debug)]
struct ChallengeForm<'a> {
    challenge: &'a Challenge,
}

impl<'a> Offer<'a> for ChallengeForm<'a> {
    fn remediation(&self) -> Remediation {
        Remediation::ChallengeAuthenticator
    }

    fn fields(&self, context: &FormContext<'a, '_>) -> Vec<Field<'a>> {
        vec![context.passcode(self.challenge.key.authenticator())]
    }

    fn relates_to(&self) -> Option<&'static str> {
        Some("$.currentAuthenticatorEnrollment")
    }

    /// Records the proof if the answer is correct. A verified address that only counted as enrolled becomes an enrollment.
    fn action(&self, submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal> {
        let (challenge, passcode) = (self.challenge, submission.passcode()?);
        Ok(Action::take(move |cx| {
            let authenticator = challenge.key.authenticator();
            authenticator.verify(cx, challenge, passcode)?;
            authenticators::verified(cx, authenticator, challenge);
            Ok(LeadsTo::AfterAuthenticator)
        }))
    }
}
