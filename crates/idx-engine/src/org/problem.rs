//! The kinds of mistake that an org document can have, each with its text and its remedy.

use crate::org::key_path::KeyPath;
use crate::org::nearest::{listed, nearest};
use crate::org::presets::UnknownPreset;

/// A kind of mistake, with the values that it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The text is not TOML or JSON.
    Syntax(String),
    /// No setting has this key.
    UnknownKey {
        /// The keys that the table takes.
        known: &'static [&'static str],
    },
    /// A required key is missing.
    MissingKey {
        /// The key.
        key: &'static str,
    },
    /// The key is defined twice: under its own name and under its alias.
    RepeatedKey,
    /// The value is none of those that the setting takes.
    UnknownValue {
        /// The value, described.
        found: String,
        /// The values that the setting takes.
        known: &'static [&'static str],
    },
    /// The value has the wrong type, or is out of range.
    WrongValue {
        /// The value, described.
        found: String,
        /// The values that the setting takes, described.
        expected: String,
    },
    /// The document is based on a preset that does not exist.
    UnknownPreset(UnknownPreset),
    /// Each value is valid, and their combination is not.
    Invalid {
        /// The combination.
        found: String,
        /// The remedy.
        help: String,
    },
}

impl Problem {
    pub(super) fn invalid(found: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Invalid { found: found.into(), help: help.into() }
    }

    /// Whether the mistake is in the key at its path, not in the value of that key.
    pub fn is_in_key(&self) -> bool {
        matches!(self, Self::UnknownKey { .. } | Self::RepeatedKey | Self::Invalid { .. })
    }

    /// The mistake at `path` as a fragment: "unknown key `x`".
    pub(super) fn found(&self, path: &KeyPath) -> String {
        let key = path.last_key().unwrap_or("the document");
        match self {
            Self::Syntax(_) => "invalid TOML".to_owned(),
            Self::UnknownKey { .. } => format!("unknown key `{key}`"),
            Self::MissingKey { key } => format!("missing key `{key}`"),
            Self::RepeatedKey => format!("`{key}` is defined twice"),
            Self::UnknownValue { found, .. } | Self::WrongValue { found, .. } => {
                format!("`{key}` is {found}")
            }
            Self::UnknownPreset(unknown) => unknown.found(),
            Self::Invalid { found, .. } => found.clone(),
        }
    }

    /// The remedy as a fragment: "did you mean `y`?".
    pub(super) fn help(&self, path: &KeyPath) -> String {
        let key = path.last_key().unwrap_or_default();
        match self {
            Self::Syntax(message) => message.clone(),
            Self::UnknownKey { known } => match nearest(key, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("expected one of {}", listed(known, '`')),
            },
            Self::MissingKey { key } => format!("add `{key} = …`"),
            Self::RepeatedKey => "remove one of the two".to_owned(),
            Self::UnknownValue { found, known } => match nearest(found.trim_matches('"'), known) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("expected {}", listed(known, '"')),
            },
            Self::WrongValue { expected, .. } => format!("expected {expected}"),
            Self::UnknownPreset(unknown) => unknown.help(),
            Self::Invalid { help, .. } => help.clone(),
        }
    }
}
