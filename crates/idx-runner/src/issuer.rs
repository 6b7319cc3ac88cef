//! The address of an authorization server: an origin and a path.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::Scheme;

/// `https://org.okta.com/oauth2/default`, without a trailing slash and without the default port of its scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    origin: String,
    path: String,
}

/// The text is not the address of an authorization server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an issuer; write its full address, such as https://org.okta.com/oauth2/default or, for the org's own server, https://org.okta.com"
)]
pub struct IssuerError(String);

impl Issuer {
    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether it is a custom authorization server, and not the org's own.
    #[must_use]
    pub fn is_custom_server(&self) -> bool {
        self.path.contains("/oauth2/")
    }

    /// Whether its scheme is https.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.origin.starts_with("https:")
    }

    /// The issuer's path at another origin.
    #[must_use]
    pub fn at(&self, origin: &str) -> String {
        format!("{origin}{}", self.path)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

impl FromStr for Issuer {
    type Err = IssuerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || IssuerError(text.to_owned());
        let address: Uri = text.parse().map_err(|_| wrong())?;
        let (Some(scheme), Some(authority)) = (address.scheme(), address.authority()) else {
            return Err(wrong());
        };
        let usual_port = match scheme {
            scheme if *scheme == Scheme::HTTP => 80,
            scheme if *scheme == Scheme::HTTPS => 443,
            _ => return Err(wrong()),
        };
        if address.query().is_some() || authority.as_str().contains('@') || text.contains('#') {
            return Err(wrong());
        }
        let host = authority.host().to_ascii_lowercase();
        let port = match authority.port_u16() {
            Some(port) if port != usual_port => format!(":{port}"),
            _ => String::new(),
        };
        let path = address.path().trim_end_matches('/').to_owned();
        Ok(Self { origin: format!("{scheme}://{host}{port}"), path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuer_is_normalised() {
        for (given, origin, whole) in [
            (
                "https://Org.Okta.com:443/oauth2/default/",
                "https://org.okta.com",
                "https://org.okta.com/oauth2/default",
            ),
            ("http://[::1]:80", "http://[::1]", "http://[::1]"),
            ("http://localhost:443/", "http://localhost:443", "http://localhost:443"),
        ] {
            let issuer: Issuer = given.parse().unwrap();
            assert_eq!((issuer.origin(), issuer.to_string().as_str()), (origin, whole));
        }
        let issuer: Issuer = "https://org.okta.com/oauth2/default".parse().unwrap();
        assert_eq!(issuer.at("http://127.0.0.1:1"), "http://127.0.0.1:1/oauth2/default");
        assert!(issuer.is_tls());
    }

    #[test]
    fn invalid_issuer_is_refused() {
        for wrong in [
            "",
            "org.okta.com",
            "/oauth2",
            "ftp://a/b",
            "https://a?b=c",
            "https://me@a",
            "https://a#b",
        ] {
            assert!(wrong.parse::<Issuer>().is_err(), "{wrong}");
        }
    }
}
