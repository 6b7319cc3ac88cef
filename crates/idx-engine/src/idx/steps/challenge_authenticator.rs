//! The page on which the user verifies an authenticator. A sign-up sees it for an address that counts as enrolled (okta-auth-js#1646).

use serde::{Deserialize, Serialize};

use crate::authenticators;
use crate::idx::cx::Cx;
use crate::idx::page::{Current, CurrentAs, Offer, Page, PageContext, Resend};
use crate::policy::rule;
use crate::refusal::Refusal;
use crate::state::challenge::Challenge;

/// The page on which the user verifies an authenticator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeAuthenticator {
    /// The user's id.
    pub user: String,
    /// The question that the user must answer.
    pub challenge: Challenge,
}

impl ChallengeAuthenticator {
    pub(crate) fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        let challenge = &self.challenge;
        let authenticator = challenge.key.authenticator();
        let mut page = Page::default();
        page.offer(Offer::ChallengeAuthenticator(challenge), rule::RECOVERY_EMAIL);
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
}

/// Records the proof if the answer is correct. A verified address that only counted as enrolled becomes an enrollment.
pub(crate) fn answer(
    cx: &mut Cx<'_>,
    challenge: &Challenge,
    passcode: &str,
) -> Result<(), Refusal> {
    let authenticator = challenge.key.authenticator();
    authenticator.verify(cx, challenge, passcode)?;
    authenticators::verified(cx, authenticator, challenge);
    Ok(())
}
