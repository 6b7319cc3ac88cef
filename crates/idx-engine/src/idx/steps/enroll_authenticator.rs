//! The page that asks for a new password, or for a code.

use serde::{Deserialize, Serialize};

use crate::authenticators;
use crate::idx::cx::Cx;
use crate::idx::page::{Current, CurrentAs, Offer, Page, PageContext, Resend};
use crate::policy::password::AgeRules;
use crate::policy::rule;
use crate::refusal::Refusal;
use crate::state::challenge::Challenge;

/// The page that asks for a new password, or for a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollAuthenticator {
    /// The user's id.
    pub user: String,
    /// The question that the user must answer.
    pub challenge: Challenge,
}

impl EnrollAuthenticator {
    pub(crate) fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        let challenge = &self.challenge;
        let authenticator = challenge.key.authenticator();
        let mut page = Page::default();
        page.offer(Offer::EnrollAuthenticator(challenge), rule::BEING_ENROLLED);
        page.offer_listing(context);
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
}

/// Enrolls the authenticator if the answer is correct.
pub(crate) fn answer(
    cx: &mut Cx<'_>,
    challenge: &Challenge,
    passcode: &str,
) -> Result<(), Refusal> {
    let authenticator = challenge.key.authenticator();
    let credential = authenticator.complete_enrollment(cx, challenge, passcode)?;
    let method = authenticator.method_of(challenge);
    authenticators::enroll(cx, authenticator, credential, method);
    Ok(())
}
