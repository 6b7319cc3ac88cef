//! What the tokens say. The recordings of 2021 fix names and order.

use serde::Serialize;

/// The claims of an access token of a custom authorization server, or of the org's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessClaims {
    /// Always 1.
    pub ver: u8,
    /// `AT.…`, and `.oar…` behind it where there is a refresh token.
    pub jti: String,
    /// The issuer.
    pub iss: String,
    /// `api://default`, or the org itself.
    pub aud: String,
    /// Seconds since 1970.
    pub iat: i64,
    /// Seconds since 1970.
    pub exp: i64,
    /// The app.
    pub cid: String,
    /// The person.
    pub uid: String,
    /// The scopes.
    pub scp: Vec<String>,
    /// When the person proved who they are, in seconds since 1970.
    pub auth_time: i64,
    /// The login.
    pub sub: String,
}

/// The claims of an id_token. `at_hash` is known only when the access token has been signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdClaims {
    /// The person.
    pub sub: String,
    /// Both names, with the scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// With the scope `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Always 1.
    pub ver: u8,
    /// The issuer.
    pub iss: String,
    /// The app.
    pub aud: String,
    /// Seconds since 1970.
    pub iat: i64,
    /// `iat` and an hour.
    pub exp: i64,
    /// `ID.…`
    pub jti: String,
    /// How the person proved who they are.
    pub amr: Vec<&'static str>,
    /// `00o…`, the org.
    pub idp: String,
    /// As it was given at `interact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The login, with the scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// Seconds since 1970.
    pub auth_time: i64,
    /// The left half of the access token's SHA-256, in base64url.
    pub at_hash: String,
}
