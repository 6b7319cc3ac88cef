//! A made-up authenticator with a setting. It shows that an authenticator needs only its own file and its lines in `authenticators`.

use std::collections::BTreeMap;

use idx_wire::{AuthenticatorBody, Field, Scalar};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::authenticators::authenticator::{
    Authenticator, Category, EnrollmentStart, MissingAttribute, PasscodeField, only_method,
};
use crate::authenticators::settings_rules::SettingsRules;
use crate::idx::cx::Cx;
use crate::org::Org;
use crate::refusal::{self, Refusal};
use crate::state::challenge::{Challenge, Destination};
use crate::state::names::AuthenticatorKey;
use crate::state::user::Credential;

/// Settings of the made-up authenticator.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct MadeUpSettings {
    /// The word that every user must know.
    pub magic_word: String,
}

impl Default for MadeUpSettings {
    fn default() -> Self {
        Self { magic_word: "please".to_owned() }
    }
}

impl SettingsRules for MadeUpSettings {}

/// The user proves that they know the magic word.
#[derive(Debug)]
pub(super) struct MadeUp;

impl Authenticator for MadeUp {
    fn key(&self) -> AuthenticatorKey {
        AuthenticatorKey::MadeUp
    }

    fn kind(&self) -> &'static str {
        "magic_word"
    }

    fn display_name(&self) -> &'static str {
        "Magic Word"
    }

    fn id(&self) -> &'static str {
        "autidxlabmagic000001"
    }

    fn category(&self) -> Category {
        Category::Knowledge
    }

    fn enrollment_id_prefix(&self) -> &'static str {
        "mag"
    }

    fn methods(&self, _org: &Org) -> Vec<&'static str> {
        vec!["magic_word"]
    }

    fn amr(&self, _method: &str) -> &'static str {
        "kba"
    }

    fn choice_fields<'a>(&self, _org: &'a Org) -> Vec<Field<'a>> {
        vec![only_method("magic_word")]
    }

    fn passcode_field(&self) -> PasscodeField {
        PasscodeField { label: "Say the magic word", is_secret: true }
    }

    fn enroll(
        &self,
        _cx: &mut Cx<'_>,
        _choice: &AuthenticatorBody,
    ) -> Result<EnrollmentStart, Refusal> {
        Ok(EnrollmentStart::Challenge(Challenge::secret(self.key())))
    }

    fn complete_enrollment(
        &self,
        cx: &mut Cx<'_>,
        challenge: &Challenge,
        passcode: &str,
    ) -> Result<Credential, Refusal> {
        self.verify(cx, challenge, passcode)?;
        Ok(Credential::Secret(passcode.to_owned()))
    }

    fn challenge(&self, _cx: &mut Cx<'_>) -> Result<Challenge, Refusal> {
        Ok(Challenge::secret(self.key()))
    }

    fn verify(
        &self,
        cx: &mut Cx<'_>,
        _challenge: &Challenge,
        passcode: &str,
    ) -> Result<(), Refusal> {
        match passcode == cx.org.authenticators.made_up.magic_word {
            true => Ok(()),
            false => Err(Refusal::of_passcode(&refusal::WRONG_CODE, &[])),
        }
    }

    fn resend(&self, cx: &mut Cx<'_>, _to: &Destination) -> Result<Challenge, Refusal> {
        self.challenge(cx)
    }

    fn administered(
        &self,
        _profile: &BTreeMap<String, Scalar>,
        _address: &str,
    ) -> Result<Credential, MissingAttribute> {
        Ok(Credential::Secret("please".to_owned()))
    }
}

mod tests;
