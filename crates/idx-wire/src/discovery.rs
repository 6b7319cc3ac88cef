//! The discovery document.

use serde::Serialize;

use crate::Href;

/// What an authorization server says of itself. `interact` is not in Okta's own document.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the names are those of RFC 8414 and OpenID Connect Discovery 1.0")]
pub struct Discovery<'a> {
    pub issuer: Href<'a>,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub registration_endpoint: String,
    pub jwks_uri: String,
    pub response_types_supported: &'static [&'static str],
    pub response_modes_supported: &'static [&'static str],
    pub grant_types_supported: Vec<&'static str>,
    pub subject_types_supported: &'static [&'static str],
    pub id_token_signing_alg_values_supported: &'static [&'static str],
    pub scopes_supported: &'static [&'static str],
    pub token_endpoint_auth_methods_supported: &'static [&'static str],
    pub claims_supported: &'static [&'static str],
    pub code_challenge_methods_supported: &'static [&'static str],
    pub introspection_endpoint: String,
    pub introspection_endpoint_auth_methods_supported: &'static [&'static str],
    pub revocation_endpoint: String,
    pub revocation_endpoint_auth_methods_supported: &'static [&'static str],
    pub end_session_endpoint: String,
    pub request_parameter_supported: bool,
    pub request_object_signing_alg_values_supported: &'static [&'static str],
}
