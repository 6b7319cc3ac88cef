//! The discovery document of an authorization server.

use idx_wire::{Discovery, Href};

use crate::contract::reply::{Answer, Reply};
use crate::json::bytes;
use crate::oauth::grant_type;
use crate::oauth::scopes::SCOPES;
use crate::org::{AuthMethod, Org};
use crate::state::authorization_server::AuthorizationServer;

/// Handles both discovery paths.
pub(crate) fn discovery(org: &Org, base: &str, server: AuthorizationServer) -> Answer {
    let oauth = match server {
        AuthorizationServer::Org => format!("{base}/oauth2/v1"),
        AuthorizationServer::Default => format!("{base}/oauth2/default/v1"),
    };
    let at = |name: &str| format!("{oauth}/{name}");
    let document = Discovery {
        issuer: Href::new(base, server.issuer_path()),
        authorization_endpoint: at("authorize"),
        token_endpoint: at("token"),
        userinfo_endpoint: at("userinfo"),
        registration_endpoint: format!("{base}/oauth2/v1/clients"),
        jwks_uri: at("keys"),
        response_types_supported: &[
            "code",
            "id_token",
            "code id_token",
            "code token",
            "id_token token",
            "code id_token token",
        ],
        response_modes_supported: &["query", "fragment", "form_post", "okta_post_message"],
        // Okta's own document lists more grants. These are the grants that the token endpoint exchanges.
        grant_types_supported: grant_type::listed(org, server),
        subject_types_supported: &["public"],
        id_token_signing_alg_values_supported: &["RS256"],
        scopes_supported: SCOPES,
        // Okta's own document also lists `client_secret_jwt` and `private_key_jwt`. These are the methods that work.
        token_endpoint_auth_methods_supported: AuthMethod::NAMES,
        claims_supported: &[
            "iss",
            "ver",
            "sub",
            "aud",
            "iat",
            "exp",
            "jti",
            "auth_time",
            "amr",
            "idp",
            "nonce",
            "name",
            "nickname",
            "preferred_username",
            "given_name",
            "middle_name",
            "family_name",
            "email",
            "email_verified",
            "profile",
            "zoneinfo",
            "locale",
            "address",
            "phone_number",
            "picture",
            "website",
            "gender",
            "birthdate",
            "updated_at",
            "at_hash",
            "c_hash",
        ],
        code_challenge_methods_supported: &["S256"],
        introspection_endpoint: at("introspect"),
        introspection_endpoint_auth_methods_supported: AuthMethod::NAMES,
        revocation_endpoint: at("revoke"),
        revocation_endpoint_auth_methods_supported: AuthMethod::NAMES,
        end_session_endpoint: at("logout"),
        request_parameter_supported: true,
        request_object_signing_alg_values_supported: &[
            "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512",
        ],
    };
    Answer::plain(Reply::Json { status: 200, body: bytes(&document) })
}
