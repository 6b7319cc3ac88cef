//! The orgs that scenarios and `--org` name. The harness does not know what an org may contain, and the command does.

use idx_scenario::{OrgChoice, OrgKey, OrgMistake};
use idx_server::{
    DocumentMistake, KeySegment, Org, OrgDocument, OrgDocumentError, UnknownPreset, presets,
};

/// Reads the value of `--org`: a preset or a file.
pub(crate) fn read(word: &str) -> Result<OrgChoice, OrgDocumentError> {
    let document = OrgDocument::read(word)?;
    Ok(match document.preset {
        Some(name) => OrgChoice::Preset(name.to_owned()),
        None => OrgChoice::Document(
            toml::from_str(&document.text).expect("JSON has every value that a valid org has"),
        ),
    })
}

/// Every mistake in a scenario's org.
pub(crate) fn check(choice: &OrgChoice) -> Vec<OrgMistake> {
    match choice {
        OrgChoice::Preset(name) => presets::named(name).err().iter().map(unknown_preset).collect(),
        OrgChoice::Document(document) => match Org::from_json(document) {
            Ok(_) => Vec::new(),
            Err(error) => error.mistakes().iter().map(in_document).collect(),
        },
    }
}

/// The text on standard error when an org cannot be used.
pub(crate) fn refusal(error: &OrgDocumentError) -> String {
    match error {
        OrgDocumentError::Invalid(error) => {
            let count = error.mistakes().len();
            let noun = if count == 1 { "mistake" } else { "mistakes" };
            format!("{error}\n\n{count} {noun}; `idxlab schema org` describes every key")
        }
        OrgDocumentError::UnknownPreset(_) | OrgDocumentError::Unreadable { .. } => {
            format!("error: {error}")
        }
    }
}

fn unknown_preset(unknown: &UnknownPreset) -> OrgMistake {
    OrgMistake { path: Vec::new(), is_in_key: false, found: unknown.found(), right: unknown.help() }
}

fn in_document(mistake: &DocumentMistake) -> OrgMistake {
    let key = |segment: &KeySegment| match segment {
        KeySegment::Key(key) => OrgKey::Key(key.clone()),
        KeySegment::Index(index) => OrgKey::Index(*index),
    };
    OrgMistake {
        path: mistake.path.segments().iter().map(key).collect(),
        is_in_key: mistake.problem.is_in_key(),
        found: mistake.found(),
        right: mistake.help(),
    }
}
