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
pub(crate) struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    pub(crate) fn new(body: &'a [u8], query: Option<&'a str>) -> Self {
        let query = query.unwrap_or_default().as_bytes();
        Self(form_urlencoded::parse(body).chain(form_urlencoded::parse(query)).collect())
    }

    /// The first value with this name that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
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
        match basic(headers) {
            Some((id, header_secret)) => {
                ClientCredentials { id: Some(id), secret: header_secret, twice: secret.is_some() }
            }
            None => ClientCredentials {
                id: self.text("client_id"),
                secret: secret.map(str::to_owned),
                twice: false,
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
fn basic(headers: &HeaderMap) -> Option<(String, Option<String>)> {
    let decoded = String::from_utf8(STANDARD.decode(after_scheme(headers, "basic")?).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':').unwrap_or((&decoded, ""));
    let plain = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let secret = (!secret.is_empty()).then(|| plain(secret));
    (!id.is_empty()).then(|| (plain(id), secret))
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
            ClientCredentials { id: Some("0oa".to_owned()), secret: None, twice: false }
        );
    }

    #[test]
    fn basic_header_without_colon_or_secret_names_a_public_client() {
        let expected = ClientCredentials { id: Some("0oa".to_owned()), secret: None, twice: false };
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
            twice: false,
        };
        assert_eq!(Parameters::new(b"client_id=0oa", None).credentials(&headers), expected);
        assert!(
            Parameters::new(b"client_id=0oa&client_secret=x", None).credentials(&headers).twice
        );
        assert_eq!(
            Parameters::new(b"client_id=0oa", None).credentials(&authorization("Basic ???")).secret,
            None
        );
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
