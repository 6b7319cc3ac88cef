//! The settings of `okta_email` in the org document.

use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::authenticators::settings_rules::SettingsRules;
use crate::org::{Findings, KeyPath};

/// Inferred: a code that lives longer than a day is a mistake.
const CODE_LIFETIME: RangeInclusive<u32> = 1..=1440;

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

impl SettingsRules for EmailSettings {
    fn check(&self, path: &KeyPath, found: &mut Findings) {
        let path = |key| path.clone().key(key);
        let lifetime = self.token_lifetime_in_minutes;
        found.range(path("tokenLifetimeInMinutes"), lifetime, &CODE_LIFETIME);
        if self.use_email_magic_link && !self.send_link {
            found
                .invalid(
                    path("useEmailMagicLink"),
                    "an email without a link cannot be a magic link",
                    "remove `useEmailMagicLink = true` or `sendLink = false`",
                )
                .depends_on(path("sendLink"));
        }
    }
}
