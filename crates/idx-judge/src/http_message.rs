//! Headers, responses and form bodies as recorded.

use bytes::Bytes;
use serde_json::Value;

/// Header names and values, in the order received.
pub type Headers = Vec<(String, String)>;

/// A complete response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The status.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: Headers,
    /// Its body.
    pub body: Bytes,
}

impl HttpAnswer {
    /// The first header of this lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        first_of(&self.headers, name)
    }

    /// The body, if it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// The first header of this lower-case name.
#[must_use]
pub fn first_of<'h>(headers: &'h Headers, name: &str) -> Option<&'h str> {
    headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
}

/// A media type without its parameters.
#[must_use]
pub(crate) fn media_type(header: &str) -> &str {
    header.split(';').next().unwrap_or_default().trim()
}

/// Reads a form; a repeated name keeps its last value.
#[must_use]
pub fn read_form(body: &[u8]) -> std::collections::BTreeMap<String, String> {
    form_urlencoded::parse(body).into_owned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_escape_is_kept_as_written() {
        assert_eq!(read_form(b"a=%zz+b&c")["a"], "%zz b");
    }
}
