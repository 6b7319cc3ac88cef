//! The password.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use idx_wire::{Age, AuthenticatorBody, Complexity, Field, FieldValue, Settings};
use rand::Rng as _;

use crate::authenticators::authenticator::{Authenticator, Begun};
use crate::contract::env::Env;
use crate::idx::cx::Cx;
use crate::org::{HashCost, Org};
use crate::policy::password::{self, AgeRules};
use crate::refusal::Refusal;
use crate::state::challenge::Challenge;
use crate::state::person::{Enrollment, Proof};

/// `okta_password`
#[derive(Debug)]
pub(super) struct OktaPassword;

impl Authenticator for OktaPassword {
    fn kind(&self) -> &'static str {
        "password"
    }

    fn display_name(&self) -> &'static str {
        "Password"
    }

    fn id(&self) -> &'static str {
        "autidxlabpassword001"
    }

    fn methods(&self, _org: &Org) -> Vec<&'static str> {
        vec!["password"]
    }

    fn choice_fields<'a>(&self, _org: &'a Org) -> Vec<Field<'a>> {
        vec![Field {
            required: Some(false),
            value: Some(FieldValue::Text("password".into())),
            mutable: Some(false),
            ..Field::named("methodType")
        }]
    }

    fn begin(&self, _cx: &mut Cx<'_>, _choice: &AuthenticatorBody) -> Result<Begun, Refusal> {
        Ok(Begun::Asked(Challenge::Password))
    }
}

/// The rules as pages show them. The profile page shows no `age`, as recorded.
pub(crate) fn settings(org: &Org, with_age: bool) -> Settings<'_> {
    let complexity = &org.password.complexity;
    Settings {
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
        age: with_age.then_some(Age {
            min_age_minutes: org.password.age.min_age_minutes,
            history_count: org.password.age.history_count,
        }),
    }
}

/// Judges a new password and makes the enrollment.
pub(crate) fn enroll(
    cx: &mut Cx<'_>,
    age: AgeRules,
    passcode: &str,
) -> Result<Enrollment, Refusal> {
    password::check(
        &cx.org.password,
        age,
        passcode,
        cx.login(),
        cx.name("firstName"),
        cx.name("lastName"),
    )?;
    let hash = hash_password(cx.org, cx.env, passcode);
    Ok(Enrollment { id: cx.mint_id("lae"), proof: Proof::Password(hash) })
}

/// A PHC string of argon2id, at the cost that the org's document asks for.
pub(crate) fn hash_password(org: &Org, env: &mut Env, passcode: &str) -> String {
    let (memory, passes) = match org.password.hash_cost {
        HashCost::Emulator => (8, 1),
        HashCost::Production => (19 * 1024, 2),
    };
    let mut salt = [0; 16];
    env.rng.fill_bytes(&mut salt);
    let mut hash = [0; 32];
    // Both parameter sets and both lengths are within argon2's bounds, so neither call can fail; an unusable hash would only refuse.
    if let Ok(params) = Params::new(memory, passes, 1, Some(hash.len())) {
        let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
            passcode.as_bytes(),
            &salt,
            &mut hash,
        );
        debug_assert_eq!(hashed, Ok(()), "the lengths are constants");
    }
    format!(
        "$argon2id$v=19$m={memory},t={passes},p=1${}${}",
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(hash)
    )
}
