//! The addresses of an org, as its responses use them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use http::header::HOST;
use http::{HeaderMap, Uri};

/// The origin under which users reach the server, if it is not the listen address: scheme and host, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

/// The text is not a public URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid public URL {text:?}; write only a scheme and a host, such as https://idx.example.com:8443"
)]
pub struct PublicUrlError {
    text: String,
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || PublicUrlError { text: text.to_owned() };
        let uri: Uri = text.parse().map_err(|_| error())?;
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
    /// Scheme, host and the port if the URL has one.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the URL has a port.
    pub fn has_port(&self) -> bool {
        without_port(self.authority()) != self.authority()
    }

    /// Whether only this machine can reach the URL.
    pub(crate) fn is_loopback(&self) -> bool {
        let authority = self.authority();
        match ip(authority) {
            Some(ip) => ip.is_loopback(),
            None => is_loopback_name(without_port(authority)),
        }
    }

    /// The host without its port.
    pub(crate) fn host(&self) -> &str {
        without_port(self.authority())
    }

    /// The host as a certificate names it: in lower case, and an IPv6 address without brackets.
    pub fn certificate_name(&self) -> String {
        self.host().trim_matches(['[', ']']).to_ascii_lowercase()
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
    /// The origin to print.
    pub(crate) base_url: String,
    /// Every response uses `base_url`, whatever origin the client called.
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

    /// The address of an org that is reachable by name on another org's port.
    pub(crate) fn named(scheme: &'static str, host: &str, port: u16) -> Self {
        Self { base_url: format!("{scheme}://{host}:{port}"), is_public: false, scheme }
    }

    /// Whether an issuer at this origin can be the org that a client calls at `base`: it is the called origin, the printed one, or another loopback
    /// name with the same port, since clients mix `localhost` and `127.0.0.1`.
    pub(crate) fn has_origin(&self, origin: &str, base: &str) -> bool {
        origin == base
            || origin == self.base_url
            || loopback_port(origin).is_some_and(|port| loopback_port(base) == Some(port))
    }

    /// The origin for the response to a request: the origin that the client called, unless a public URL is configured.
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

/// The part of an origin behind its name, if the name is loopback: the port with its colon.
fn loopback_port(origin: &str) -> Option<&str> {
    let (_, host) = origin.split_once("://")?;
    let name = without_port(host);
    let is_loopback = ip(host).map_or_else(|| is_loopback_name(name), |ip| ip.is_loopback());
    is_loopback.then(|| &host[name.len()..])
}

/// The Host header, if it is a plain name or IP address with or without a port.
pub(crate) fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let is_plain = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']')
    };
    (!host.is_empty() && host.bytes().all(is_plain)).then_some(host)
}

/// A host without its port. The brackets of an IPv6 address are kept.
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

/// `localhost` and the names below it, which resolve to this machine.
pub(crate) fn is_loopback_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// The IP address of a host, if it is not a name.
pub(crate) fn ip(host: &str) -> Option<IpAddr> {
    without_port(host).trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// The text is not a listen address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid listen address {text:?}; write an IP address and a port, such as 127.0.0.1:6480 or [::1]:6480, or port 0 for a free port"
)]
pub struct ListenAddressError {
    text: String,
}

/// Parses a listen address: an IP address and a port, or `localhost` and a port.
pub fn parse_listen(text: &str) -> Result<SocketAddr, ListenAddressError> {
    let address = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    address.parse().map_err(|_| ListenAddressError { text: text.to_owned() })
}

/// The loopback address of the other IP version, since `localhost` may resolve to either.
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
    fn response_uses_the_origin_that_the_client_called() {
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
    fn issuer_is_the_orgs_under_every_loopback_name() {
        let address = Address::new("http", "0.0.0.0:6480".parse().unwrap(), None);
        let called = "http://127.0.0.1:6480";
        for own in [called, "http://localhost:6480", "http://[::1]:6480"] {
            assert!(address.has_origin(own, called), "{own}");
        }
        // The printed origin, from a container that calls another name.
        assert!(address.has_origin("http://localhost:6480", "http://idxlab:6480"));
        for foreign in [
            "http://127.0.0.1:6481",
            "http://localhost",
            "http://idx.example:6480",
            "http://localhost.example:6480",
            "",
        ] {
            assert!(!address.has_origin(foreign, called), "{foreign}");
        }
    }

    #[test]
    fn response_uses_the_public_url_if_configured() {
        let public: PublicUrl = "https://idx.example.com/".parse().unwrap();
        let address = Address::new("https", "0.0.0.0:6480".parse().unwrap(), Some(&public));
        assert_eq!(address.base_for(&headers("localhost:6480")), "https://idx.example.com");
        assert_eq!(
            Address::new("https", "0.0.0.0:6480".parse().unwrap(), None).base_url,
            "https://localhost:6480"
        );
    }

    #[test]
    fn invalid_public_url_is_refused() {
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
    fn port_is_removed_from_host() {
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
    fn listen_address_is_an_ip_address_or_localhost() {
        assert_eq!(parse_listen("localhost:0"), Ok("127.0.0.1:0".parse().unwrap()));
        assert_eq!(parse_listen("[::1]:6480"), Ok("[::1]:6480".parse().unwrap()));
        assert!(parse_listen("6480").unwrap_err().to_string().contains("127.0.0.1:6480"));
    }
}
