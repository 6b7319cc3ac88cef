//! What the client does with a page.

use idx_wire::AuthenticatorBody;

use crate::idx::cx::Cx;
use crate::idx::profile_form::ProfileForm;
use crate::refusal::Refusal;
use crate::state::challenge::Challenge;
use crate::state::names::AuthenticatorKey;

/// What the client does with a page. It contains everything that the page and the body say about it.
pub(crate) enum Action<'a> {
    /// Starts again.
    Cancel,
    /// Shows the page again: a poll, or a resend on a page that sent nothing.
    Stay,
    /// Submits the profile form.
    SignUp(ProfileForm<'a>),
    /// Submits another form, or an action of the current authenticator.
    Take(Take<'a>),
}

/// Handles a form or an action of the current authenticator.
pub(crate) type Take<'a> = Box<dyn FnOnce(&mut Cx<'_>) -> Result<LeadsTo<'a>, Refusal> + 'a>;

/// The step that an action leads to. `transition` starts it.
#[derive(Debug)]
pub(crate) enum LeadsTo<'a> {
    Start,
    EnrollProfile,
    /// The enrollment of an authenticator, with the client's choice of a method or number.
    Enrollment {
        key: AuthenticatorKey,
        choice: &'a AuthenticatorBody,
    },
    /// A new code for the enrollment.
    EnrollmentChallenge(Challenge),
    /// The verification of an authenticator.
    VerificationChallenge(Challenge),
    /// The step that the policies require after an authenticator.
    AfterAuthenticator,
    /// The end of the sign-up; the user skips the optional authenticators.
    Finish,
    /// The interaction code.
    Success,
}

impl<'a> Action<'a> {
    /// An action that needs nothing but the page.
    pub(crate) fn leads_to(next: LeadsTo<'a>) -> Self {
        Self::take(|_| Ok(next))
    }

    /// An action that reads or writes.
    pub(crate) fn take(
        handle: impl FnOnce(&mut Cx<'_>) -> Result<LeadsTo<'a>, Refusal> + 'a,
    ) -> Self {
        Self::Take(Box::new(handle))
    }
}
