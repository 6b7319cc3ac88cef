//! The whole document of an org.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::authenticators::AuthenticatorSettings;
use crate::org::app::{self, App};
use crate::org::password::Password;
use crate::org::pattern::{self, Wildcard};
use crate::org::settings::{
    AppSignOn, AuthenticatorEnrollment, AuthorizationServerSettings, ErrorContentType, Generation,
    GlobalSession, ProfileEnrollment, RateLimits,
};

/// The configuration of an org. Keys that are left out have the values of the default preset.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Org {
    /// The preset that this document overrides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// The year whose response format the org uses.
    pub generation: Generation,
    /// Whether the server starts the enrollment of the last required authenticator by itself, as some orgs do since 2022.
    pub auto_advance: bool,
    /// Whether each response contains a new state handle. Older handles stay valid.
    pub rotate_handles: bool,
    /// The HTTP status of a refused password (E21 and E22): 400, 401 or 403. No source settles it.
    pub password_error_status: u16,
    /// The media type of IDX error responses.
    pub error_content_type: ErrorContentType,
    /// `PROFILE_ENROLLMENT` rule.
    pub(in crate::org) profile_enrollment: ProfileEnrollment,
    /// `ACCESS_POLICY` rule of the apps.
    pub(in crate::org) app_sign_on: AppSignOn,
    /// `MFA_ENROLL` policy.
    pub(in crate::org) authenticator_enrollment: AuthenticatorEnrollment,
    /// The settings of each authenticator.
    pub authenticators: AuthenticatorSettings,
    /// `PASSWORD` policy.
    pub(in crate::org) password: Password,
    /// `OKTA_SIGN_ON` policy.
    pub(in crate::org) global_session: GlobalSession,
    /// The custom authorization server named `default`.
    pub authorization_server: AuthorizationServerSettings,
    /// The apps; each preset has a public and a confidential one.
    pub apps: Vec<App>,
    /// The origins whose browser pages can call the org; `*` matches anything.
    pub trusted_origins: Vec<Wildcard>,
    /// Rate limits, in addition to the limit on invalid codes.
    pub rate_limits: RateLimits,
    /// Codes by email address or phone number: each always receives its code.
    pub test_codes: BTreeMap<String, String>,
}

impl Default for Org {
    fn default() -> Self {
        Self {
            preset: None,
            generation: Generation::default(),
            auto_advance: false,
            rotate_handles: false,
            password_error_status: 401,
            error_content_type: ErrorContentType::default(),
            profile_enrollment: ProfileEnrollment::default(),
            app_sign_on: AppSignOn::default(),
            authenticator_enrollment: AuthenticatorEnrollment::default(),
            authenticators: AuthenticatorSettings::default(),
            password: Password::default(),
            global_session: GlobalSession::default(),
            authorization_server: AuthorizationServerSettings::default(),
            apps: app::defaults(),
            trusted_origins: pattern::loopback(),
            rate_limits: RateLimits::default(),
            test_codes: BTreeMap::new(),
        }
    }
}

impl Org {
    /// The app with this client id.
    pub fn app(&self, client_id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.client_id == client_id)
    }

    /// Whether a browser page of this origin can call the org.
    pub fn trusts_origin(&self, origin: &str) -> bool {
        self.trusted_origins.iter().any(|trusted| trusted.matches(origin))
    }

    /// Whether responses have the members that were added after 2021.
    pub(crate) fn is_verbose(&self) -> bool {
        self.generation == Generation::Of2025
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::presets;

    #[test]
    fn written_document_reads_back_as_the_same_org() {
        for preset in presets::ALL {
            let written = serde_json::to_value(Org::preset(preset.name).unwrap()).unwrap();
            let read = Org::from_json(&written).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(serde_json::to_value(&read).unwrap(), written, "{}", preset.name);
        }
    }
}
