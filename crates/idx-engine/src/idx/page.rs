//! What a page offers, derived from the step and the policies. The same page makes the response and checks the next request: a request is valid
//! if and only if the last response offered it.

use idx_wire::{ContextualData, Settings};

use crate::contract::trace::Why;
use crate::idx::action::Action;
use crate::idx::offer::Offer;
use crate::state::challenge::Destination;
use crate::state::names::AuthenticatorKey;

/// What a page offers.
#[derive(Debug, Default)]
pub(crate) struct Page<'a> {
    /// In the order of the response.
    pub(crate) offers: Vec<Box<dyn Offer<'a> + 'a>>,
    /// The authenticators of the list, if the page has a list.
    pub(crate) listed: Option<Vec<AuthenticatorKey>>,
    /// The authenticator that the page is about.
    pub(crate) current: Option<Current<'a>>,
    /// Whether the server waits for an inline hook. Until then every request is answered with the page itself.
    pub(crate) is_waiting: bool,
    /// The rule behind each remediation, and behind each omitted authenticator.
    pub(crate) why: Vec<Why>,
}

/// The authenticator that a page is about.
#[derive(Debug)]
pub(crate) struct Current<'a> {
    pub(crate) key: AuthenticatorKey,
    pub(crate) methods: Vec<&'static str>,
    pub(crate) settings: Option<Settings<'a>>,
    pub(crate) contextual_data: Option<ContextualData>,
    pub(crate) resend: Option<Resend<'a>>,
    pub(crate) poll: bool,
    pub(crate) recover: Option<fn() -> Action<'a>>,
    pub(crate) shown_as: CurrentAs,
}

/// What `resend` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resend<'a> {
    /// Nothing, because no code was sent.
    NothingSent,
    /// Sends another code for an enrollment.
    Enrollment(AuthenticatorKey, &'a Destination),
    /// Sends another code for a verification.
    Verification(AuthenticatorKey, &'a Destination),
}

/// The members of the response that show the authenticator of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CurrentAs {
    /// `currentAuthenticator`
    Authenticator,
    /// `currentAuthenticator` and `enrollmentAuthenticator`
    Enrolling,
    /// `currentAuthenticatorEnrollment`: the user has it already, or counts as having it.
    Enrollment,
}

impl Current<'_> {
    /// An authenticator without actions.
    pub(crate) fn of(key: AuthenticatorKey, methods: Vec<&'static str>) -> Self {
        Self {
            key,
            methods,
            settings: None,
            contextual_data: None,
            resend: None,
            poll: false,
            recover: None,
            shown_as: CurrentAs::Authenticator,
        }
    }
}

impl<'a> Page<'a> {
    /// Adds a remediation, with the rule that includes it.
    pub(crate) fn offer(&mut self, offer: impl Offer<'a> + 'a, rule: &'static str) {
        self.why(offer.remediation().name(), true, rule);
        self.offers.push(Box::new(offer));
    }

    /// Records an omission, with the rule that causes it.
    pub(crate) fn leave_out(&mut self, what: &'static str, rule: &'static str) {
        self.why(what, false, rule);
    }

    /// Records a decision.
    pub(crate) fn why(&mut self, what: &'static str, shown: bool, rule: &'static str) {
        self.why.push(Why { what, shown, rule });
    }
}
