//! URL patterns with `*`, so that a team's app works with the presets unchanged.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

/// A redirect URI or an origin, in which `*` matches any characters. Okta's own entries have no `*`: they match exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(extend("pattern" = ":"))]
pub struct Wildcard(String);

impl Wildcard {
    /// The text in the document.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it matches `text`.
    pub fn matches(&self, text: &str) -> bool {
        let Some((head, rest)) = self.0.split_once('*') else { return self.0 == text };
        let Some(mut left) = text.strip_prefix(head) else { return false };
        let mut parts: Vec<&str> = rest.split('*').collect();
        let tail = parts.pop().unwrap_or_default();
        for part in parts {
            let Some(at) = left.find(part) else { return false };
            left = &left[at + part.len()..];
        }
        left.ends_with(tail)
    }
}

impl<'de> Deserialize<'de> for Wildcard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.contains(':') {
            Ok(Self(text))
        } else {
            Err(de::Error::invalid_value(
                de::Unexpected::Str(&text),
                &"a URL with its scheme, such as \"http://localhost:8080/callback\"",
            ))
        }
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
    .map(Wildcard)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn star_matches_anything_and_other_text_only_itself() {
        let matches = |pattern: &str, text: &str| Wildcard(pattern.to_owned()).matches(text);
        assert!(matches("http://localhost:*", "http://localhost:8080/callback"));
        assert!(!matches("http://localhost:*", "http://localhost.example:8080"));
        assert!(matches("https://*.example.com/*/done", "https://a.example.com/x/done"));
        assert!(!matches("https://*.example.com/*/done", "https://a.example.com/x/do"));
        assert!(matches("https://a.example/", "https://a.example/"));
        assert!(!matches("https://a.example/", "https://a.example/x"));
    }
}
