//! The `PASSWORD` policy, by the names of Okta's Management API.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Okta's maximum length of a password, in bytes.
pub(crate) const LONGEST_PASSWORD: u32 = 72;

/// `PASSWORD` policy, `settings.password`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Password {
    /// The rules for a new password.
    pub complexity: Complexity,
    /// The rules for the age of a password.
    pub age: Age,
    /// Accepted without effect: a lockout concerns sign-ins.
    pub lockout: Lockout,
    /// How users reset a forgotten password.
    pub self_service_password_reset: PasswordReset,
    /// Whether the email address counts as enrolled from the start, so that it is verified in the middle of a sign-up.
    pub allow_recovery_email_without_enrollment: bool,
    /// The cost of hashing a password.
    pub hash_cost: HashCost,
}

/// The number of invalid passwords after which a user is locked out.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the names are those of the Management API")]
pub struct Lockout {
    pub max_attempts: u32,
    pub auto_unlock_minutes: u32,
    pub show_lockout_failures: bool,
}

/// The password rule's `selfServicePasswordReset`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct PasswordReset {
    /// With `["email"]` and `emailVerification`, the email address must be enrolled during the sign-up.
    pub primary_methods: Vec<String>,
}

/// The rules for a new password.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
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
    #[serde(skip_serializing_if = "Option::is_none")]
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
            exclude_common: false,
            max_consecutive_characters: None,
        }
    }
}

/// The rules for the age of a password.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Age {
    /// The minimum age in minutes before it can be changed again.
    pub min_age_minutes: u32,
    /// The number of former passwords that are refused.
    pub history_count: u32,
    /// Accepted without effect: the days until it must be changed.
    pub max_age_days: u32,
    /// Accepted without effect: the days before that on which the user is warned.
    pub expire_warn_days: u32,
}

impl Default for Age {
    fn default() -> Self {
        Self { min_age_minutes: 0, history_count: 4, max_age_days: 0, expire_warn_days: 0 }
    }
}

/// The cost of hashing a password. An emulator's hashes protect nothing, so the default is cheap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HashCost {
    /// 8 KiB and one pass: 0.02 ms.
    #[default]
    Emulator,
    /// 19 MiB and two passes, as OWASP recommends: 24 ms.
    Production,
}
