//! The org that a user names: a preset, or the file of a document.

use std::io;
use std::path::Path;

use idx_engine::presets::{self, UnknownPreset};
use idx_engine::{DocumentError, Note, Org};

/// An org document and the org that it describes.
#[derive(Debug, Clone)]
pub struct OrgDocument {
    /// The preset's name, if it is one.
    pub preset: Option<&'static str>,
    /// The document in TOML.
    pub text: String,
    /// The org, validated.
    pub org: Org,
    /// The members of the document that have no effect.
    pub notes: Vec<Note>,
}

/// The org that a user named cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OrgDocumentError {
    /// It is neither a preset nor a file.
    #[error(transparent)]
    UnknownPreset(#[from] UnknownPreset),
    /// The file cannot be read.
    #[error("failed to read the org document {file}: {source}")]
    Unreadable {
        /// The file.
        file: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The document has mistakes.
    #[error(transparent)]
    Invalid(#[from] DocumentError),
}

impl OrgDocument {
    /// Reads `PRESET|FILE`. A preset wins over a file of the same name.
    pub fn read(preset_or_file: &str) -> Result<Self, OrgDocumentError> {
        match presets::named(preset_or_file) {
            Ok(preset) => Ok(Self {
                preset: Some(preset.name),
                text: preset.text.to_owned(),
                org: Org::from_toml(preset.text, preset.name)?,
                notes: Vec::new(),
            }),
            Err(unknown) if is_plain_name(preset_or_file) => Err(unknown.into()),
            Err(_) => Self::read_file(Path::new(preset_or_file)),
        }
    }

    /// Reads the document in a file.
    pub fn read_file(file: &Path) -> Result<Self, OrgDocumentError> {
        let name = file.display().to_string();
        match std::fs::read_to_string(file) {
            Ok(text) => {
                let (org, notes) = Org::from_toml_with_notes(&text, &name)?;
                Ok(Self { preset: None, text, org, notes })
            }
            Err(source) => Err(OrgDocumentError::Unreadable { file: name, source }),
        }
    }
}

/// Whether it is meant as a preset: no file has this name, and no part of it says that it is a path.
fn is_plain_name(word: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    word.chars().all(is_name) && !Path::new(word).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preset_or_file_is_read_and_the_nearest_preset_is_named() {
        assert_eq!(OrgDocument::read("magic-link").unwrap().preset, Some("magic-link"));
        let file = "../../fixtures/orgs/magic-link.toml";
        assert_eq!(OrgDocument::read(file).unwrap().preset, None);
        let error = |word| OrgDocument::read(word).unwrap_err().to_string();
        assert_eq!(error("magic-lnk"), "unknown preset `magic-lnk`; did you mean `magic-link`?");
        assert!(error("zzz").contains("the presets are password-plus-another-factor, "));
        assert!(error("missing.toml").starts_with("failed to read the org document missing.toml"));
        assert!(error("Cargo.toml").starts_with("error: unknown key `"));
    }
}
