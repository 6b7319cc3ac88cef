//! Keeps strangers out of the control API and the page: a web page, or a name that somebody points at this machine, must not reset a
//! developer's org.

use std::net::IpAddr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use http::header::ORIGIN;
use http::request::Parts;

use crate::address::{self, PublicUrl};
use crate::parameters::bearer;

/// Who may use the control API of a server.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    public_host: Option<String>,
    /// Asked for where the server is bound beyond loopback.
    token: Option<String>,
}

/// Why a request is turned away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stranger {
    #[error(
        "the control API does not answer to the host {0:?}; use localhost, the address it listens on, or the host of --public-url"
    )]
    Host(String),
    #[error(
        "the control API does not answer to pages of {0:?}; list it under trustedOrigins in the org document"
    )]
    Origin(String),
    #[error(
        "the server is bound beyond loopback, so the control API asks for \"Authorization: Bearer TOKEN\" with the token of --control-token, or the one that was printed at start"
    )]
    Token,
}

impl Door {
    pub(crate) fn new(public: Option<&PublicUrl>, token: Option<String>) -> Self {
        Self { public_host: public.map(|url| url.host().to_owned()), token }
    }

    /// What is asked for, where it is.
    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Who may use the API. `base` is the origin that the client called, `local` the address of this machine that it reached.
    pub(crate) fn admit(
        &self,
        head: &Parts,
        base: &str,
        local: IpAddr,
        trusts: impl FnOnce(&str) -> bool,
    ) -> Result<(), Stranger> {
        self.admit_to_page(head, base, local, trusts)?;
        match &self.token {
            Some(token) if !presents(head, token) => Err(Stranger::Token),
            _ => Ok(()),
        }
    }

    /// Who may see the page. A browser that opens an address cannot send a token; the page asks for it and sends it with what it asks.
    pub(crate) fn admit_to_page(
        &self,
        head: &Parts,
        base: &str,
        local: IpAddr,
        trusts: impl FnOnce(&str) -> bool,
    ) -> Result<(), Stranger> {
        let host = address::host(&head.headers).unwrap_or_default();
        if !self.knows_host(host, local) {
            return Err(Stranger::Host(host.to_owned()));
        }
        if let Some(origin) = head.headers.get(ORIGIN) {
            let origin = origin.to_str().unwrap_or_default();
            if origin != base && !trusts(origin) {
                return Err(Stranger::Origin(origin.to_owned()));
            }
        }
        Ok(())
    }

    fn knows_host(&self, host: &str, local: IpAddr) -> bool {
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

fn presents(head: &Parts, token: &str) -> bool {
    bearer(&head.headers)
        .is_some_and(|given| verify_slices_are_equal(given.as_bytes(), token.as_bytes()).is_ok())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const LOCAL: &str = "192.0.2.7";

    fn admitted(door: &Door, headers: &[(&str, &str)]) -> Result<(), Stranger> {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        door.admit(&head, "http://localhost:6480", LOCAL.parse().unwrap(), |origin| {
            origin == "http://localhost:3000"
        })
    }

    fn open() -> Door {
        Door::new(Some(&"https://idx.example.com".parse().unwrap()), None)
    }

    #[test]
    fn hosts_of_this_machine_are_known_and_no_others() {
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
            assert_eq!(admitted(&open(), &[("host", host)]), Ok(()), "{host}");
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
                matches!(admitted(&open(), &[("host", host)]), Err(Stranger::Host(_))),
                "{host}"
            );
        }
        assert!(matches!(admitted(&open(), &[]), Err(Stranger::Host(_))));
    }

    #[test]
    fn origins_are_absent_its_own_or_trusted() {
        for origin in ["http://localhost:6480", "http://localhost:3000"] {
            assert_eq!(
                admitted(&open(), &[("host", "localhost"), ("origin", origin)]),
                Ok(()),
                "{origin}"
            );
        }
        for origin in ["null", "https://evil.example", "http://localhost:3001", ""] {
            let verdict = admitted(&open(), &[("host", "localhost"), ("origin", origin)]);
            assert!(matches!(verdict, Err(Stranger::Origin(_))), "{origin}");
        }
    }

    #[test]
    fn beyond_loopback_a_token_is_asked_for() {
        let door = Door::new(None, Some("secret".to_owned()));
        assert_eq!(admitted(&door, &[("host", "localhost")]), Err(Stranger::Token));
        assert_eq!(
            admitted(&door, &[("host", "localhost"), ("authorization", "Bearer wrong")]),
            Err(Stranger::Token)
        );
        assert_eq!(
            admitted(&door, &[("host", "localhost"), ("authorization", "Bearer secret")]),
            Ok(())
        );
    }
}
