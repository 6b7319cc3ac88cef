//! Everything that the engine asks of an authenticator.

use std::collections::BTreeMap;
use std::fmt::Debug;

use idx_wire::{
    AuthenticatorBody, ContextualData, Field, FieldValue, MaskedProfile, Scalar, Settings,
};

use crate::idx::cx::Cx;
use crate::org::{Org, Policies, Requirement};
use crate::policy::password::AgeRules;
use crate::refusal::{self, Refusal};
use crate::state::challenge::{Challenge, Destination};
use crate::state::names::{AuthenticatorKey, PhoneMethod};
use crate::state::user::{Credential, User};

/// Everything that the engine asks of an authenticator. The defaults fit an authenticator whose code the server sends.
pub(crate) trait Authenticator: Debug + Sync {
    /// Okta's key, which names its file too.
    fn key(&self) -> AuthenticatorKey;

    /// `type` on the wire: `password`, `email` or `phone`.
    fn kind(&self) -> &'static str;

    /// Clients compare it letter by letter.
    fn display_name(&self) -> &'static str;

    /// The `aut…` id, the same in every org.
    fn id(&self) -> &'static str;

    /// What the user proves with it, as sign-on policies count it.
    fn category(&self) -> Category;

    /// The first three letters of its enrollments' ids.
    fn enrollment_id_prefix(&self) -> &'static str;

    /// Whether a sign-up must, can or cannot enroll it.
    fn requirement(&self, policies: &Policies<'_>) -> Requirement {
        policies.authenticator_enrollment.of(self.key())
    }

    /// Whether the server selects it by itself after the profile form, if it is the only required authenticator.
    fn is_selected_after_profile(&self) -> bool {
        false
    }

    /// The methods that the org allows.
    fn methods(&self, org: &Org) -> Vec<&'static str>;

    /// The methods that the page of a challenge shows.
    fn methods_of(&self, org: &Org, _challenge: &Challenge) -> Vec<&'static str> {
        self.methods(org)
    }

    /// The method by which the user answers a challenge.
    fn method_of(&self, challenge: &Challenge) -> &'static str {
        challenge.sent.as_ref().map_or_else(|| self.kind(), |sent| sent.to.method())
    }

    /// The authentication method reference of a proof, as RFC 8176 names it.
    fn amr(&self, method: &str) -> &'static str;

    /// Whether a proof uses another channel than the browser: `mca` of RFC 8176.
    fn uses_other_channel(&self) -> bool {
        false
    }

    /// The fields of its entry in the list of authenticators, after `id`.
    fn choice_fields<'a>(&self, org: &'a Org) -> Vec<Field<'a>>;

    /// The fields, after `id`, of the page that asks for what the list's entry left open.
    fn data_fields(&self, _methods: &[PhoneMethod]) -> Vec<Field<'static>> {
        Vec::new()
    }

    /// How the page asks for the passcode.
    fn passcode_field(&self) -> PasscodeField {
        PasscodeField { label: "Enter code", is_secret: false }
    }

    /// The rules that the page shows for a new secret.
    fn settings<'a>(&self, _policies: &Policies<'a>, _age: AgeRules) -> Option<Settings<'a>> {
        None
    }

    /// How clients should present the page.
    fn contextual_data(&self, _org: &Org) -> Option<ContextualData> {
        None
    }

    /// The destination of a challenge, with most of it hidden.
    fn masked_profile(&self, _person: &User) -> Option<MaskedProfile> {
        None
    }

    /// Starts an enrollment, and sends a code if the authenticator needs one.
    fn enroll(
        &self,
        cx: &mut Cx<'_>,
        choice: &AuthenticatorBody,
    ) -> Result<EnrollmentStart, Refusal>;

    /// Checks the answer to the challenge of an enrollment.
    fn complete_enrollment(
        &self,
        cx: &mut Cx<'_>,
        challenge: &Challenge,
        passcode: &str,
    ) -> Result<Credential, Refusal> {
        let sent = challenge.sent.as_ref().ok_or_else(|| Refusal::of(&refusal::NOT_OFFERED))?;
        sent.check(cx, self.key(), passcode)?;
        Ok(Credential::Destination(sent.to.clone()))
    }

    /// Starts a verification, and sends a code if the authenticator needs one.
    fn challenge(&self, cx: &mut Cx<'_>) -> Result<Challenge, Refusal>;

    /// Checks the answer to the challenge of a verification.
    fn verify(
        &self,
        cx: &mut Cx<'_>,
        challenge: &Challenge,
        passcode: &str,
    ) -> Result<(), Refusal> {
        let sent = challenge.sent.as_ref().ok_or_else(|| Refusal::of(&refusal::NOT_OFFERED))?;
        sent.check(cx, self.key(), passcode)
    }

    /// Sends another code, which replaces the previous one.
    fn resend(&self, cx: &mut Cx<'_>, to: &Destination) -> Result<Challenge, Refusal>;

    /// Whether the client can poll while the challenge is open.
    fn polls(&self, _challenge: &Challenge) -> bool {
        false
    }

    /// The credential of an enrollment that an administrator's call creates, or what the call lacks. `address` is the user's email address.
    fn administered(
        &self,
        profile: &BTreeMap<String, Scalar>,
        address: &str,
    ) -> Result<Credential, MissingAttribute>;
}

/// An enrollment of an administrator's call needs an attribute that the profile lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("profile.{attribute}: the enrollment {} needs {expected}", key.name())]
pub struct MissingAttribute {
    pub(crate) key: AuthenticatorKey,
    pub(crate) attribute: &'static str,
    /// With an example.
    pub(crate) expected: &'static str,
}

/// What the user proves with an authenticator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Category {
    /// Something the user knows.
    Knowledge,
    /// Something the user has.
    Possession,
}

/// How a page asks for a passcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PasscodeField {
    pub(crate) label: &'static str,
    /// Whether clients hide what the user enters.
    pub(crate) is_secret: bool,
}

/// How an enrollment starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EnrollmentStart {
    /// The user must answer this.
    Challenge(Challenge),
    /// The user must first enter a number, for one of these methods.
    DataNeeded(Vec<PhoneMethod>),
}

/// The only method of an authenticator, as the list's entry shows it.
pub(super) fn only_method(method: &'static str) -> Field<'static> {
    Field {
        required: Some(false),
        value: Some(FieldValue::Text(method.into())),
        mutable: Some(false),
        ..Field::named("methodType")
    }
}
