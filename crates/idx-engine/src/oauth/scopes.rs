//! The scopes that a client can request.

use std::collections::BTreeSet;

use crate::org::Org;
use crate::state::authorization_server::AuthorizationServer;

/// The scopes of OpenID Connect that every authorization server has.
pub(super) const SCOPES: &[&str] =
    &["openid", "profile", "email", "address", "phone", "offline_access"];

/// Whether a client can request the scope. The org authorization server also has the scopes of Okta's APIs; the
/// custom authorization server also has the scopes of its settings.
pub(super) fn has_scope(org: &Org, server: AuthorizationServer, scope: &str) -> bool {
    let has_own = || match server {
        AuthorizationServer::Org => {
            matches!(scope, "groups" | "device_sso") || scope.starts_with("okta.")
        }
        AuthorizationServer::Default => {
            org.authorization_server.scopes.iter().any(|own| own == scope)
        }
    };
    SCOPES.contains(&scope) || has_own()
}

/// The scopes of a parameter, each once.
pub(super) fn scopes(parameter: &str) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    parameter.split_whitespace().filter(|scope| seen.insert(*scope)).collect()
}

#[cfg(test)]
mod tests {
    use super::scopes;

    #[test]
    fn repeated_scope_is_listed_once() {
        assert_eq!(scopes(" openid  email openid "), ["openid", "email"]);
    }
}
