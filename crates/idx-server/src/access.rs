//! The access check of the control API and the web page. A page of another origin, or a DNS name that resolves to this machine, must not read an
//! org's secrets or reset the org.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use http::header::{HeaderName, ORIGIN};
use http::request::Parts;
use url::{Origin, Url};

use crate::address::{self, PublicUrl};
use crate::parameters::bearer;

/// How the page that caused a request relates to this server; every current browser sends it.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// What the browser does with the response, such as `document` or `image`.
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Decides which requests may use a server's control API.
#[derive(Debug, Clone, Default)]
pub(crate) struct ControlGuard {
    public_host: Option<String>,
    /// Every call requires it.
    token: Option<String>,
    /// The origins of other pages that can use the control API.
    origins: Vec<ControlOrigin>,
}

/// The origin of a page that can use the control API, as browsers write it: `http://localhost:3000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlOrigin(String);

/// The text is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid origin {text:?}; write only a scheme, a host and a port, such as http://localhost:3000"
)]
pub struct ControlOriginError {
    text: String,
}

impl FromStr for ControlOrigin {
    type Err = ControlOriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ControlOriginError { text: text.to_owned() };
        let url = Url::parse(text).map_err(|_| error())?;
        let origin = url.origin();
        let is_bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && !text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
        match origin {
            Origin::Tuple(..) if is_bare => Ok(Self(origin.ascii_serialization())),
            _ => Err(error()),
        }
    }
}

impl fmt::Display for ControlOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why access was denied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AccessDenied {
    #[error(
        "the control API refuses the Host {0:?}; use localhost, the listen address, or the host of --public-url"
    )]
    Host(String),
    #[error(
        "the control API refuses the Origin {0:?}; start the server with --control-origin {0} to allow it"
    )]
    Origin(String),
    #[error(
        "the control API refuses requests that a page of another origin caused; open the address directly, or allow the page's origin with --control-origin"
    )]
    OtherPage,
    #[error(
        "the control API requires \"Authorization: Bearer TOKEN\"; use the configured token, or the token printed at startup"
    )]
    Token,
}

impl ControlGuard {
    pub(crate) fn new(
        public: Option<&PublicUrl>,
        token: Option<String>,
        origins: Vec<ControlOrigin>,
    ) -> Self {
        Self { public_host: public.map(|url| url.host().to_owned()), token, origins }
    }

    /// The required token, if any.
    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Whether a page of this origin, other than the server's own page, can use the control API.
    pub(crate) fn trusts(&self, origin: &str) -> bool {
        self.origins.iter().any(|trusted| trusted.0 == origin)
    }

    /// Checks a call of the API. `base` is the origin in the request's URL, `local` the address of this machine that accepted the connection.
    pub(crate) fn check_call(
        &self,
        head: &Parts,
        base: &str,
        local: IpAddr,
    ) -> Result<(), AccessDenied> {
        self.check(head, base, local)?;
        // Another port of this machine is the same site. Such a page cannot read the response, but it could measure its time.
        self.check_site(head, &["none", "same-origin"])?;
        match &self.token {
            Some(token) if !has_token(head, token) => Err(AccessDenied::Token),
            _ => Ok(()),
        }
    }

    /// Checks a request for the web page. A browser cannot send a token when it opens an address, so the page prompts for the token and sends
    /// it with its own calls. A page of the same site can link to it.
    pub(crate) fn check_page(
        &self,
        head: &Parts,
        base: &str,
        local: IpAddr,
    ) -> Result<(), AccessDenied> {
        self.check(head, base, local)?;
        let is_document = head.headers.get(FETCH_DEST).is_none_or(|dest| dest == "document");
        match is_document {
            true => self.check_site(head, &["none", "same-origin", "same-site"]),
            false => self.check_site(head, &["none", "same-origin"]),
        }
    }

    fn check(&self, head: &Parts, base: &str, local: IpAddr) -> Result<(), AccessDenied> {
        let host = address::host(&head.headers).unwrap_or_default();
        if !self.is_known_host(host, local) {
            return Err(AccessDenied::Host(host.to_owned()));
        }
        for origin in head.headers.get_all(ORIGIN) {
            let origin = origin.to_str().unwrap_or_default();
            if !is_own(origin, base, host) && !self.trusts(origin) {
                return Err(AccessDenied::Origin(origin.to_owned()));
            }
        }
        Ok(())
    }

    /// A browser sends no `Origin` with a plain GET, such as that of an image or a link.
    fn check_site(&self, head: &Parts, allowed: &[&str]) -> Result<(), AccessDenied> {
        if head.headers.contains_key(ORIGIN) {
            return Ok(());
        }
        let mut sites = head.headers.get_all(FETCH_SITE).iter();
        if sites.all(|site| allowed.iter().any(|allowed| site == allowed)) {
            Ok(())
        } else {
            Err(AccessDenied::OtherPage)
        }
    }

    fn is_known_host(&self, host: &str, local: IpAddr) -> bool {
        let name = address::without_port(host);
        if address::is_loopback_name(name) {
            return true;
        }
        if let Some(ip) = address::ip(host) {
            return ip.is_loopback() || ip == local.to_canonical();
        }
        self.public_host.as_deref().is_some_and(|public| public.eq_ignore_ascii_case(name))
    }
}

/// Whether it is the origin of this server's own page: under the public URL, or under the address that the client called.
fn is_own(origin: &str, base: &str, host: &str) -> bool {
    let called = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    origin.eq_ignore_ascii_case(base)
        || called.is_some_and(|called| called.eq_ignore_ascii_case(host))
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
        guard.check_call(&head, "http://localhost:6480", LOCAL.parse().unwrap())
    }

    fn without_token() -> ControlGuard {
        ControlGuard::new(
            Some(&"https://idx.example.com".parse().unwrap()),
            None,
            vec!["http://localhost:3000/".parse().unwrap()],
        )
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
    fn request_of_another_page_is_denied() {
        for (site, verdict) in [
            ("none", Ok(())),
            ("same-origin", Ok(())),
            ("same-site", Err(AccessDenied::OtherPage)),
            ("cross-site", Err(AccessDenied::OtherPage)),
        ] {
            let headers = [("host", "localhost"), ("sec-fetch-site", site)];
            assert_eq!(checked(&without_token(), &headers), verdict, "{site}");
        }
        let trusted = [
            ("host", "localhost"),
            ("origin", "http://localhost:3000"),
            ("sec-fetch-site", "same-site"),
        ];
        assert_eq!(checked(&without_token(), &trusted), Ok(()));
    }

    #[test]
    fn origin_with_a_path_is_refused() {
        for text in
            ["http://localhost:3000/a", "localhost:3000", "null", "*", "http://a@b", "file:///", ""]
        {
            assert!(text.parse::<ControlOrigin>().is_err(), "{text}");
        }
        let origin: ControlOrigin = "HTTPS://App.Example:443".parse().unwrap();
        assert_eq!(origin.to_string(), "https://app.example");
    }

    #[test]
    fn missing_token_is_denied() {
        let guard = ControlGuard::new(None, Some("secret".to_owned()), Vec::new());
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
