//! From text to a validated org: the document over its preset, and every mistake with its place.

use std::fmt::Write as _;

use serde::Deserialize;
use toml::{Table, Value};

use crate::org::document::Org;
use crate::org::locate::{self, Place};
use crate::org::presets;

/// Why a document is refused. Its text names the file, the line and the key, and says what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DocumentError(String);

impl Org {
    /// Reads a TOML document; `file` is how messages call it.
    pub fn from_toml(text: &str, file: &str) -> Result<Self, DocumentError> {
        // Read by itself first: only then does a wrong key or value have a place in this file.
        Self::deserialize(
            toml::Deserializer::parse(text).map_err(|error| misread(&error, text, file))?,
        )
        .map_err(|error| misread(&error, text, file))?;
        let table: Table = text.parse().map_err(|error| misread(&error, text, file))?;
        Self::over_preset(table).map_err(|problem| {
            let place = locate::find(text, &problem.key);
            DocumentError(format!("{}: {}", Place::show(place, file, text), problem.text()))
        })
    }

    /// Reads the same shape from JSON, as the control API gets it.
    pub fn from_json(document: &serde_json::Value) -> Result<Self, DocumentError> {
        let table = Table::try_from(document).map_err(|error| {
            DocumentError(format!(
                "document: {}; leave a member out instead of sending null",
                one_line(&error.to_string())
            ))
        })?;
        Self::over_preset(table)
            .map_err(|problem| DocumentError(format!("document: {}", problem.text())))
    }

    /// The built-in document of a name.
    pub fn preset(name: &str) -> Option<Self> {
        let preset = presets::named(name)?;
        Self::from_toml(preset.text, preset.name).ok()
    }

    fn over_preset(document: Table) -> Result<Self, Problem> {
        let merged = with_presets(document)?;
        let org = Self::deserialize(Value::Table(merged))
            .map_err(|error| Problem::new("", one_line(&error.to_string())))?;
        org.validate()?;
        Ok(org)
    }

    fn validate(&self) -> Result<(), Problem> {
        self.validate_attributes()?;
        self.validate_apps()?;
        for (to, code) in &self.test_codes {
            if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(Problem::new(
                    &format!("testCodes.{to}"),
                    format!("{code:?} is no code: write six digits, as in \"012345\""),
                ));
            }
        }
        for kind in &self.profile_enrollment.enroll_authenticator_types {
            if kind != "password" {
                return Err(Problem::new(
                    "profileEnrollment.enrollAuthenticatorTypes",
                    format!(
                        "{kind:?} cannot be asked for on the profile form: only \"password\" can"
                    ),
                ));
            }
        }
        if self.profile_enrollment.pre_registration_inline_hooks.len() > 1 {
            return Err(Problem::new(
                "profileEnrollment.preRegistrationInlineHooks",
                "a rule has at most one hook".to_owned(),
            ));
        }
        if self.profile_enrollment.target_group_ids.len() > 1 {
            return Err(Problem::new(
                "profileEnrollment.targetGroupIds",
                "a rule has at most one target group".to_owned(),
            ));
        }
        if !matches!(self.password_error_status, 400 | 401 | 403) {
            return Err(Problem::new(
                "passwordErrorStatus",
                format!(
                    "{} is no status of a refused password: write 400, 401 or 403",
                    self.password_error_status
                ),
            ));
        }
        for attribute in &self.password.complexity.exclude_attributes {
            if !matches!(attribute.as_str(), "firstName" | "lastName") {
                return Err(Problem::new(
                    "password.complexity.excludeAttributes",
                    format!(
                        "{attribute:?} cannot be excluded: only \"firstName\" and \"lastName\" can"
                    ),
                ));
            }
        }
        if self.authenticators.phone_number.methods.is_empty() {
            return Err(Problem::new("authenticators.phone_number.methods", "the phone needs \"sms\", \"voice\" or both; to forbid it, write authenticatorEnrollment.phone_number = \"NOT_ALLOWED\"".to_owned()));
        }
        Ok(())
    }

    fn validate_attributes(&self) -> Result<(), Problem> {
        const KEY: &str = "profileEnrollment.profileAttributes";
        let attributes = &self.profile_enrollment.profile_attributes;
        if !attributes.iter().any(|attribute| attribute.name == "email") {
            return Err(Problem::new(
                KEY,
                "the attribute \"email\" is missing: the login is taken from it".to_owned(),
            ));
        }
        for (index, attribute) in attributes.iter().enumerate() {
            let key = format!("{KEY}[{index}]");
            if attributes[..index].iter().any(|earlier| earlier.name == attribute.name) {
                return Err(Problem::new(
                    &key,
                    format!("{:?} is there twice: name each attribute once", attribute.name),
                ));
            }
            if let (Some(least), Some(most)) = attribute.lengths()
                && least > most
            {
                return Err(Problem::new(
                    &key,
                    format!("minLength {least} is above maxLength {most}: no value could be right"),
                ));
            }
        }
        Ok(())
    }

    fn validate_apps(&self) -> Result<(), Problem> {
        if self.apps.is_empty() {
            return Err(Problem::new(
                "apps",
                "an org without an app has no client: write an [[apps]] table".to_owned(),
            ));
        }
        for (index, app) in self.apps.iter().enumerate() {
            let key = format!("apps[{index}]");
            if app.is_confidential() && app.client_secret.is_none() {
                return Err(Problem::new(
                    &key,
                    "an app of type \"web\" needs a clientSecret".to_owned(),
                ));
            }
            if !app.is_confidential() && app.client_secret.is_some() {
                return Err(Problem::new(&key, "an app of type \"spa\" or \"native\" is public and has no clientSecret: leave it out, or write type = \"web\"".to_owned()));
            }
            if self.apps[..index].iter().any(|earlier| earlier.client_id == app.client_id) {
                return Err(Problem::new(
                    &key,
                    format!("the clientId {:?} is there twice", app.client_id),
                ));
            }
        }
        Ok(())
    }
}

/// A mistake, by the key that has it.
struct Problem {
    key: String,
    said: String,
}

impl Problem {
    fn new(key: &str, said: String) -> Self {
        Self { key: key.to_owned(), said }
    }

    fn text(&self) -> String {
        if self.key.is_empty() { self.said.clone() } else { format!("{}: {}", self.key, self.said) }
    }
}

/// Lays a document over the preset that it names, and that one over its own.
fn with_presets(mut document: Table) -> Result<Table, Problem> {
    one_name_for_the_phone(&mut document);
    let Some(name) = document.get("preset").and_then(Value::as_str) else { return Ok(document) };
    let Some(preset) = presets::named(name) else {
        let mut known = String::new();
        for preset in presets::ALL {
            let _ = write!(known, "{}{}", if known.is_empty() { "" } else { ", " }, preset.name);
        }
        return Err(Problem::new(
            "preset",
            format!("there is no preset {name:?}: write one of {known}"),
        ));
    };
    let below: Table = preset
        .text
        .parse()
        .map_err(|error: toml::de::Error| Problem::new("preset", one_line(error.message())))?;
    let mut merged = with_presets(below)?;
    lay_over(&mut merged, document);
    Ok(merged)
}

/// The phone has two names in Okta's documents; both must override one setting.
fn one_name_for_the_phone(document: &mut Table) {
    for part in ["authenticatorEnrollment", "authenticators"] {
        if let Some(Value::Table(keys)) = document.get_mut(part)
            && let Some(value) = keys.remove("okta_phone")
        {
            keys.insert("phone_number".to_owned(), value);
        }
    }
}

/// Tables merge, everything else is replaced.
fn lay_over(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(lower)), Value::Table(upper)) => lay_over(lower, upper),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

fn misread(error: &toml::de::Error, text: &str, file: &str) -> DocumentError {
    let place = error.span().map(|span| Place::at(text, span.start));
    DocumentError(format!("{}: {}", Place::show(place, file, text), one_line(error.message())))
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::{FactorMode, Requirement};
    use crate::state::names::AuthenticatorKey;

    #[test]
    fn every_preset_is_valid_and_says_what_it_shows() {
        for preset in presets::ALL {
            Org::from_toml(preset.text, preset.name).unwrap();
            assert!(
                preset.text.starts_with("# "),
                "{} begins with a line on what it shows",
                preset.name
            );
        }
    }

    #[test]
    fn a_document_overrides_parts_of_its_preset() {
        let org = Org::from_toml(
            "preset = \"password-only-policy\"\n[authenticatorEnrollment]\nokta_phone = \"REQUIRED\"\n[password.complexity]\nminLength = 12\n",
            "mine.toml",
        )
        .unwrap();
        assert_eq!(org.app_sign_on.factor_mode, FactorMode::One);
        assert_eq!(
            org.authenticator_enrollment.of(AuthenticatorKey::PhoneNumber),
            Requirement::Required
        );
        assert_eq!(
            org.authenticator_enrollment.of(AuthenticatorKey::OktaEmail),
            Requirement::Optional
        );
        assert_eq!(
            (org.password.complexity.min_length, org.password.complexity.min_upper_case),
            (12, 1)
        );
    }

    #[test]
    fn a_mistake_is_named_with_file_line_key_and_remedy() {
        let cases = [
            (
                "autoAdvance = false\nautoAdvanec = true\n",
                "mine.toml:2:1: in `autoAdvanec = true`: unknown field `autoAdvanec`, expected one of `preset`",
            ),
            (
                "[appSignOn]\nfactorMode = \"3FA\"\n",
                "mine.toml:2:14: in `factorMode = \"3FA\"`: unknown variant `3FA`, expected `1FA` or `2FA`",
            ),
            (
                "\npreset = \"password-plus\"\n",
                "mine.toml:2:1: in `preset = \"password-plus\"`: preset: there is no preset \"password-plus\": write one of password-plus-another-factor, ",
            ),
            (
                "[testCodes]\n\"+15551234567\" = \"12345\"\n",
                "mine.toml:2:1: in `\"+15551234567\" = \"12345\"`: testCodes.+15551234567: \"12345\" is no code: write six digits",
            ),
            (
                "[[profileEnrollment.profileAttributes]]\nname = \"a\"\nlabel = \"A\"\n",
                "mine.toml:1:21: in `[[profileEnrollment.profileAttributes]]`: profileEnrollment.profileAttributes: the attribute \"email\" is missing",
            ),
            (
                "[[apps]]\nlabel = \"A\"\nclientId = \"0oa\"\ntype = \"web\"\n",
                "mine.toml:1:1: in `[[apps]]`: apps[0]: an app of type \"web\" needs a clientSecret",
            ),
            (
                "generation = 2019\n",
                "mine.toml:1:14: in `generation = 2019`: there is no generation 2019: write 2021 or 2025",
            ),
            ("generation = \n", "mine.toml:1:14: in `generation =`"),
        ];
        for (text, expected) in cases {
            let message = Org::from_toml(text, "mine.toml").unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn json_says_the_same() {
        let org = Org::from_json(&serde_json::json!({"preset": "sign-up-denied"})).unwrap();
        assert!(!org.allows_sign_up());
        let error = Org::from_json(&serde_json::json!({"presets": "sign-up-denied"})).unwrap_err();
        assert!(error.to_string().contains("presets"), "{error}");
    }
}
