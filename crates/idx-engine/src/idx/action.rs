//! From an endpoint and a body to an action that the page offers, or to the reason why it does not.

use idx_wire::{AuthenticatorBody, IdxBody};

use crate::contract::request::Endpoint;
use crate::idx::page::{Offer, Page, Resend};
use crate::idx::steps::enroll_profile::ProfileForm;
use crate::refusal::{self, Refusal};
use crate::state::challenge::{Challenge, Destination};
use crate::state::names::AuthenticatorKey;

/// What the client does with a page. It holds everything that the page and the body say about it.
#[derive(Debug)]
pub(crate) enum Action<'a> {
    /// Starts again.
    Cancel,
    /// Looks at the page again: a poll, or a resend on a page that sent nothing.
    Stay,
    /// Submits the profile form.
    SignUp(ProfileForm<'a>),
    /// Takes a remediation or an action that leads to a step.
    Take(Take<'a>),
}

/// A remediation or an action that leads to a step.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Take<'a> {
    Identify { identifier: &'a str },
    Recover,
    SelectEnrollProfile,
    SelectIdentify,
    SelectAuthenticator { key: AuthenticatorKey, choice: &'a AuthenticatorBody },
    Skip,
    AnswerEnrollment { challenge: &'a Challenge, passcode: &'a str },
    ResendEnrollment { key: AuthenticatorKey, to: &'a Destination },
    StartVerification { key: AuthenticatorKey },
    AnswerVerification { challenge: &'a Challenge, passcode: &'a str },
    ResendVerification { key: AuthenticatorKey, to: &'a Destination },
    KeepMeSignedIn,
}

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

/// An action, and the remediation or action by which the page offers it.
pub(crate) type Edge<'a> = (&'static str, Action<'a>);

impl<'a> Page<'a> {
    /// Finds the action that a request takes.
    pub(crate) fn action(
        &self,
        endpoint: Endpoint,
        body: &'a IdxBody,
    ) -> Result<Edge<'a>, Rejection> {
        if endpoint == Endpoint::Cancel {
            return Ok(("cancel", Action::Cancel));
        }
        if self.is_waiting {
            return Err(Rejection::Waiting);
        }
        if let Some(edge) = self.action_of_current(endpoint) {
            return Ok(edge);
        }
        let offer = self.offer_at(endpoint, body).ok_or(Rejection::NotOffered)?;
        let action = self.action_of(offer, body);
        action
            .map(|action| (offer.name(), action))
            .map_err(|refusal| Rejection::Invalid { edge: offer.name(), refusal })
    }

    /// The action of the authenticator that the page is about.
    fn action_of_current(&self, endpoint: Endpoint) -> Option<Edge<'a>> {
        let current = self.current.as_ref()?;
        let resend = current.resend.filter(|_| endpoint == Endpoint::ChallengeResend);
        let poll = current.poll && endpoint == Endpoint::ChallengePoll;
        let recover = current.recover && endpoint == Endpoint::Recover;
        if let Some(resend) = resend {
            return Some(("resend", action_of_resend(resend)));
        }
        if poll {
            return Some(("poll", Action::Stay));
        }
        recover.then_some(("recover", Action::Take(Take::Recover)))
    }

    /// The remediation at an endpoint. Two remediations share `/credential/enroll`; a body with a number takes the first of them.
    fn offer_at(&self, endpoint: Endpoint, body: &IdxBody) -> Option<&Offer<'a>> {
        let has_number =
            body.authenticator.as_ref().is_some_and(|body| body.phone_number.is_some());
        self.offers.iter().find(|offer| {
            offer.endpoint() == endpoint
                && (has_number || !matches!(offer, Offer::EnrollmentData { .. }))
        })
    }

    fn action_of(&self, offer: &Offer<'a>, body: &'a IdxBody) -> Result<Action<'a>, Refusal> {
        Ok(Action::Take(match *offer {
            Offer::Identify { .. } => {
                Take::Identify { identifier: body.identifier.as_deref().unwrap_or_default() }
            }
            Offer::SelectEnrollProfile => Take::SelectEnrollProfile,
            Offer::EnrollProfile { .. } => return Ok(Action::SignUp(profile_form(body))),
            Offer::SelectIdentify => Take::SelectIdentify,
            Offer::EnrollAuthenticator(challenge) => {
                Take::AnswerEnrollment { challenge, passcode: passcode(body)? }
            }
            Offer::EnrollmentData { .. } | Offer::SelectAuthenticatorEnroll => {
                self.selection(body)?
            }
            Offer::Skip => Take::Skip,
            Offer::VerificationData { key } => {
                let named = body.authenticator.as_ref().and_then(|body| body.id.as_deref());
                if named != Some(key.authenticator().id()) {
                    return Err(Refusal::of(&refusal::NOT_OFFERED));
                }
                Take::StartVerification { key }
            }
            Offer::ChallengeAuthenticator(challenge) => {
                Take::AnswerVerification { challenge, passcode: passcode(body)? }
            }
            Offer::KeepMeSignedIn => Take::KeepMeSignedIn,
        }))
    }

    /// The authenticator that the client names by id, if it is in the list.
    fn selection(&self, body: &'a IdxBody) -> Result<Take<'a>, Refusal> {
        let not_offered = || Refusal::of(&refusal::NOT_OFFERED);
        let choice = body.authenticator.as_ref().ok_or_else(not_offered)?;
        let mut listed = self.listed.iter().flatten();
        let key = listed
            .find(|key| choice.id.as_deref() == Some(key.authenticator().id()))
            .ok_or_else(not_offered)?;
        Ok(Take::SelectAuthenticator { key: *key, choice })
    }
}

fn action_of_resend(resend: Resend<'_>) -> Action<'_> {
    match resend {
        Resend::NothingSent => Action::Stay,
        Resend::Enrollment(key, to) => Action::Take(Take::ResendEnrollment { key, to }),
        Resend::Verification(key, to) => Action::Take(Take::ResendVerification { key, to }),
    }
}

fn profile_form(body: &IdxBody) -> ProfileForm<'_> {
    ProfileForm { profile: body.user_profile.as_ref(), passcode: optional_passcode(body) }
}

/// The passcode must be present, but an empty one is an answer like any other.
fn passcode(body: &IdxBody) -> Result<&str, Refusal> {
    optional_passcode(body).ok_or_else(refusal::passcode_missing)
}

fn optional_passcode(body: &IdxBody) -> Option<&str> {
    body.credentials.as_ref().and_then(|credentials| credentials.passcode.as_deref())
}
