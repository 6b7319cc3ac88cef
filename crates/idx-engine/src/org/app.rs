//! An app of the org.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::org::pattern::{self, Wildcard};

/// An OpenID Connect app.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct App {
    /// Its name in the Admin Console.
    pub label: String,
    /// `0oa…`, 20 characters at Okta.
    pub client_id: String,
    /// The client secret. Apps of type `web` need one; other apps have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// The type of app.
    #[serde(rename = "type", default)]
    pub kind: AppKind,
    /// The registered redirect URIs; `*` matches anything.
    #[serde(default = "pattern::loopback")]
    pub redirect_uris: Vec<Wildcard>,
    /// The registered URIs after a logout [default: `redirectUris`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_logout_redirect_uris: Option<Vec<Wildcard>>,
    /// The URL to which an email's link sends the user, with `state` and `otp`. Without it, the link shows Okta's own page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verification_callback: Option<String>,
    /// The URL to which an activation link sends the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// The OAuth grants of the app. An app without `interaction_code` cannot use IDX.
    #[serde(default = "grant_types")]
    pub grant_types: Vec<String>,
    /// The groups that the app is assigned to.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// The type of an app, which decides whether it has a secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AppKind {
    /// Runs in a browser: public.
    #[default]
    Spa,
    /// Runs on a device: public.
    Native,
    /// Runs on a server: confidential.
    Web,
}

impl AppKind {
    /// `spa`, `native` or `web`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spa => "spa",
            Self::Native => "native",
            Self::Web => "web",
        }
    }
}

impl App {
    /// Whether the app authenticates with its secret.
    pub fn is_confidential(&self) -> bool {
        self.kind == AppKind::Web
    }

    /// Whether the app can use this grant.
    pub(crate) fn may_use(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|granted| granted == grant_type)
    }

    /// Whether the URI is registered for logins.
    pub(crate) fn may_redirect_to(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|registered| registered.matches(uri))
    }

    /// Whether the URI is registered for logouts.
    pub(crate) fn may_log_out_to(&self, uri: &str) -> bool {
        self.post_logout_redirect_uris
            .as_ref()
            .unwrap_or(&self.redirect_uris)
            .iter()
            .any(|uris| uris.matches(uri))
    }
}

/// The public and the confidential app of every preset.
pub(crate) fn defaults() -> Vec<App> {
    let app = |label: &str, client_id: &str, kind, client_secret: Option<&str>| App {
        label: label.to_owned(),
        client_id: client_id.to_owned(),
        client_secret: client_secret.map(str::to_owned),
        kind,
        redirect_uris: pattern::loopback(),
        post_logout_redirect_uris: None,
        email_verification_callback: None,
        initiate_login_uri: None,
        grant_types: grant_types(),
        groups: vec!["Everyone".to_owned()],
    };
    vec![
        app("My Web App", "0oaidxlabdefault0001", AppKind::Spa, None),
        app(
            "My Server App",
            "0oaidxlabweb00000002",
            AppKind::Web,
            Some("idxlab-secret-of-the-confidential-app"),
        ),
    ]
}

fn grant_types() -> Vec<String> {
    ["interaction_code", "authorization_code", "refresh_token"].map(str::to_owned).to_vec()
}
