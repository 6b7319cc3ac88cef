//! `okta_password`: a password of the user's choice.

use std::collections::BTreeMap;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use idx_wire::{Age, AuthenticatorBody, Complexity, Field, Scalar, Settings};
use rand::Rng as _;

use crate::authenticators::authenticator::{
    Authenticator, Category, EnrollmentStart, MissingAttribute, PasscodeField, only_method,
};
use crate::contract::env::Env;
use crate::idx::cx::Cx;
use crate::org::{HashCost, Org, Policies};
use crate::policy::password::{self, AgeRules};
use crate::refusal::{self, Refusal};
use crate::state::challenge::{Challenge, Destination};
use crate::state::names::AuthenticatorKey;
use crate::state::user::Credential;

/// Bytes.
const SALT_LENGTH: usize = 16;

#[derive(Debug)]
pub(super) struct OktaPassword;

impl Authenticator for OktaPassword {
    fn key(&self) -> AuthenticatorKey {
        AuthenticatorKey::OktaPassword
    }

    fn kind(&self) -> &'static str {
        "password"
    }

    fn display_name(&self) -> &'static str {
        "Password"
    }

    fn id(&self) -> &'static str {
        "autidxlabpassword001"
    }

    fn category(&self) -> Category {
        Category::Knowledge
    }

    fn enrollment_id_prefix(&self) -> &'static str {
        "lae"
    }

    fn methods(&self, _org: &Org) -> Vec<&'static str> {
        vec!["password"]
    }

    fn amr(&self, _method: &str) -> &'static str {
        "pwd"
    }

    fn choice_fields<'a>(&self, _org: &'a Org) -> Vec<Field<'a>> {
        vec![only_method("password")]
    }

    fn passcode_field(&self) -> PasscodeField {
        PasscodeField { label: "Enter password", is_secret: true }
    }

    /// The profile page shows no `age`, as recorded.
    fn settings<'a>(&self, policies: &Policies<'a>, age: AgeRules) -> Option<Settings<'a>> {
        let complexity = &policies.password.complexity;
        Some(Settings {
            complexity: Complexity {
                min_length: complexity.min_length,
                min_lower_case: complexity.min_lower_case,
                min_upper_case: complexity.min_upper_case,
                min_number: complexity.min_number,
                min_symbol: complexity.min_symbol,
                exclude_username: complexity.exclude_username,
                exclude_attributes: &complexity.exclude_attributes,
                max_consecutive_repeating_characters: complexity.max_consecutive_characters,
            },
            age: (age == AgeRules::Apply).then_some(Age {
                min_age_minutes: policies.password.age.min_age_minutes,
                history_count: policies.password.age.history_count,
            }),
        })
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
        _challenge: &Challenge,
        passcode: &str,
    ) -> Result<Credential, Refusal> {
        new_password(cx, AgeRules::Apply, passcode)
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
        let user = cx.user.as_ref();
        let enrollment = user.and_then(|user| user.enrollments.get(&self.key()));
        match enrollment.map(|enrollment| &enrollment.credential) {
            Some(Credential::Secret(hash)) if is_correct(hash, passcode) => Ok(()),
            _ => Err(Refusal::of_passcode(&refusal::WRONG_CODE, &[])),
        }
    }

    /// No code was sent, so the page stays the same.
    fn resend(&self, _cx: &mut Cx<'_>, _to: &Destination) -> Result<Challenge, Refusal> {
        Ok(Challenge::secret(self.key()))
    }

    /// Without a password, the user counts as having one, but no password is correct.
    fn administered(
        &self,
        _profile: &BTreeMap<String, Scalar>,
        _address: &str,
    ) -> Result<Credential, MissingAttribute> {
        Ok(Credential::Secret(String::new()))
    }
}

/// Checks a new password against the policy, and hashes it.
pub(crate) fn new_password(
    cx: &mut Cx<'_>,
    age: AgeRules,
    passcode: &str,
) -> Result<Credential, Refusal> {
    password::check(
        cx.policies().password,
        age,
        passcode,
        cx.login(),
        cx.attribute("firstName"),
        cx.attribute("lastName"),
    )?;
    Ok(Credential::Secret(hash_password(cx.org, cx.env, passcode)))
}

/// A PHC string of argon2id, at the cost that the org document sets.
pub(crate) fn hash_password(org: &Org, env: &mut Env, passcode: &str) -> String {
    let (memory, passes) = match org.hash_cost() {
        HashCost::Emulator => (8, 1),
        HashCost::Production => (19 * 1024, 2),
    };
    let mut salt = [0; SALT_LENGTH];
    env.rng.fill_bytes(&mut salt);
    let hash = hash(memory, passes, &salt, passcode);
    format!(
        "$argon2id$v=19$m={memory},t={passes},p=1${}${}",
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(hash)
    )
}

/// Compares a password with a string from `hash_password`. No password is correct for any other string.
fn is_correct(phc: &str, passcode: &str) -> bool {
    parsed(phc).filter(|(_, _, salt, _)| salt.len() == SALT_LENGTH).is_some_and(
        |(memory, passes, salt, expected)| {
            hash(memory, passes, &salt, passcode)[..] == expected[..]
        },
    )
}

fn parsed(phc: &str) -> Option<(u32, u32, Vec<u8>, Vec<u8>)> {
    let (parameters, rest) = phc.strip_prefix("$argon2id$v=19$m=")?.split_once(",p=1$")?;
    let (memory, passes) = parameters.split_once(",t=")?;
    let (salt, hash) = rest.split_once('$')?;
    Some((
        memory.parse().ok()?,
        passes.parse().ok()?,
        STANDARD_NO_PAD.decode(salt).ok()?,
        STANDARD_NO_PAD.decode(hash).ok()?,
    ))
}

fn hash(memory: u32, passes: u32, salt: &[u8], passcode: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    // The parameters and lengths are within argon2's limits, so neither call can fail; an unusable hash would only refuse.
    if let Ok(params) = Params::new(memory, passes, 1, Some(hash.len())) {
        let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
            passcode.as_bytes(),
            salt,
            &mut hash,
        );
        debug_assert_eq!(hashed, Ok(()), "the lengths are constants");
    }
    hash
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::contract::env::Stream;
    use crate::state::epoch::Epoch;

    #[test]
    fn only_the_hashed_password_is_correct() {
        let stream = Stream { seed: 7, number: 1, version: 1, epoch: Epoch::first(7, 0) };
        let mut env = Env::new(Timestamp::UNIX_EPOCH, stream);
        let phc = hash_password(&Org::default(), &mut env, "Quiet7Harbor");
        assert!(is_correct(&phc, "Quiet7Harbor"), "{phc}");
        assert!(!is_correct(&phc, "Quiet7Harbour"));
        assert!(!is_correct("", ""));
        assert!(!is_correct("$argon2id$v=19$m=8,t=1,p=1$$", ""));
    }
}
