//! The parameters of an OAuth call: from the body, the query and the headers.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};
use idx_engine::ClientCredentials;
use percent_encoding::percent_decode_str;

/// The parameters of the body and the query, in that order. Java does not percent-encode its bodies, and Go's `RedeemInteractionCode` puts
/// everything in the query. Splitting at `&` and `=` reads all of them.
#[derive(Debug)]
pub(crate) struct Parameters<'a> {
    all: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// How many of them are in the body.
    in_body: usize,
}

impl<'a> Parameters<'a> {
    pub(crate) fn new(body: &'a [u8], query: Option<&'a str>) -> Self {
        let query = query.unwrap_or_default().as_bytes();
        let mut all: Vec<_> = form_urlencoded::parse(body).collect();
        let in_body = all.len();
        all.extend(form_urlencoded::parse(query));
        Self { all, in_body }
    }

    /// Whether a parameter with a value occurs twice in the body or twice in the query. RFC 6749 3.1 counts a parameter without a value as omitted.
    pub(crate) fn has_repeated(&self) -> bool {
        let (body, query) = self.all.split_at(self.in_body);
        [body, query].into_iter().any(|pairs| {
            let mut names: Vec<&str> = pairs
                .iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, _)| name.as_ref())
                .collect();
            names.sort_unstable();
            names.windows(2).any(|pair| pair[0] == pair[1])
        })
    }

    /// The first value with this name that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_ref())
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// The client's credentials: from the body, or from HTTP Basic.
    pub(crate) fn credentials(&self, headers: &HeaderMap) -> ClientCredentials {
        // okta-idx-java sends the text `null` as the secret of a public client.
        let secret = self.get("client_secret").filter(|secret| *secret != "null");
        let id = self.text("client_id");
        let assertion = self.get("client_assertion").is_some();
        match basic(headers) {
            Basic::Absent => ClientCredentials {
                id,
                secret: secret.map(str::to_owned),
                in_header: false,
                twice: secret.is_some() && assertion,
                assertion,
                unreadable: false,
            },
            Basic::Unreadable => ClientCredentials { unreadable: true, ..Default::default() },
            Basic::Of(of_header, of_header_secret) => ClientCredentials {
                twice: secret.is_some()
                    || assertion
                    || id.is_some() && of_header.is_some() && id != of_header,
                id: of_header,
                secret: of_header_secret,
                in_header: true,
                assertion,
                unreadable: false,
            },
        }
    }
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    after_scheme(headers, "bearer")
}

/// The device cookie, which identifies the browser when it opens the link in an email.
pub(crate) fn device_cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == "DT").map(|(_, value)| value.to_owned())
}

/// The id and secret of an `Authorization: Basic` header. RFC 6749 2.3.1 percent-encodes both before it joins them.
///
/// okta-auth-js sends the id of a public client alone, without the colon. An empty secret counts as no secret.
fn basic(headers: &HeaderMap) -> Basic {
    let Some(encoded) = after_scheme(headers, "basic") else { return Basic::Absent };
    let decoded = STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(decoded) = decoded else { return Basic::Unreadable };
    let (id, secret) = decoded.split_once(':').unwrap_or((&decoded, ""));
    let plain = |text: &str| {
        let text = percent_decode_str(text).decode_utf8_lossy();
        (!text.is_empty()).then(|| text.into_owned())
    };
    Basic::Of(plain(id), plain(secret))
}

/// What the Authorization header has of the scheme Basic.
enum Basic {
    Absent,
    Unreadable,
    /// The client's id and secret.
    Of(Option<String>, Option<String>),
}

fn after_scheme<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (found, rest) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authorization(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn encoded_and_raw_bodies_are_equal() {
        let encoded =
            b"scope=openid+profile%20email&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcb";
        let raw = b"scope=openid profile email&redirect_uri=http://localhost:8080/cb";
        for body in [encoded.as_slice(), raw.as_slice()] {
            let parameters = Parameters::new(body, None);
            assert_eq!(parameters.get("scope"), Some("openid profile email"));
            assert_eq!(parameters.get("redirect_uri"), Some("http://localhost:8080/cb"));
        }
    }

    #[test]
    fn body_takes_precedence_over_query() {
        let parameters = Parameters::new(
            b"client_id=body&empty=",
            Some("client_id=query&grant_type=interaction_code"),
        );
        assert_eq!(parameters.get("client_id"), Some("body"));
        assert_eq!(parameters.get("grant_type"), Some("interaction_code"));
        assert_eq!(parameters.get("empty"), None);
    }

    #[test]
    fn secret_null_counts_as_missing() {
        let credentials = Parameters::new(b"client_id=0oa&client_secret=null", None)
            .credentials(&HeaderMap::new());
        assert_eq!(
            credentials,
            ClientCredentials { id: Some("0oa".to_owned()), ..Default::default() }
        );
    }

    #[test]
    fn basic_header_without_colon_or_secret_names_a_public_client() {
        let expected =
            ClientCredentials { id: Some("0oa".to_owned()), in_header: true, ..Default::default() };
        // `0oa` and `0oa:`.
        for header in ["Basic MG9h", "Basic MG9hOg=="] {
            let read = Parameters::new(b"token=x", None).credentials(&authorization(header));
            assert_eq!(read, expected, "{header}");
        }
        // An empty id is no client.
        let read = Parameters::new(b"token=x", None).credentials(&authorization("Basic Og=="));
        assert_eq!(read.id, None);
    }

    #[test]
    fn basic_credentials_are_read_and_double_credentials_are_marked() {
        // 0oa:s%3Acret
        let headers = authorization("Basic MG9hOnMlM0FjcmV0");
        let expected = ClientCredentials {
            id: Some("0oa".to_owned()),
            secret: Some("s:cret".to_owned()),
            in_header: true,
            ..Default::default()
        };
        assert_eq!(Parameters::new(b"client_id=0oa", None).credentials(&headers), expected);
        assert!(
            Parameters::new(b"client_id=0oa&client_secret=x", None).credentials(&headers).twice
        );
        let unreadable =
            Parameters::new(b"client_id=0oa", None).credentials(&authorization("Basic ???"));
        assert_eq!(unreadable, ClientCredentials { unreadable: true, ..Default::default() });
    }

    #[test]
    fn second_authentication_method_is_marked() {
        let headers = authorization("Basic MG9hOnMlM0FjcmV0");
        for body in ["client_secret=x", "client_assertion=x", "client_id=0ob"] {
            assert!(Parameters::new(body.as_bytes(), None).credentials(&headers).twice, "{body}");
        }
        let body = b"client_id=0oa&client_secret=x&client_assertion=x";
        assert!(Parameters::new(body, None).credentials(&HeaderMap::new()).twice);
    }

    #[test]
    fn parameter_repeated_in_one_location_is_found() {
        let repeats = |body: &str, query| Parameters::new(body.as_bytes(), query).has_repeated();
        assert!(repeats("scope=a&state=b&scope=a", None));
        assert!(repeats("", Some("state=a&state=b")));
        assert!(!repeats("scope=a&state=b", Some("scope=a")));
        assert!(!repeats("scope=&scope=a&scope=", None));
    }

    #[test]
    fn device_cookie_is_found_among_others() {
        let cookies = |value: &str| HeaderMap::from_iter([(COOKIE, value.parse().unwrap())]);
        assert_eq!(device_cookie(&cookies("a=b; DT=xyz; c=d")).as_deref(), Some("xyz"));
        assert_eq!(device_cookie(&cookies("XDT=xyz")), None);
        assert_eq!(device_cookie(&HeaderMap::new()), None);
    }

    #[test]
    fn bearer_scheme_is_case_insensitive() {
        assert_eq!(bearer(&authorization("bearer abc")), Some("abc"));
        assert_eq!(bearer(&authorization("Basic abc")), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
