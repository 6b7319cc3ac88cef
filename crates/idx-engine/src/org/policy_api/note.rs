//! A note about a member of a document that has no effect.

use std::fmt;

use crate::org::key_path::KeyPath;

/// A member of an org document that has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The member.
    pub path: KeyPath,
    /// The line of the TOML text, from 1.
    pub line: Option<usize>,
    /// Why it has no effect, as a fragment.
    pub reason: String,
}

impl Note {
    pub(super) fn new(path: KeyPath, reason: impl Into<String>) -> Self {
        Self { path, line: None, reason: reason.into() }
    }
}

/// `12: profileEnrollment.uiSchemaId is ignored: it has no effect on a sign-up`.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "{line}: ")?;
        }
        write!(f, "{} is ignored: {}", self.path, self.reason)
    }
}
