//! An app of the org.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::org::pattern::{self, Wildcard};
use crate::state::user::User;

/// An OpenID Connect app.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct App {
    /// Its name in the Admin Console.
    pub label: String,
    /// `0oa…`, 20 characters at Okta.
    pub client_id: String,
    /// The client secret. Apps that authenticate with a secret need one; other apps have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// The type of app.
    #[serde(rename = "type", default)]
    pub kind: AppKind,
    /// How the app authenticates at `token`, `introspect` and `revoke` [default: a `web` app can send its secret in either way, `spa` and `native` have none].
    #[serde(
        default,
        alias = "token_endpoint_auth_method",
        skip_serializing_if = "Option::is_none"
    )]
    pub token_endpoint_auth_method: Option<AuthMethod>,
    /// The registered redirect URIs; `*` matches anything.
    #[serde(default = "pattern::loopback")]
    pub redirect_uris: Vec<Wildcard>,
    /// The URIs to which the app can redirect after a logout [default: `redirectUris`].
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
    /// How refresh tokens change with use [default: a `spa` rotates, `web` and `native` do not].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<RefreshTokenSettings>,
    /// The groups that the app is assigned to.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// `settings.oauthClient.refresh_token` of an app.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct RefreshTokenSettings {
    /// Whether each use returns another refresh token [default: `ROTATE` for a `spa`, `STATIC` for the others].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_type: Option<RotationType>,
    /// For how many seconds a rotated refresh token stays valid, from 0 to 60 [default: 30].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leeway: Option<u32>,
}

/// Whether each use of a refresh token returns another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum RotationType {
    /// Each use returns another refresh token.
    Rotate,
    /// The refresh token stays the same.
    Static,
}

/// `token_endpoint_auth_method` of an app. Okta also has `client_secret_jwt` and `private_key_jwt`, which idxlab does not emulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// The app sends its secret in the Authorization header.
    ClientSecretBasic,
    /// The app sends its secret in the body.
    ClientSecretPost,
    /// The app is public.
    #[serde(rename = "none")]
    Public,
}

impl AuthMethod {
    /// The names of all methods, in the order of discovery.
    pub(crate) const NAMES: &[&str] = &["client_secret_basic", "client_secret_post", "none"];

    /// The name in the document and in discovery.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::Public => "none",
        }
    }
}

/// The type of an app. By default, it decides whether the app has a secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AppKind {
    /// Runs in a browser: always public.
    #[default]
    Spa,
    /// Runs on a device: public by default.
    Native,
    /// Runs on a server: confidential by default.
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
        match self.token_endpoint_auth_method {
            Some(method) => method != AuthMethod::Public,
            None => self.kind == AppKind::Web,
        }
    }

    /// Whether the app can authenticate with a secret in the Authorization header, or, if `in_header` is false, in the body.
    pub(crate) fn may_send_secret(&self, in_header: bool) -> bool {
        match self.token_endpoint_auth_method {
            Some(AuthMethod::ClientSecretBasic) => in_header,
            Some(AuthMethod::ClientSecretPost) => !in_header,
            Some(AuthMethod::Public) => false,
            None => self.is_confidential(),
        }
    }

    /// Whether the app can use this grant.
    pub(crate) fn may_use(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|granted| granted == grant_type)
    }

    /// Whether the app is assigned to one of the user's groups.
    pub(crate) fn is_assigned_to(&self, user: &User) -> bool {
        user.groups.iter().any(|group| self.groups.contains(group))
    }

    /// Whether each use of a refresh token returns another one.
    pub(crate) fn rotates_refresh_tokens(&self) -> bool {
        match self.refresh_token.and_then(|settings| settings.rotation_type) {
            Some(rotation) => rotation == RotationType::Rotate,
            None => self.kind == AppKind::Spa,
        }
    }

    /// For how long a rotated refresh token stays valid.
    pub(crate) fn refresh_token_leeway(&self) -> SignedDuration {
        let seconds = self.refresh_token.and_then(|settings| settings.leeway).unwrap_or(30);
        SignedDuration::from_secs(seconds.into())
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
        token_endpoint_auth_method: None,
        redirect_uris: pattern::loopback(),
        post_logout_redirect_uris: None,
        email_verification_callback: None,
        initiate_login_uri: None,
        grant_types: grant_types(),
        refresh_token: None,
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
