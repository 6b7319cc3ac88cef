//! URL patterns with `*`, so that a team's app works with the presets unchanged. URLs are parsed before they are compared: as text,
//! `http://localhost:*` would also match `http://localhost:1@evil.example/`.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use url::Url;

/// The schemes whose URLs run code or contain a document. A browser must never be sent to one.
const UNSAFE_SCHEMES: [&str; 7] =
    ["javascript", "data", "vbscript", "blob", "about", "file", "filesystem"];

/// A redirect URI or an origin. `*` matches any port, any characters of one label of the host, and any characters of a path; a leading `*.`
/// matches any subdomain. An entry that ends with the port `*` matches any path. Okta's own entries have no `*`: they match exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("pattern" = ":"))]
pub struct Wildcard {
    text: String,
    /// `None` if the text has no `*`.
    #[serde(skip)]
    #[schemars(skip)]
    parts: Option<UrlParts>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct UrlParts {
    scheme: String,
    /// `None` for `com.example:/callback`.
    authority: Option<Authority>,
    path: String,
    query: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Authority {
    host: String,
    /// As in the text, so `None` means the scheme's default port.
    port: Option<String>,
}

impl Wildcard {
    /// The text in the document.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it matches `text`. A URL with a user name, a fragment or a control character never matches.
    pub fn matches(&self, text: &str) -> bool {
        let Some(url) = parse(text) else { return false };
        match &self.parts {
            Some(parts) => parts.matches(&url),
            None => self.text == text,
        }
    }

    /// Whether it can match an origin, which has no path and no query.
    pub(crate) fn can_match_an_origin(&self) -> bool {
        let text = self.text.as_str();
        let after_scheme = text.split_once("://").map(|(_, rest)| rest);
        // `http://localhost/*` matches the empty path too.
        after_scheme.is_some_and(|rest| !rest.trim_end_matches("/*").contains(['/', '?']))
    }

    fn parse(text: String) -> Option<Self> {
        if !text.contains('*') {
            return parse(&text).map(|_| Self { text, parts: None });
        }
        let parts = UrlParts::parse(&text)?;
        Some(Self { text, parts: Some(parts) })
    }
}

/// Parses an address to which a browser can be sent. `None` if it is not an absolute URL, or if a browser and this server could read it differently.
pub(crate) fn parse(text: &str) -> Option<Url> {
    // The parser removes tabs and line ends, and reads `\` as `/`.
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return None;
    }
    let url = Url::parse(text).ok()?;
    // The parser also reads `http:host` and `http:///host`.
    let rest = text.get(url.scheme().len()..)?;
    if url.has_host() && rest.strip_prefix("://").is_none_or(|host| host.starts_with('/')) {
        return None;
    }
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
        && !UNSAFE_SCHEMES.contains(&url.scheme());
    is_plain.then_some(url)
}

impl UrlParts {
    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let (authority, rest) = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                let (authority, path) = rest.split_at(end);
                (Some(Authority::parse(authority)?), path)
            }
            None => (None, rest),
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (rest, None),
        };
        let any_port =
            authority.as_ref().is_some_and(|authority| authority.port.as_deref() == Some("*"));
        let path = if rest.is_empty() && any_port { "/*" } else { path };
        let parts =
            Self { scheme: scheme.to_ascii_lowercase(), authority, path: path.to_owned(), query };
        // With a value for each `*`, the pattern must be a URL itself.
        let example = parts.example();
        parse(&example).is_some().then_some(parts)
    }

    fn example(&self) -> String {
        let authority = self.authority.as_ref().map(|Authority { host, port }| {
            let port = port.as_ref().map(|port| format!(":{}", port.replace('*', "1")));
            format!("//{}{}", host.replace('*', "a"), port.unwrap_or_default())
        });
        let query = self.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}:{}{}{query}", self.scheme, authority.unwrap_or_default(), self.path)
    }

    fn matches(&self, url: &Url) -> bool {
        self.scheme == url.scheme()
            && match &self.authority {
                Some(authority) => authority.matches(url),
                None => !url.has_authority(),
            }
            && self.matches_path(url.path())
            && match (&self.query, url.query()) {
                (Some(pattern), Some(query)) => glob(pattern, query),
                (None, Some(_)) => self.path.ends_with('*'),
                (pattern, None) => pattern.is_none(),
            }
    }

    fn matches_path(&self, path: &str) -> bool {
        // The parser writes an empty path of `http` as `/`, but of other schemes as it is.
        let is_empty = |path: &str| path.is_empty() || path == "/";
        is_empty(&self.path) && is_empty(path) || glob(&self.path, path)
    }
}

impl Authority {
    fn parse(text: &str) -> Option<Self> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (text, None),
        };
        let is_port = |port: &str| port == "*" || port.bytes().all(|byte| byte.is_ascii_digit());
        (!host.is_empty() && !host.contains('@') && port.is_none_or(is_port))
            .then(|| Self { host: host.to_ascii_lowercase(), port: port.map(str::to_owned) })
    }

    fn matches(&self, url: &Url) -> bool {
        let port_matches = match &self.port {
            Some(port) if port == "*" => true,
            // The parser drops the default port.
            Some(port) => port.parse().ok() == url.port_or_known_default(),
            None => url.port().is_none(),
        };
        port_matches
            && url.host_str().is_some_and(|host| self.matches_host(&host.to_ascii_lowercase()))
    }

    fn matches_host(&self, host: &str) -> bool {
        if self.host == "*" {
            return true;
        }
        let (pattern, host) = match self.host.strip_prefix("*.") {
            // Any number of labels, at least one.
            Some(parent) => {
                let labels = parent.split('.').count();
                let Some((at, _)) = host.rmatch_indices('.').nth(labels - 1) else { return false };
                (parent, &host[at + 1..])
            }
            None => (self.host.as_str(), host),
        };
        pattern.split('.').count() == host.split('.').count()
            && pattern.split('.').zip(host.split('.')).all(|(pattern, label)| glob(pattern, label))
    }
}

/// Whether `*` in the pattern, which matches any characters, makes it equal to the text.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(tail)
}

impl<'de> Deserialize<'de> for Wildcard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(text.clone()).ok_or_else(|| {
            de::Error::invalid_value(
                de::Unexpected::Str(&text),
                &"a URL with its scheme, such as \"http://localhost:8080/callback\", without a user name or a fragment",
            )
        })
    }
}

/// Every loopback URL, with any port and path.
pub(crate) fn loopback() -> Vec<Wildcard> {
    [
        "http://localhost",
        "http://127.0.0.1",
        "http://[::1]",
        "https://localhost",
        "https://127.0.0.1",
        "https://[::1]",
    ]
    .iter()
    .flat_map(|host| [(*host).to_owned(), format!("{host}:*"), format!("{host}/*")])
    .filter_map(Wildcard::parse)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn matches(pattern: &str, text: &str) -> bool {
        Wildcard::parse(pattern.to_owned()).expect(pattern).matches(text)
    }

    #[test]
    fn star_matches_a_port_a_label_or_a_path() {
        for (pattern, text) in [
            ("http://localhost:*", "http://localhost:8080/callback"),
            ("http://localhost:*", "http://LOCALHOST:8080/callback?a=b"),
            ("http://localhost:*", "http://localhost/callback"),
            ("http://[::1]:*", "http://[::1]:8080/callback"),
            ("http://localhost/*", "http://localhost:80/callback"),
            ("http://localhost:*/callback", "http://localhost:8080/callback"),
            ("https://*.example.com/*/done", "https://a.example.com/x/done"),
            ("https://*.example.com", "https://a.b.example.com/"),
            ("https://app-*.example.com", "https://app-7.example.com"),
            ("https://*/cb", "https://a.example/cb"),
            ("com.example:/*", "com.example:/callback"),
            ("com.example://host/*", "com.example://host/callback"),
            ("https://a.example/cb?x=*", "https://a.example/cb?x=1"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn star_matches_no_other_host() {
        for (pattern, text) in [
            ("http://localhost:*", "http://localhost.example:8080"),
            ("http://localhost:*", "http://localhost:1@evil.example/"),
            ("http://localhost:*", "http://localhost:@evil.example/"),
            ("http://localhost:*", "http://localhost:a.evil.example/"),
            ("http://localhost:*", "http://localhost:1\\@evil.example/"),
            ("http://localhost:*", "http://localhost:1/\r\nSet-Cookie: a=b"),
            ("http://localhost:*", "http://localhost:1/ "),
            ("http://localhost:*", "http://localhost:1/#fragment"),
            ("http://localhost:*", "http://localhost:99999/"),
            ("http://localhost:*", "http:localhost.evil.example:1/"),
            ("http://localhost:*/callback", "http://localhost:1/callback/../../evil"),
            ("http://localhost:*/callback", "http://localhost:1@evil.example/callback"),
            ("https://*.example.com/*/done", "https://evil.example/.example.com/x/done"),
            ("https://*.example.com/*/done", "https://a.example.com/x/do"),
            ("https://*.example.com/*/done", "https://a.example.com/x?/done"),
            ("https://*.example.com", "https://example.com"),
            ("https://*.example.com", "https://evilexample.com"),
            ("https://app-*", "https://app-7.evil.example"),
            ("http://localhost/app/*", "http://localhost/app/%2e%2e/admin"),
            ("com.example:/*", "com.example://evil.example/"),
            ("com.example:*", "com.example://evil.example/"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text:?}");
        }
    }

    #[test]
    fn text_without_a_star_matches_only_itself() {
        assert!(matches("https://a.example/", "https://a.example/"));
        assert!(matches("com.example:/callback", "com.example:/callback"));
        assert!(!matches("https://a.example/", "https://a.example/x"));
        assert!(!matches("https://a.example/", "https://A.example/"));
    }

    #[test]
    fn address_with_a_forbidden_scheme_is_refused() {
        for text in [
            "localhost",
            "javascript:alert(1)",
            "JavaScript:*",
            "data:text/html,*",
            "http://localhost:*x",
            "http://user@localhost/*",
            "http://user@localhost/",
            "http://localhost/\r\n",
            "http://localhost/#a",
            "*://localhost",
            "http://*:*@evil.example",
            "",
            "*",
        ] {
            assert_eq!(Wildcard::parse(text.to_owned()), None, "{text:?}");
        }
        assert_eq!(loopback().len(), 18);
    }
}
