//! The settings of `okta_email` in the org document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::authenticators::settings_rules::SettingsRules;

/// Settings of the email authenticator.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct EmailSettings {
    /// The lifetime of a code in minutes.
    pub token_lifetime_in_minutes: u32,
    /// The value of `contextualData.useEmailMagicLink`, with which clients show "check your email" first.
    pub use_email_magic_link: bool,
    /// Whether emails contain a link besides the code. Without links, `useEmailMagicLink` is false in the response, and clients cannot poll.
    pub send_link: bool,
}

impl Default for EmailSettings {
    fn default() -> Self {
        Self { token_lifetime_in_minutes: 5, use_email_magic_link: false, send_link: true }
    }
}

impl SettingsRules for EmailSettings {}
