//! From an endpoint and a body to an action that the page offers, or to the reason why it does not.

use idx_wire::IdxBody;

use crate::contract::request::Endpoint;
use crate::idx::action::{Action, LeadsTo};
use crate::idx::page::{Page, Resend};
use crate::idx::submission::Submission;
use crate::refusal::Refusal;

/// Why a request is not an action of the page.
#[derive(Debug)]
pub(crate) enum Rejection {
    /// The server waits for an inline hook.
    Waiting,
    /// The page does not offer the endpoint.
    NotOffered,
    /// The body of an offered action is invalid.
    Invalid { edge: &'static str, refusal: Refusal },
}

/// An action, and the name of the remediation or action by which the page offers it.
pub(crate) type NamedAction<'a> = (&'static str, Action<'a>);

impl<'a> Page<'a> {
    /// Finds the action that a request takes.
    pub(crate) fn action(
        &self,
        endpoint: Endpoint,
        body: &'a IdxBody,
    ) -> Result<NamedAction<'a>, Rejection> {
        if endpoint == Endpoint::Cancel {
            return Ok(("cancel", Action::Cancel));
        }
        if self.is_waiting {
            return Err(Rejection::Waiting);
        }
        if let Some(action) = self.action_of_current(endpoint) {
            return Ok(action);
        }
        let submission = Submission { body, listed: self.listed.as_deref().unwrap_or_default() };
        let offer = self
            .offers
            .iter()
            .find(|offer| offer.remediation().endpoint() == endpoint && offer.accepts(&submission))
            .ok_or(Rejection::NotOffered)?;
        let edge = offer.remediation().name();
        match offer.action(&submission) {
            Ok(action) => Ok((edge, action)),
            Err(refusal) => Err(Rejection::Invalid { edge, refusal }),
        }
    }

    /// The action of the authenticator that the page is about.
    fn action_of_current(&self, endpoint: Endpoint) -> Option<NamedAction<'a>> {
        let current = self.current.as_ref()?;
        match endpoint {
            Endpoint::ChallengeResend => {
                current.resend.map(|resend| ("resend", action_of_resend(resend)))
            }
            Endpoint::ChallengePoll => current.poll.then_some(("poll", Action::Stay)),
            Endpoint::Recover => current.recover.map(|recover| ("recover", recover())),
            _ => None,
        }
    }
}

fn action_of_resend(resend: Resend<'_>) -> Action<'_> {
    match resend {
        Resend::NothingSent => Action::Stay,
        Resend::Enrollment(key, to) => Action::take(move |cx| {
            Ok(LeadsTo::EnrollmentChallenge(key.authenticator().resend(cx, to)?))
        }),
        Resend::Verification(key, to) => Action::take(move |cx| {
            Ok(LeadsTo::VerificationChallenge(key.authenticator().resend(cx, to)?))
        }),
    }
}
