//! Replaces the server's address with the proxy's in responses, and the proxy's with the server's in requests.
//!
//! Signed tokens keep the address that the server signed, because their text is encoded.

use std::borrow::Cow;

use http::HeaderValue;
use http::header::{ACCEPT_ENCODING, HOST, HeaderName, ORIGIN, REFERER};

use idx_judge::http_message::{Headers, HttpAnswer};

/// The proxy's and the server's origins.
#[derive(Debug, Clone)]
pub(crate) struct Translation {
    proxy: String,
    /// Each spelling of the server's origin, with the proxy's origin in the same spelling.
    spellings: Vec<(String, String)>,
    server: String,
}

/// How `://` and `:` are written in plain text and JSON, in JSON with escaped slashes, in a query, and in a script of a page.
const SPELLINGS: [(&str, &str); 5] = [
    ("://", ":"),
    (":\\/\\/", ":"),
    ("%3A%2F%2F", "%3A"),
    ("%3a%2f%2f", "%3a"),
    ("\\x3A\\x2F\\x2F", "\\x3A"),
];

impl Translation {
    pub(crate) fn new(proxy: &str, server: &str) -> Self {
        let spelled = |origin: &str, (slashes, colon): (&str, &str)| {
            let (scheme, authority) = origin.split_once("://").unwrap_or(("http", origin));
            format!("{scheme}{slashes}{}", authority.replace(':', colon))
        };
        let spellings = SPELLINGS.map(|way| (spelled(server, way), spelled(proxy, way))).to_vec();
        Self { proxy: proxy.to_owned(), spellings, server: server.to_owned() }
    }

    /// A header on its way to the server; `None` if the server must not get it.
    pub(crate) fn header(&self, name: &HeaderName, value: &HeaderValue) -> Option<HeaderValue> {
        // The HTTP client writes the server's own host. A compressed response could be neither judged nor translated.
        if name == HOST || name == ACCEPT_ENCODING {
            return None;
        }
        if name != ORIGIN && name != REFERER {
            return Some(value.clone());
        }
        let text = value.to_str().ok().map(|text| replaced(text, &self.proxy, &self.server));
        text.and_then(|text| HeaderValue::from_str(&text).ok()).or_else(|| Some(value.clone()))
    }

    /// A response on its way to the client.
    pub(crate) fn answer(&self, answer: HttpAnswer) -> HttpAnswer {
        let body = match std::str::from_utf8(&answer.body) {
            Ok(text) => match self.to_client(text) {
                Cow::Borrowed(_) => answer.body,
                Cow::Owned(text) => text.into(),
            },
            Err(_) => answer.body,
        };
        let headers: Headers = answer
            .headers
            .into_iter()
            .map(|(name, value)| {
                let value = match name.as_str() {
                    "content-length" => body.len().to_string(),
                    "set-cookie" => self.cookie(&value),
                    _ => self.to_client(&value).into_owned(),
                };
                (name, value)
            })
            .collect();
        HttpAnswer { status: answer.status, headers, body }
    }

    fn to_client<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.spellings.iter().fold(Cow::Borrowed(text), |text, (server, proxy)| {
            match replaced(&text, server, proxy) {
                Cow::Borrowed(_) => text,
                Cow::Owned(changed) => Cow::Owned(changed),
            }
        })
    }

    /// Removes `Domain`, and `Secure` if the proxy uses plain HTTP, because the client would otherwise reject the cookie.
    fn cookie(&self, cookie: &str) -> String {
        let is_plain = self.proxy.starts_with("http:");
        let keeps = |part: &&str| {
            let name = part.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
            name != "domain" && !(is_plain && name == "secure")
        };
        cookie.split(';').filter(keeps).collect::<Vec<_>>().join(";")
    }
}

/// Replaces every `origin` in a text with `other`, unless it is only the beginning of a longer origin.
fn replaced<'t>(text: &'t str, origin: &str, other: &str) -> Cow<'t, str> {
    if !text.contains(origin) {
        return Cow::Borrowed(text);
    }
    let mut changed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(origin) {
        let after = &rest[at + origin.len()..];
        changed.push_str(&rest[..at]);
        changed.push_str(if continues_origin(after) { origin } else { other });
        rest = after;
    }
    changed.push_str(rest);
    Cow::Owned(changed)
}

/// Whether `after` continues a host or port.
fn continues_origin(after: &str) -> bool {
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let begins_word = |text: &str| text.starts_with(is_word);
    let is_port = |colon: &str| {
        after.strip_prefix(colon).is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit()))
    };
    begins_word(after)
        || after.starts_with('@')
        || after.strip_prefix(['.', '-']).is_some_and(begins_word)
        || [":", "%3A", "%3a", "\\x3A"].into_iter().any(is_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translation() -> Translation {
        Translation::new("http://127.0.0.1:4711", "https://org.okta.com")
    }

    #[test]
    fn server_origin_is_replaced_in_every_spelling() {
        for (from, to) in [
            (r#"{"href":"https://org.okta.com/idp"}"#, r#"{"href":"http://127.0.0.1:4711/idp"}"#),
            (r#""https:\/\/org.okta.com\/idp""#, r#""http:\/\/127.0.0.1:4711\/idp""#),
            ("?to=https%3A%2F%2Forg.okta.com%2Fa", "?to=http%3A%2F%2F127.0.0.1%3A4711%2Fa"),
            (r"'https\x3A\x2F\x2Forg.okta.com\x2Fa'", r"'http\x3A\x2F\x2F127.0.0.1\x3A4711\x2Fa'"),
            ("See https://org.okta.com.", "See http://127.0.0.1:4711."),
            (
                "https://org.okta.com https://org.okta.com",
                "http://127.0.0.1:4711 http://127.0.0.1:4711",
            ),
        ] {
            assert_eq!(translation().to_client(from), to);
        }
    }

    #[test]
    fn other_origins_are_not_replaced() {
        for other in [
            "https://org.okta.com.evil.example/",
            "https://org.okta.community/",
            "https://org.okta.com:8443/",
            "https%3A%2F%2Forg.okta.com%3A8443",
            "https://org.okta.com-a.example",
            "https://org.okta.com@evil.example",
            "http://org.okta.com/",
            "https://other.okta.com/",
            "org.okta.com",
        ] {
            assert_eq!(translation().to_client(other), other);
        }
    }

    #[test]
    fn request_headers_name_the_server() {
        let sent = |name: HeaderName, value: &str| {
            let value = HeaderValue::from_str(value).unwrap();
            translation().header(&name, &value).map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(sent(HOST, "127.0.0.1:4711"), None);
        assert_eq!(sent(ACCEPT_ENCODING, "gzip"), None);
        assert_eq!(sent(ORIGIN, "http://127.0.0.1:4711").unwrap(), "https://org.okta.com");
        assert_eq!(sent(REFERER, "http://127.0.0.1:4711/a").unwrap(), "https://org.okta.com/a");
        assert_eq!(sent(ORIGIN, "http://localhost:3000").unwrap(), "http://localhost:3000");
        assert_eq!(sent(http::header::ACCEPT, "a/b").unwrap(), "a/b");
    }

    #[test]
    fn response_headers_and_length_match_translated_body() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let answer = HttpAnswer {
            status: 302,
            headers: vec![
                header("location", "https://org.okta.com/a?b"),
                header("set-cookie", "sid=1; Path=/; Domain=org.okta.com; Secure; HttpOnly"),
                header("content-length", "20"),
            ],
            body: "https://org.okta.com".into(),
        };
        let translated = translation().answer(answer);
        assert_eq!(translated.header("location"), Some("http://127.0.0.1:4711/a?b"));
        assert_eq!(translated.header("set-cookie"), Some("sid=1; Path=/; HttpOnly"));
        assert_eq!(translated.header("content-length"), Some("21"));
        assert_eq!(translated.body.as_ref(), b"http://127.0.0.1:4711");
        let binary = HttpAnswer { status: 200, headers: vec![], body: vec![0xff, 0xfe].into() };
        assert_eq!(translation().answer(binary.clone()), binary);
    }
}
