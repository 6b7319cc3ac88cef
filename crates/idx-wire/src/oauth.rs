//! The bodies of the OAuth endpoints.

use std::borrow::Cow;

use serde::Serialize;

/// The answer of `interact`.
#[derive(Debug, Clone, Serialize)]
pub struct InteractResponse<'a> {
    /// 43 characters of base64url.
    pub interaction_handle: &'a str,
}

/// `{"error","error_description"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OAuthError<'a> {
    /// For example `invalid_grant`.
    pub error: &'a str,
    /// One sentence in English.
    pub error_description: Cow<'a, str>,
}

/// The answer of `token`.
#[derive(Debug, Clone, Serialize)]
pub struct TokenResponse<'a> {
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: i64,
    /// A JWT.
    pub access_token: &'a str,
    /// Separated by spaces.
    pub scope: &'a str,
    /// With the scope `offline_access`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<&'a str>,
    /// A JWT, with the scope `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<&'a str>,
}

/// The answer of the token introspection endpoint.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TokenIntrospection<'a> {
    /// Whether the token is good.
    pub active: bool,
    /// `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// Separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Cow<'a, str>>,
    /// The app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<Cow<'a, str>>,
    /// The login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Cow<'a, str>>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// The login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<Cow<'a, str>>,
    /// For whom the token is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<Cow<'a, str>>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<Cow<'a, str>>,
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<Cow<'a, str>>,
    /// The person's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<Cow<'a, str>>,
}

/// The answer of `userinfo`. Members beyond `sub` follow the scopes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Userinfo<'a> {
    /// `00u…`
    pub sub: &'a str,
    /// Both names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Like `en-US`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<&'static str>,
    /// With the scope `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    /// The login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<&'a str>,
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<&'a str>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<&'a str>,
    /// IANA name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<&'static str>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
    /// Whether a code or link was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// With the scope `phone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<&'a str>,
}
