//! The path of a key in an org document.

use std::fmt;

use serde::Serialize;

/// `apps[1].label` or `testCodes."mary@example.com"`. Serialises as `["apps", 1, "label"]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct KeyPath(Vec<KeySegment>);

/// A step of a path: into a table or into a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum KeySegment {
    /// A key of a table.
    Key(String),
    /// An index of a list, from 0.
    Index(usize),
}

impl KeyPath {
    /// The segments, outermost first.
    pub fn segments(&self) -> &[KeySegment] {
        &self.0
    }

    pub(crate) fn key(mut self, key: &str) -> Self {
        self.0.push(KeySegment::Key(key.to_owned()));
        self
    }

    pub(crate) fn index(mut self, index: usize) -> Self {
        self.0.push(KeySegment::Index(index));
        self
    }

    /// The innermost key, past any index.
    pub(super) fn last_key(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|segment| match segment {
            KeySegment::Key(key) => Some(key.as_str()),
            KeySegment::Index(_) => None,
        })
    }

    /// The path with another beginning, if it begins with `from`.
    pub(super) fn rebased(&self, from: &Self, to: &Self) -> Option<Self> {
        let rest = self.0.strip_prefix(from.0.as_slice())?;
        Some(Self(to.0.iter().chain(rest).cloned().collect()))
    }

    /// Whether it is `parent` and one more segment.
    pub(super) fn is_child_of(&self, parent: &Self) -> bool {
        self.0.split_last().is_some_and(|(_, above)| above == parent.0)
    }

    /// Without its last segment.
    pub(super) fn parent(&self) -> Self {
        Self(self.0.split_last().map(|(_, above)| above.to_vec()).unwrap_or_default())
    }

    pub(super) fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }
}

impl<const N: usize> From<[&str; N]> for KeyPath {
    fn from(keys: [&str; N]) -> Self {
        keys.into_iter().fold(Self::default(), Self::key)
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            let dot = if position == 0 { "" } else { "." };
            match segment {
                KeySegment::Key(key) if is_bare(key) => write!(f, "{dot}{key}")?,
                KeySegment::Key(key) => write!(f, "{dot}{key:?}")?,
                KeySegment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Whether TOML takes the key without quotation marks.
fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_reads_as_toml_and_serialises_as_a_list() {
        let path = KeyPath::from(["apps"]).index(1).key("mary@example.com");
        assert_eq!(path.to_string(), r#"apps[1]."mary@example.com""#);
        assert_eq!(serde_json::to_string(&path).unwrap(), r#"["apps",1,"mary@example.com"]"#);
    }
}
