//! The custom authorization server.

use crate::org::key_path::KeyPath;
use crate::org::settings::AuthorizationServerSettings;
use crate::org::validate::finding::Findings;

/// The longest idle window of a refresh token that Okta accepts, in minutes.
const MAXIMUM_WINDOW: u32 = 5 * 365 * 24 * 60;
/// The grants of Okta's authorization servers and apps.
pub(super) const GRANT_TYPES: &[&str] = &[
    "interaction_code",
    "authorization_code",
    "refresh_token",
    "implicit",
    "password",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:openid:params:grant-type:ciba",
    "urn:okta:params:oauth:grant-type:otp",
    "urn:okta:params:oauth:grant-type:oob",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "http://auth0.com/oauth/grant-type/mfa-oob",
];

pub(super) fn check(server: &AuthorizationServerSettings, found: &mut Findings) {
    let path = |key| KeyPath::from(["authorizationServer", key]);
    found.text(path("name"), &server.name);
    found.text(path("audience"), &server.audience);
    found.known(&path("grantTypes"), &server.grant_types, GRANT_TYPES);
    found.distinct(&path("grantTypes"), &server.grant_types);
    for (index, scope) in server.scopes.iter().enumerate() {
        // RFC 6749 3.3.
        let is_scope = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        if scope.is_empty() || !scope.bytes().all(is_scope) {
            found.wrong(
                path("scopes").index(index),
                format!("the string {scope:?}"),
                "a scope of visible ASCII characters without spaces, quotation marks and backslashes",
            );
        }
    }
    found.distinct(&path("scopes"), &server.scopes);
    check_lifetimes(server, found);
}

/// The limits of Okta's authorization server policies.
fn check_lifetimes(server: &AuthorizationServerSettings, found: &mut Findings) {
    let path = |key| KeyPath::from(["authorizationServer", key]);
    let (access, access_key) = (server.access_token_lifetime_minutes, "accessTokenLifetimeMinutes");
    if !(5..=24 * 60).contains(&access) {
        found.wrong(path(access_key), format!("the number {access}"), "5 to 1440 minutes");
    }
    let refresh = server.refresh_token_lifetime_minutes;
    if refresh != 0 && refresh < access {
        found
            .wrong(
                path("refreshTokenLifetimeMinutes"),
                format!("the number {refresh}"),
                &format!("0 (unlimited), or at least {access}, the lifetime of an access token"),
            )
            .depends_on(path(access_key));
    }
    let window = server.refresh_token_window_minutes;
    if !(10..=MAXIMUM_WINDOW).contains(&window) {
        found.wrong(
            path("refreshTokenWindowMinutes"),
            format!("the number {window}"),
            "10 to 2628000 minutes (five years)",
        );
    }
}
