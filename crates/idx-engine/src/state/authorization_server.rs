//! The two authorization servers of an org, and how responses name them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::env::minutes_after;
use crate::org::Org;

/// The authorization server that received a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AuthorizationServer {
    /// The org's own: issuer `{base}`, endpoints under `/oauth2/v1`.
    Org,
    /// The custom one named `default`: issuer `{base}/oauth2/default`.
    #[default]
    Default,
}

impl AuthorizationServer {
    /// The path of the issuer.
    pub const fn issuer_path(self) -> &'static str {
        match self {
            Self::Org => "",
            Self::Default => "/oauth2/default",
        }
    }

    /// The origin of an issuer URL, if the URL belongs to this type of authorization server.
    pub(crate) fn origin_in(self, issuer: &str) -> Option<&str> {
        let (origin, server) = Self::of_issuer(issuer);
        (server == self).then_some(origin)
    }

    /// The origin of an issuer URL, and the type of authorization server.
    pub fn of_issuer(issuer: &str) -> (&str, Self) {
        match issuer.strip_suffix(Self::Default.issuer_path()) {
            Some(origin) => (origin, Self::Default),
            None => (issuer, Self::Org),
        }
    }

    /// The audience of its access tokens, when clients reach the org at this origin.
    pub(crate) fn audience<'a>(self, org: &'a Org, origin: &'a str) -> &'a str {
        match self {
            Self::Default => &org.authorization_server.audience,
            Self::Org => origin,
        }
    }

    /// The lifetime of its access tokens, in seconds.
    pub(crate) fn access_token_lifetime(self, org: &Org) -> i64 {
        let minutes = match self {
            Self::Default => org.authorization_server.access_token_lifetime_minutes,
            Self::Org => 60,
        };
        i64::from(minutes) * 60
    }

    /// The time at which a refresh token that is issued now expires.
    pub(crate) fn refresh_token_expires_at(self, org: &Org, now: Timestamp) -> Timestamp {
        match self {
            Self::Default => match org.authorization_server.refresh_token_lifetime_minutes {
                0 => Timestamp::MAX,
                minutes => minutes_after(now, minutes.into()),
            },
            Self::Org => minutes_after(now, 90 * 24 * 60),
        }
    }

    /// The time at which a refresh token expires if it is not used again.
    pub(crate) fn refresh_token_idle_at(self, org: &Org, now: Timestamp) -> Timestamp {
        match self {
            Self::Default => {
                minutes_after(now, org.authorization_server.refresh_token_window_minutes.into())
            }
            // Inferred: Okta documents a lifetime of 90 days, and no window.
            Self::Org => Timestamp::MAX,
        }
    }

    /// The path of the token endpoint.
    pub const fn token_path(self) -> &'static str {
        match self {
            Self::Org => "/oauth2/v1/token",
            Self::Default => "/oauth2/default/v1/token",
        }
    }
}

/// The org's id, which ID tokens contain in `idp`.
pub(crate) const ORG_ID: &str = "00oidxlaborg00000001";

impl AuthorizationServer {
    /// Its id in responses.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Org => ORG_ID,
            Self::Default => "default",
        }
    }

    /// Whether its rule allows the grant. Only the custom authorization server has a rule.
    pub(crate) fn allows(self, org: &Org, grant_type: &str) -> bool {
        let granted = &org.authorization_server.grant_types;
        self == Self::Org || granted.iter().any(|granted| granted == grant_type)
    }

    /// Its name in responses.
    pub(crate) fn name(self, org: &Org) -> &str {
        match self {
            Self::Org => "Okta",
            Self::Default => &org.authorization_server.name,
        }
    }
}
