//! The whole document of an org.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::org::app::{self, App};
use crate::org::password::Password;
use crate::org::pattern::{self, Wildcard};
use crate::org::settings::{
    Access, AppSignOn, AuthenticatorEnrollment, AuthenticatorSettings, AuthorizationServerSettings,
    ErrorContentType, Generation, GlobalSession, ProfileEnrollment, RateLimits, UnknownUserAction,
};

/// The org as its administrator set it up. Absent parts have the values that the default preset shows.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Org {
    /// The preset that the document started from.
    pub preset: Option<String>,
    /// Which generation of servers the answers look like.
    pub generation: Generation,
    /// Whether the server itself begins with the last required authenticator after a later step, as some orgs do since 2022.
    pub auto_advance: bool,
    /// Whether each answer carries a new state handle; older ones stay good.
    pub rotate_handles: bool,
    /// The status of E21 and E22, which no source settles.
    pub password_error_status: u16,
    /// The media type of refusals.
    pub error_content_type: ErrorContentType,
    /// `PROFILE_ENROLLMENT` rule.
    pub profile_enrollment: ProfileEnrollment,
    /// `ACCESS_POLICY` rule of the apps.
    pub app_sign_on: AppSignOn,
    /// `MFA_ENROLL` policy.
    pub authenticator_enrollment: AuthenticatorEnrollment,
    /// The authenticators themselves.
    pub authenticators: AuthenticatorSettings,
    /// `PASSWORD` policy.
    pub password: Password,
    /// `OKTA_SIGN_ON` policy.
    pub global_session: GlobalSession,
    /// The custom authorization server named `default`.
    pub authorization_server: AuthorizationServerSettings,
    /// The apps; each preset has a public and a confidential one.
    pub apps: Vec<App>,
    /// Who may call from a browser.
    pub trusted_origins: Vec<Wildcard>,
    /// Limits besides the one on wrong codes.
    pub rate_limits: RateLimits,
    /// Addresses and numbers that always get the same code.
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
    /// The app of a client id.
    pub fn app(&self, client_id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.client_id == client_id)
    }

    /// Whether a browser page of this origin may call.
    pub fn trusts_origin(&self, origin: &str) -> bool {
        self.trusted_origins.iter().any(|trusted| trusted.matches(origin))
    }

    /// Whether users may sign up at all.
    pub(crate) fn allows_sign_up(&self) -> bool {
        self.profile_enrollment.unknown_user_action == UnknownUserAction::Register
            && self.profile_enrollment.access == Access::Allow
    }

    /// Whether answers have the members that came after 2021.
    pub(crate) fn is_verbose(&self) -> bool {
        self.generation == Generation::Of2025
    }
}
