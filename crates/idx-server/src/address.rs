//! Where an org is found: the addresses that answers name.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use http::header::HOST;
use http::{HeaderMap, Uri};

/// The address under which people reach the server when it is not the one it listens on: scheme and host, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

/// A public address that cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{given:?} is no origin; write scheme and host and nothing behind them, as in https://idx.example.com:8443"
)]
pub struct PublicUrlError {
    given: String,
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        let error = || PublicUrlError { given: given.to_owned() };
        let uri: Uri = given.parse().map_err(|_| error())?;
        let authority = uri
            .authority()
            .filter(|authority| !authority.as_str().contains('@'))
            .ok_or_else(error)?;
        match uri.scheme_str() {
            Some(scheme @ ("http" | "https")) if uri.path() == "/" && uri.query().is_none() => {
                Ok(Self(format!("{scheme}://{authority}")))
            }
            _ => Err(error()),
        }
    }
}

impl PublicUrl {
    /// Scheme, host and, where it was given, port.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the port was given.
    pub fn has_port(&self) -> bool {
        without_port(self.authority()) != self.authority()
    }

    /// The host without its port.
    pub(crate) fn host(&self) -> &str {
        without_port(self.authority())
    }

    fn authority(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, authority)| authority)
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The addresses of an org.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// The origin that is printed.
    pub(crate) base_url: String,
    /// True where every answer names `base_url`, whatever the client called.
    is_public: bool,
    scheme: &'static str,
}

impl Address {
    /// The address of an org that listens at `socket`, by `http` or `https`.
    pub(crate) fn new(
        scheme: &'static str,
        socket: SocketAddr,
        public: Option<&PublicUrl>,
    ) -> Self {
        match public {
            Some(PublicUrl(base_url)) => {
                Self { base_url: base_url.clone(), is_public: true, scheme }
            }
            None if socket.ip().is_unspecified() => Self::named(scheme, "localhost", socket.port()),
            None => Self { base_url: format!("{scheme}://{socket}"), is_public: false, scheme },
        }
    }

    /// The address of an org that is reached by name on another org's port.
    pub(crate) fn named(scheme: &'static str, host: &str, port: u16) -> Self {
        Self { base_url: format!("{scheme}://{host}:{port}"), is_public: false, scheme }
    }

    /// The origin that an answer to this request names: what the client called, unless a public address was given.
    pub(crate) fn base_for(&self, headers: &HeaderMap) -> String {
        if self.is_public {
            return self.base_url.clone();
        }
        match host(headers) {
            Some(host) => {
                let mut base = String::with_capacity(self.scheme.len() + 3 + host.len());
                base.push_str(self.scheme);
                base.push_str("://");
                base.push_str(host);
                base
            }
            None => self.base_url.clone(),
        }
    }
}

/// The Host header, where it is a plain name or number with or without a port.
pub(crate) fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let is_plain = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']')
    };
    (!host.is_empty() && host.bytes().all(is_plain)).then_some(host)
}

/// A host without its port; brackets around an IPv6 address stay.
pub(crate) fn without_port(host: &str) -> &str {
    match host.rfind(':') {
        Some(colon)
            if !host[colon..].contains(']')
                && (host.starts_with('[') || host.matches(':').count() == 1) =>
        {
            &host[..colon]
        }
        _ => host,
    }
}

/// The address of a host that is a number.
pub(crate) fn ip(host: &str) -> Option<IpAddr> {
    without_port(host).trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Where to listen: an address and a port, or `localhost` and a port.
pub fn parse_listen(given: &str) -> Result<SocketAddr, String> {
    let numbers = match given.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => given.to_owned(),
    };
    numbers.parse().map_err(|_| {
        format!("{given:?} is no address to listen on; write a number and a port, as in 127.0.0.1:6480 or [::1]:6480, port 0 for a free one")
    })
}

/// The loopback address of the other family: `localhost` may be either.
pub(crate) fn twin(socket: SocketAddr) -> Option<SocketAddr> {
    match socket.ip() {
        IpAddr::V4(Ipv4Addr::LOCALHOST) => Some((Ipv6Addr::LOCALHOST, socket.port()).into()),
        IpAddr::V6(Ipv6Addr::LOCALHOST) => Some((Ipv4Addr::LOCALHOST, socket.port()).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &str) -> HeaderMap {
        HeaderMap::from_iter([(HOST, host.parse().unwrap())])
    }

    #[test]
    fn answers_name_what_the_client_called() {
        let address = Address::new("http", "127.0.0.1:6480".parse().unwrap(), None);
        assert_eq!(address.base_url, "http://127.0.0.1:6480");
        assert_eq!(address.base_for(&headers("localhost:6480")), "http://localhost:6480");
        assert_eq!(address.base_for(&headers("[::1]:6480")), "http://[::1]:6480");
        for odd in ["", "a b", "a/b", "a@b", "\"<script>\""] {
            assert_eq!(address.base_for(&headers(odd)), "http://127.0.0.1:6480", "{odd}");
        }
        assert_eq!(address.base_for(&HeaderMap::new()), "http://127.0.0.1:6480");
    }

    #[test]
    fn a_public_address_is_named_whatever_the_client_called() {
        let public: PublicUrl = "https://idx.example.com/".parse().unwrap();
        let address = Address::new("https", "0.0.0.0:6480".parse().unwrap(), Some(&public));
        assert_eq!(address.base_for(&headers("localhost:6480")), "https://idx.example.com");
        assert_eq!(
            Address::new("https", "0.0.0.0:6480".parse().unwrap(), None).base_url,
            "https://localhost:6480"
        );
    }

    #[test]
    fn a_public_address_is_an_origin() {
        for wrong in [
            "idx.example.com",
            "ftp://a",
            "https://a/b",
            "https://a?b",
            "https://u@a",
            "",
            "https://",
        ] {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn ports_are_cut_off() {
        for (host, bare) in
            [("a:1", "a"), ("a", "a"), ("[::1]:1", "[::1]"), ("[::1]", "[::1]"), ("::1", "::1")]
        {
            assert_eq!(without_port(host), bare);
        }
        assert_eq!(ip("[::1]:80"), Some(Ipv6Addr::LOCALHOST.into()));
        assert_eq!(ip("127.0.0.1:80"), Some(Ipv4Addr::LOCALHOST.into()));
        assert_eq!(ip("localhost"), None);
    }

    #[test]
    fn listening_takes_numbers_and_localhost() {
        assert_eq!(parse_listen("localhost:0"), Ok("127.0.0.1:0".parse().unwrap()));
        assert_eq!(parse_listen("[::1]:6480"), Ok("[::1]:6480".parse().unwrap()));
        assert!(parse_listen("6480").unwrap_err().contains("127.0.0.1:6480"));
    }
}
