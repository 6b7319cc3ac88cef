//! The grants that the token endpoint exchanges for tokens.

use crate::oauth::refuse::Refused;
use crate::org::{App, Org};
use crate::refusal;
use crate::state::authorization_server::AuthorizationServer;

/// A value of `grant_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GrantType {
    InteractionCode,
    RefreshToken,
}

impl GrantType {
    const ALL: [Self; 2] = [Self::InteractionCode, Self::RefreshToken];

    const fn name(self) -> &'static str {
        match self {
            Self::InteractionCode => "interaction_code",
            Self::RefreshToken => "refresh_token",
        }
    }

    /// The grant of a token request.
    pub(super) fn named(
        name: Option<&str>,
        org: &Org,
        server: AuthorizationServer,
    ) -> Result<Self, Refused> {
        let supported = || names(org, server).join(", ");
        let name = name.ok_or_else(|| Refused::with(&refusal::GRANT_MISSING, supported()))?;
        Self::ALL
            .into_iter()
            .find(|grant| grant.name() == name)
            .ok_or_else(|| Refused::with(&refusal::GRANT_UNSUPPORTED, supported()))
    }

    /// Checks that both the app and the authorization server's rule allow the grant.
    pub(super) fn check(
        self,
        org: &Org,
        server: AuthorizationServer,
        app: &App,
    ) -> Result<(), Refused> {
        if !app.may_use(self.name()) {
            return Err(Refused::with(&refusal::GRANT_NOT_ENABLED, app.grant_types.join(", ")));
        }
        if !server.allows(org, self.name()) {
            return Err((&refusal::POLICY_DENIED).into());
        }
        Ok(())
    }
}

/// The grants that discovery lists: those that work. RFC 8414 3.2 does not allow an empty list, and to omit it would mean other grants. So if the
/// authorization server's rule allows no grant, the list has every grant that the token endpoint knows.
pub(super) fn listed(org: &Org, server: AuthorizationServer) -> Vec<&'static str> {
    let working = names(org, server);
    if working.is_empty() {
        GrantType::ALL.into_iter().map(GrantType::name).collect()
    } else {
        working
    }
}

/// The names of the grants that work at an authorization server.
pub(super) fn names(org: &Org, server: AuthorizationServer) -> Vec<&'static str> {
    let names = GrantType::ALL.into_iter().map(GrantType::name);
    names.filter(|name| server.allows(org, name)).collect()
}
