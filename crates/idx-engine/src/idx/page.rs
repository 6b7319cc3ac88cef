//! What a page offers, derived from the step and the policies. The same page feeds the answer and the guard: a request is legal exactly when the last
//! answer offered it.

use idx_wire::{IdxBody, Settings};

use crate::contract::reply::Why;
use crate::contract::request::Endpoint;
use crate::org::{App, Org, Requirement};
use crate::policy::next::{self, Next};
use crate::policy::rule;
use crate::state::names::{AuthenticatorKey, PhoneMethod};
use crate::state::person::Person;

/// What a page is derived from, besides the step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) org: &'a Org,
    pub(crate) app: &'a App,
    pub(crate) person: Option<&'a Person>,
}

/// What a page offers.
#[derive(Debug, Default)]
pub(crate) struct Page<'a> {
    /// In the order of the answer.
    pub(crate) offers: Vec<Offer<'a>>,
    /// The authenticators of the list, if the page has one.
    pub(crate) listed: Option<Vec<AuthenticatorKey>>,
    /// The authenticator that the page is about.
    pub(crate) current: Option<Current<'a>>,
    /// The rule behind each remediation, and behind each authenticator that is left out.
    pub(crate) why: Vec<Why>,
}

/// A remediation, with what its form depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer<'a> {
    Identify { with_password: bool },
    SelectEnrollProfile,
    EnrollProfile { with_password: bool },
    SelectIdentify,
    EnrollAuthenticator { key: AuthenticatorKey },
    EnrollmentData { methods: &'a [PhoneMethod] },
    SelectAuthenticatorEnroll,
    Skip,
    VerificationData,
    ChallengeAuthenticator,
    KeepMeSignedIn,
}

impl Offer<'_> {
    /// The name of the remediation.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Identify { .. } => "identify",
            Self::SelectEnrollProfile => "select-enroll-profile",
            Self::EnrollProfile { .. } => "enroll-profile",
            Self::SelectIdentify => "select-identify",
            Self::EnrollAuthenticator { .. } => "enroll-authenticator",
            Self::EnrollmentData { .. } => "authenticator-enrollment-data",
            Self::SelectAuthenticatorEnroll => "select-authenticator-enroll",
            Self::Skip => "skip",
            Self::VerificationData => "authenticator-verification-data",
            Self::ChallengeAuthenticator => "challenge-authenticator",
            Self::KeepMeSignedIn => "keep-me-signed-in",
        }
    }

    /// Where its form is sent.
    pub(crate) const fn endpoint(&self) -> Endpoint {
        match self {
            Self::Identify { .. } => Endpoint::Identify,
            Self::SelectEnrollProfile => Endpoint::Enroll,
            Self::EnrollProfile { .. } => Endpoint::EnrollNew,
            Self::SelectIdentify => Endpoint::IdentifySelect,
            Self::EnrollAuthenticator { .. } | Self::ChallengeAuthenticator => {
                Endpoint::ChallengeAnswer
            }
            Self::EnrollmentData { .. } | Self::SelectAuthenticatorEnroll => {
                Endpoint::CredentialEnroll
            }
            Self::Skip => Endpoint::Skip,
            Self::VerificationData => Endpoint::Challenge,
            Self::KeepMeSignedIn => Endpoint::KeepMeSignedIn,
        }
    }
}

/// The authenticator that a page is about.
#[derive(Debug)]
pub(crate) struct Current<'a> {
    pub(crate) key: AuthenticatorKey,
    pub(crate) methods: Vec<&'static str>,
    pub(crate) settings: Option<Settings<'a>>,
    pub(crate) resend: bool,
    pub(crate) poll: bool,
    pub(crate) recover: bool,
    pub(crate) magic_link: Option<bool>,
    pub(crate) shown_as: CurrentAs,
}

/// Under which members an answer shows the authenticator of its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CurrentAs {
    /// `currentAuthenticator`
    Authenticator,
    /// `currentAuthenticator` and `enrollmentAuthenticator`
    Enrolling,
    /// `currentAuthenticatorEnrollment`: the person has it already, or counts as having it.
    Enrollment,
}

impl Current<'_> {
    /// An authenticator with nothing to be done to it.
    pub(crate) fn of(key: AuthenticatorKey, methods: Vec<&'static str>) -> Self {
        Self {
            key,
            methods,
            settings: None,
            resend: false,
            poll: false,
            recover: false,
            magic_link: None,
            shown_as: CurrentAs::Authenticator,
        }
    }
}

impl<'a> Page<'a> {
    /// Adds a remediation, by the rule that decided it.
    pub(crate) fn offer(&mut self, offer: Offer<'a>, rule: &'static str) {
        self.why(offer.name(), true, rule);
        self.offers.push(offer);
    }

    /// Notes what is not there, by the rule that decided it.
    pub(crate) fn leave_out(&mut self, what: &'static str, rule: &'static str) {
        self.why(what, false, rule);
    }

    /// Notes a decision.
    pub(crate) fn why(&mut self, what: &'static str, shown: bool, rule: &'static str) {
        self.why.push(Why { what, shown, rule });
    }

    /// Adds the list of authenticators, and `skip` where the rest can be left.
    pub(crate) fn offer_listing(&mut self, scene: &Scene<'_>) {
        let Some(person) = scene.person else { return };
        let Next::Enroll { listed, skip, rule } = next::next(scene.org, person) else { return };
        self.offer(Offer::SelectAuthenticatorEnroll, rule);
        if skip {
            self.offer(Offer::Skip, rule);
        } else {
            self.leave_out("skip", rule);
        }
        for key in AuthenticatorKey::ALL {
            match listed.contains(&key) {
                true => self.why(key.name(), true, rule),
                false => self.leave_out(key.name(), why_not_listed(scene.org, person, key)),
            }
        }
        self.listed = Some(listed);
    }

    /// The remediation or action by which the page offers an endpoint; nothing if it does not.
    pub(crate) fn edge(&self, endpoint: Endpoint, body: &IdxBody) -> Option<&'static str> {
        let current = self.current.as_ref();
        match endpoint {
            Endpoint::Cancel => Some("cancel"),
            Endpoint::ChallengeResend => {
                current.is_some_and(|current| current.resend).then_some("resend")
            }
            Endpoint::ChallengePoll => {
                current.is_some_and(|current| current.poll).then_some("poll")
            }
            Endpoint::Recover => {
                current.is_some_and(|current| current.recover).then_some("recover")
            }
            Endpoint::CredentialEnroll if !gives_number(body) => self
                .offers
                .contains(&Offer::SelectAuthenticatorEnroll)
                .then_some("select-authenticator-enroll"),
            _ => self.offers.iter().find(|offer| offer.endpoint() == endpoint).map(Offer::name),
        }
    }
}

/// Two remediations share `/credential/enroll`; the one for the number is taken by giving one.
fn gives_number(body: &IdxBody) -> bool {
    body.authenticator.as_ref().is_some_and(|authenticator| authenticator.phone_number.is_some())
}

fn why_not_listed(org: &Org, person: &Person, key: AuthenticatorKey) -> &'static str {
    if person.enrollments.contains_key(&key) {
        return rule::ENROLLED;
    }
    match next::requirement(org, key) {
        Requirement::NotAllowed => rule::NOT_ALLOWED,
        Requirement::Optional => rule::WAITS,
        Requirement::Required => rule::REQUIRED,
    }
}
