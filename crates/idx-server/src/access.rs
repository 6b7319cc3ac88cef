//! The access check of the control API and the web page. A page of another origin, or a DNS name that resolves to this machine, must not
//! reset a developer's org.

use std::net::IpAddr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use http::header::ORIGIN;
use http::request::Parts;

use crate::address::{self, PublicUrl};
use crate::parameters::bearer;

/// Decides which requests may use a server's control API.
#[derive(Debug, Clone)]
pub(crate) struct ControlGuard {
    public_host: Option<String>,
    /// Required if the listen address is not loopback.
    token: Option<String>,
}

/// Why access was denied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AccessDenied {
    #[error(
        "the control API refuses the Host {0:?}; use localhost, the listen address, or the host of --public-url"
    )]
    Host(String),
    #[error(
        "the control API refuses the Origin {0:?}; add it to trustedOrigins in the org document"
    )]
    Origin(String),
    #[error(
        "the listen address is not loopback, so the control API requires \"Authorization: Bearer TOKEN\"; use the token of --control-token, or the token printed at startup"
    )]
    Token,
}

impl ControlGuard {
    pub(crate) fn new(public: Option<&PublicUrl>, token: Option<String>) -> Self {
        Self { public_host: public.map(|url| url.host().to_owned()), token }
    }

    /// The required token, if any.
    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Checks a call of the API. `base` is the origin in the request's URL, `local` the address of this machine that accepted the connection.
    pub(crate) fn check_call(
        &self,
        head: &Parts,
        base: &str,
        local: IpAddr,
        trusts: impl FnOnce(&str) -> bool,
    ) -> Result<(), AccessDenied> {
        self.check_page(head, base, local, trusts)?;
        match &self.token {
            Some(token) if !has_token(head, token) => Err(AccessDenied::Token),
            _ => Ok(()),
        }
    }

    /// Checks a request for the web page. A browser cannot send a token when it opens an address, so the page prompts for the token and sends
    /// it with its own calls.
    pub(crate) fn check_page(
        &self,
        head: &Parts,
        base: &str,
        local: IpAddr,
        trusts: impl FnOnce(&str) -> bool,
    ) -> Result<(), AccessDenied> {
        let host = address::host(&head.headers).unwrap_or_default();
        if !self.is_known_host(host, local) {
            return Err(AccessDenied::Host(host.to_owned()));
        }
        if let Some(origin) = head.headers.get(ORIGIN) {
            let origin = origin.to_str().unwrap_or_default();
            if origin != base && !trusts(origin) {
                return Err(AccessDenied::Origin(origin.to_owned()));
            }
        }
        Ok(())
    }

    fn is_known_host(&self, host: &str, local: IpAddr) -> bool {
        let name = address::without_port(host);
        if name.eq_ignore_ascii_case("localhost")
            || name.to_ascii_lowercase().ends_with(".localhost")
        {
            return true;
        }
        if let Some(ip) = address::ip(host) {
            return ip.is_loopback() || ip == local.to_canonical();
        }
        self.public_host.as_deref().is_some_and(|public| public.eq_ignore_ascii_case(name))
    }
}

fn has_token(head: &Parts, token: &str) -> bool {
    bearer(&head.headers)
        .is_some_and(|sent| verify_slices_are_equal(sent.as_bytes(), token.as_bytes()).is_ok())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const LOCAL: &str = "192.0.2.7";

    fn checked(guard: &ControlGuard, headers: &[(&str, &str)]) -> Result<(), AccessDenied> {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        guard.check_call(&head, "http://localhost:6480", LOCAL.parse().unwrap(), |origin| {
            origin == "http://localhost:3000"
        })
    }

    fn without_token() -> ControlGuard {
        ControlGuard::new(Some(&"https://idx.example.com".parse().unwrap()), None)
    }

    #[test]
    fn unknown_host_is_denied() {
        for host in [
            "localhost",
            "localhost:6480",
            "LOCALHOST:1",
            "org-2.localhost:6480",
            "127.0.0.1:6480",
            "127.9.9.9",
            "[::1]:6480",
            "192.0.2.7:6480",
            "idx.example.com",
            "IDX.example.com:443",
        ] {
            assert_eq!(checked(&without_token(), &[("host", host)]), Ok(()), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "192.0.2.8",
            "notlocalhost",
            "idx.example.com.evil",
            "a b",
        ] {
            assert!(
                matches!(checked(&without_token(), &[("host", host)]), Err(AccessDenied::Host(_))),
                "{host}"
            );
        }
        assert!(matches!(checked(&without_token(), &[]), Err(AccessDenied::Host(_))));
    }

    #[test]
    fn untrusted_origin_is_denied() {
        for origin in ["http://localhost:6480", "http://localhost:3000"] {
            assert_eq!(
                checked(&without_token(), &[("host", "localhost"), ("origin", origin)]),
                Ok(()),
                "{origin}"
            );
        }
        for origin in ["null", "https://evil.example", "http://localhost:3001", ""] {
            let verdict = checked(&without_token(), &[("host", "localhost"), ("origin", origin)]);
            assert!(matches!(verdict, Err(AccessDenied::Origin(_))), "{origin}");
        }
    }

    #[test]
    fn missing_token_is_denied() {
        let guard = ControlGuard::new(None, Some("secret".to_owned()));
        assert_eq!(checked(&guard, &[("host", "localhost")]), Err(AccessDenied::Token));
        assert_eq!(
            checked(&guard, &[("host", "localhost"), ("authorization", "Bearer wrong")]),
            Err(AccessDenied::Token)
        );
        assert_eq!(
            checked(&guard, &[("host", "localhost"), ("authorization", "Bearer secret")]),
            Ok(())
        );
    }
}
