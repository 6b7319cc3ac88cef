//! An app of the org.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::org::pattern::{self, Wildcard};

/// An OpenID Connect app.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct App {
    /// Its name in the Admin Console.
    pub label: String,
    /// `0oa…`, 20 characters at Okta.
    pub client_id: String,
    /// Only confidential apps have one.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// What it is.
    #[serde(rename = "type", default)]
    pub kind: AppKind,
    /// Where it may be called back; `*` stands for anything.
    #[serde(default = "pattern::loopback")]
    pub redirect_uris: Vec<Wildcard>,
    /// Where it may be called back after a logout; absent means as `redirectUris`.
    #[serde(default)]
    pub post_logout_redirect_uris: Option<Vec<Wildcard>>,
    /// Where the link of a mail sends the user, with `state` and `otp`; absent, Okta's own page is shown.
    #[serde(default)]
    pub email_verification_callback: Option<String>,
    /// Where the link that activates a user sends them.
    #[serde(default)]
    pub initiate_login_uri: Option<String>,
    /// Which grants it may use. Without `interaction_code` there is no IDX for it.
    #[serde(default = "grant_types")]
    pub grant_types: Vec<String>,
    /// The groups that may use it; none where it is left out.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// What kind of app it is. The kind decides whether it has a secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
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
    /// Whether it must show its secret.
    pub fn is_confidential(&self) -> bool {
        self.kind == AppKind::Web
    }

    /// Whether it may use a grant.
    pub(crate) fn may_use(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|granted| granted == grant_type)
    }

    /// Whether an address is registered as a login redirect.
    pub(crate) fn may_redirect_to(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|registered| registered.matches(uri))
    }

    /// Whether an address is registered as a logout redirect.
    pub(crate) fn may_log_out_to(&self, uri: &str) -> bool {
        self.post_logout_redirect_uris
            .as_ref()
            .unwrap_or(&self.redirect_uris)
            .iter()
            .any(|uris| uris.matches(uri))
    }
}

/// The public and the confidential app that every preset has.
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
