//! The `PASSWORD` policy, by the names of Okta's Management API.

use schemars::JsonSchema;
use serde::Deserialize;

/// `PASSWORD` policy, `settings.password`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Password {
    /// What it must be made of.
    pub complexity: Complexity,
    /// How old it may and must be.
    pub age: Age,
    /// Accepted; a lockout concerns sign-ins.
    pub lockout: Lockout,
    /// How a forgotten one is replaced.
    pub self_service_password_reset: PasswordReset,
    /// Makes the address count as enrolled from the start, so that it is verified in the middle of a sign-up.
    pub allow_recovery_email_without_enrollment: bool,
    /// What storing one costs.
    pub hash_cost: HashCost,
}

/// When too many wrong passwords lock a user out.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the names are those of the Management API")]
pub struct Lockout {
    pub max_attempts: u32,
    pub auto_unlock_minutes: u32,
    pub show_lockout_failures: bool,
}

/// The password rule's `selfServicePasswordReset`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct PasswordReset {
    /// `["email"]` makes the address something to be enrolled during the sign-up, where it must be verified at all.
    pub primary_methods: Vec<String>,
}

/// What a password must be made of.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the names are those of the Management API")]
pub struct Complexity {
    pub min_length: u32,
    pub min_lower_case: u32,
    pub min_upper_case: u32,
    pub min_number: u32,
    pub min_symbol: u32,
    pub exclude_username: bool,
    pub exclude_attributes: Vec<String>,
    /// `dictionary.common.exclude`
    pub exclude_common: bool,
    pub max_consecutive_characters: Option<u32>,
}

impl Default for Complexity {
    fn default() -> Self {
        Self {
            min_length: 8,
            min_lower_case: 1,
            min_upper_case: 1,
            min_number: 1,
            min_symbol: 0,
            exclude_username: true,
            exclude_attributes: vec!["firstName".to_owned(), "lastName".to_owned()],
            exclude_common: true,
            max_consecutive_characters: None,
        }
    }
}

/// How old a password may and must be.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Age {
    /// Minutes before it may be changed again.
    pub min_age_minutes: u32,
    /// How many former passwords are refused.
    pub history_count: u32,
    /// Accepted; days until it must be changed.
    pub max_age_days: u32,
    /// Accepted; days before that on which the user is told.
    pub expire_warn_days: u32,
}

impl Default for Age {
    fn default() -> Self {
        Self { min_age_minutes: 0, history_count: 4, max_age_days: 0, expire_warn_days: 0 }
    }
}

/// What storing a password costs. The hash of an emulator protects nothing, so it is cheap unless asked otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HashCost {
    /// 8 KiB and one pass: 0.02 ms.
    #[default]
    Emulator,
    /// 19 MiB and two passes, as OWASP asks for: 24 ms.
    Production,
}
