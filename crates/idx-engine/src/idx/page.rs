//! What a page offers, derived from the step and the policies. The same page makes the response and checks the next request: a request is valid
//! if and only if the last response offered it.

use idx_wire::{ContextualData, Settings};

use crate::contract::request::Endpoint;
use crate::contract::trace::Why;
use crate::idx::remediation::Remediation;
use crate::org::{App, Org, Policies, Requirement};
use crate::policy::next::{self, Next};
use crate::policy::rule;
use crate::state::challenge::{Challenge, Destination};
use crate::state::names::{AuthenticatorKey, PhoneMethod};
use crate::state::proof::Proof;
use crate::state::user::User;

/// What a page is derived from, besides the step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageContext<'a> {
    pub(crate) org: &'a Org,
    pub(crate) policies: Policies<'a>,
    pub(crate) app: &'a App,
    pub(crate) user: Option<&'a User>,
    pub(crate) proofs: &'a [Proof],
}

/// What a page offers.
#[derive(Debug, Default)]
pub(crate) struct Page<'a> {
    /// In the order of the response.
    pub(crate) offers: Vec<Offer<'a>>,
    /// The authenticators of the list, if the page has a list.
    pub(crate) listed: Option<Vec<AuthenticatorKey>>,
    /// The authenticator that the page is about.
    pub(crate) current: Option<Current<'a>>,
    /// Whether the server waits for an inline hook. Until then every request is answered with the page itself.
    pub(crate) is_waiting: bool,
    /// The rule behind each remediation, and behind each omitted authenticator.
    pub(crate) why: Vec<Why>,
}

/// A remediation, with the data that its form depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer<'a> {
    Identify { with_password: bool },
    SelectEnrollProfile,
    EnrollProfile { with_password: bool },
    SelectIdentify,
    EnrollAuthenticator(&'a Challenge),
    EnrollmentData { key: AuthenticatorKey, methods: &'a [PhoneMethod] },
    SelectAuthenticatorEnroll,
    Skip,
    VerificationData { key: AuthenticatorKey },
    ChallengeAuthenticator(&'a Challenge),
    KeepMeSignedIn,
}

impl Offer<'_> {
    pub(crate) const fn remediation(&self) -> Remediation {
        match self {
            Self::Identify { .. } => Remediation::Identify,
            Self::SelectEnrollProfile => Remediation::SelectEnrollProfile,
            Self::EnrollProfile { .. } => Remediation::EnrollProfile,
            Self::SelectIdentify => Remediation::SelectIdentify,
            Self::EnrollAuthenticator(_) => Remediation::EnrollAuthenticator,
            Self::EnrollmentData { .. } => Remediation::EnrollmentData,
            Self::SelectAuthenticatorEnroll => Remediation::SelectAuthenticatorEnroll,
            Self::Skip => Remediation::Skip,
            Self::VerificationData { .. } => Remediation::VerificationData,
            Self::ChallengeAuthenticator(_) => Remediation::ChallengeAuthenticator,
            Self::KeepMeSignedIn => Remediation::KeepMeSignedIn,
        }
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.remediation().name()
    }

    pub(crate) const fn endpoint(&self) -> Endpoint {
        self.remediation().endpoint()
    }
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
    pub(crate) recover: bool,
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
            recover: false,
            shown_as: CurrentAs::Authenticator,
        }
    }
}

impl<'a> Page<'a> {
    /// Adds a remediation, with the rule that includes it.
    pub(crate) fn offer(&mut self, offer: Offer<'a>, rule: &'static str) {
        self.why(offer.name(), true, rule);
        self.offers.push(offer);
    }

    /// Records an omission, with the rule that causes it.
    pub(crate) fn leave_out(&mut self, what: &'static str, rule: &'static str) {
        self.why(what, false, rule);
    }

    /// Records a decision.
    pub(crate) fn why(&mut self, what: &'static str, shown: bool, rule: &'static str) {
        self.why.push(Why { what, shown, rule });
    }

    /// Adds the list of authenticators, and `skip` if the policies are satisfied.
    pub(crate) fn offer_listing(&mut self, context: &PageContext<'_>) {
        let Some(user) = context.user else { return };
        let Next::Enroll { listed, skip, rule } =
            next::next(&context.policies, user, context.proofs)
        else {
            return;
        };
        self.offer(Offer::SelectAuthenticatorEnroll, rule);
        if skip {
            self.offer(Offer::Skip, rule);
        } else {
            self.leave_out("skip", rule);
        }
        for key in AuthenticatorKey::ALL {
            match listed.contains(key) {
                true => self.why(key.name(), true, rule),
                false => self.leave_out(key.name(), why_not_listed(&context.policies, user, *key)),
            }
        }
        self.listed = Some(listed);
    }
}

fn why_not_listed(policies: &Policies<'_>, user: &User, key: AuthenticatorKey) -> &'static str {
    if user.enrollments.contains_key(&key) {
        return rule::ENROLLED;
    }
    match key.authenticator().requirement(policies) {
        Requirement::NotAllowed => rule::NOT_ALLOWED,
        Requirement::Optional => rule::WAITS,
        Requirement::Required => rule::REQUIRED,
    }
}
