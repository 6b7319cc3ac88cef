//! From text to a validated org: the document over its preset, or every mistake in it.

use toml::de::DeTable;

use crate::org::document::Org;
use crate::org::draft::Draft;
use crate::org::error::{DocumentError, DocumentMistake, Source};
use crate::org::json::{self, FromJson};
use crate::org::key_path::KeyPath;
use crate::org::locate;
use crate::org::policy_api::{Adopted, Note};
use crate::org::presets::{self, UnknownPreset};
use crate::org::problem::Problem;

impl Org {
    /// Reads a TOML document. `file` is its name in errors.
    pub fn from_toml(text: &str, file: &str) -> Result<Self, DocumentError> {
        Self::from_toml_with_notes(text, file).map(|(org, _)| org)
    }

    /// Reads a TOML document, with a note for each member that has no effect, in the order of the document.
    pub fn from_toml_with_notes(
        text: &str,
        file: &str,
    ) -> Result<(Self, Vec<Note>), DocumentError> {
        let source = || Source { file: file.to_owned(), text: text.to_owned() };
        let (root, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            return Err(DocumentError::in_toml(source(), errors.iter().map(syntax).collect()));
        }
        let table =
            text.parse().map_err(|error| DocumentError::in_toml(source(), vec![syntax(&error)]))?;
        let mut adopted = Adopted::default();
        let read = Draft::new(table, &mut adopted).read();
        let org = read.map_err(|mut mistakes| {
            for mistake in &mut mistakes {
                mistake.span =
                    locate::span_of(root.get_ref(), &mistake.path, mistake.problem.is_in_key());
            }
            DocumentError::in_toml(source(), mistakes)
        })?;
        for note in &mut adopted.notes {
            let span = locate::span_of(root.get_ref(), &note.path, true);
            note.line = span.map(|span| 1 + text[..span.start].matches('\n').count());
        }
        adopted.notes.sort_by_key(|note| note.line);
        Ok((org, adopted.notes))
    }

    /// Reads the same document from JSON, as the control API receives it.
    pub fn from_json(document: &serde_json::Value) -> Result<Self, DocumentError> {
        let mut found = FromJson::default();
        let Some(table) = json::table(document, &mut found) else {
            let expected = "an object".to_owned();
            let problem = Problem::WrongValue { found: "not an object".to_owned(), expected };
            return Err(DocumentError::in_json(vec![DocumentMistake::new(
                KeyPath::default(),
                problem,
            )]));
        };
        let FromJson { mistakes, skipped, mut adopted } = found;
        Draft::new(table, &mut adopted)
            .after(mistakes, skipped)
            .read()
            .map_err(DocumentError::in_json)
    }

    /// The built-in document with this name.
    pub fn preset(name: &str) -> Result<Self, UnknownPreset> {
        let preset = presets::named(name)?;
        // A test reads each preset.
        let org =
            Self::from_toml(preset.text, preset.name).map_err(|_| UnknownPreset::new(name))?;
        // The text may name the preset that it overrides.
        Ok(Self { preset: Some(preset.name.to_owned()), ..org })
    }
}

fn syntax(error: &toml::de::Error) -> DocumentMistake {
    let message = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    DocumentMistake {
        span: error.span(),
        ..DocumentMistake::new(KeyPath::default(), Problem::Syntax(message))
    }
}
