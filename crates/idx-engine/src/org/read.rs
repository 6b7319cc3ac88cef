//! From text to a validated org: the document over its preset, or every mistake in it.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use toml::de::DeTable;
use toml::{Table, Value};

use crate::limits::MISTAKES_LISTED;
use crate::org::deserializer::{Node, ReadError};
use crate::org::document::Org;
use crate::org::error::{DocumentError, DocumentMistake, Source};
use crate::org::key_path::{KeyPath, KeySegment};
use crate::org::locate;
use crate::org::nearest::nearest;
use crate::org::presets::{self, UnknownPreset};
use crate::org::problem::Problem;
use crate::org::validate::validate;
use crate::state::names::AuthenticatorKey;

impl Org {
    /// Reads a TOML document. `file` is its name in errors.
    pub fn from_toml(text: &str, file: &str) -> Result<Self, DocumentError> {
        let source = || Source { file: file.to_owned(), text: text.to_owned() };
        let (root, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            return Err(DocumentError::in_toml(source(), errors.iter().map(syntax).collect()));
        }
        let table =
            text.parse().map_err(|error| DocumentError::in_toml(source(), vec![syntax(&error)]))?;
        read(table).map_err(|mut mistakes| {
            for mistake in &mut mistakes {
                mistake.span =
                    locate::span_of(root.get_ref(), &mistake.path, mistake.problem.is_in_key());
            }
            DocumentError::in_toml(source(), mistakes)
        })
    }

    /// Reads the same document from JSON, as the control API receives it.
    pub fn from_json(document: &serde_json::Value) -> Result<Self, DocumentError> {
        let mut mistakes = Vec::new();
        let value = from_json(document, &KeyPath::default(), &mut mistakes);
        if !mistakes.is_empty() {
            return Err(DocumentError::in_json(mistakes));
        }
        let Some(Value::Table(table)) = value else {
            let expected = "an object".to_owned();
            let problem = Problem::WrongValue { found: "not an object".to_owned(), expected };
            return Err(DocumentError::in_json(vec![DocumentMistake::new(
                KeyPath::default(),
                problem,
            )]));
        };
        read(table).map_err(DocumentError::in_json)
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

/// A JSON value as TOML; TOML has no null, and its numbers have 64 bits with a sign.
fn from_json(
    value: &serde_json::Value,
    path: &KeyPath,
    mistakes: &mut Vec<DocumentMistake>,
) -> Option<Value> {
    use serde_json::Value as Json;
    let mut refuse = |found: &str, expected: &str| {
        let problem =
            Problem::WrongValue { found: found.to_owned(), expected: expected.to_owned() };
        mistakes.push(DocumentMistake::new(path.clone(), problem));
        None
    };
    match value {
        Json::Null => refuse("null", "a value; leave the key out to use the default"),
        Json::Bool(flag) => Some(Value::Boolean(*flag)),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Some(Value::Integer(integer)),
            (None, Some(float)) if !number.is_u64() => Some(Value::Float(float)),
            _ => refuse(&format!("the number {number}"), "a number that fits in 64 bits"),
        },
        Json::String(text) => Some(Value::String(text.clone())),
        Json::Array(items) => Some(Value::Array(
            items
                .iter()
                .enumerate()
                .filter_map(|(index, item)| from_json(item, &path.clone().index(index), mistakes))
                .collect(),
        )),
        Json::Object(members) => Some(Value::Table(
            members
                .iter()
                .filter_map(|(key, member)| {
                    Some((key.clone(), from_json(member, &path.clone().key(key), mistakes)?))
                })
                .collect(),
        )),
    }
}

/// Reads a document, or finds every mistake in it: each mistake is left out of the next attempt.
fn read(mut document: Table) -> Result<Org, Vec<DocumentMistake>> {
    let mut mistakes = Vec::new();
    let mut skipped = BTreeSet::new();
    // The document is read by itself first: only its own keys can be wrong.
    while let Err(error) = deserialized(&Value::Table(document.clone()), &skipped) {
        let mistake = mistake(error);
        let is_removed = remove(&mut document, &mut skipped, &mistake.path);
        if !is_consequence(&mistake, &mistakes) {
            mistakes.push(mistake);
        }
        if !is_removed || mistakes.len() == MISTAKES_LISTED {
            return Err(mistakes);
        }
    }
    let merged = over_preset(document.clone()).unwrap_or_else(|unknown| {
        mistakes
            .push(DocumentMistake::new(KeyPath::from(["preset"]), Problem::UnknownPreset(unknown)));
        document
    });
    match deserialized(&Value::Table(merged), &skipped) {
        Ok(org) => {
            let invalid = validate(&org);
            let in_document = |found: DocumentMistake| {
                let path = with_skipped(&found.path, &skipped);
                // A value that has been refused explains that its surroundings are invalid.
                let is_new = !mistakes.iter().any(|earlier| earlier.path.starts_with(&path));
                is_new.then_some(DocumentMistake { path, ..found })
            };
            let invalid = invalid.into_iter().filter_map(in_document);
            let invalid: Vec<_> = invalid.take(MISTAKES_LISTED - mistakes.len()).collect();
            mistakes.extend(invalid);
            if mistakes.is_empty() { Ok(org) } else { Err(mistakes) }
        }
        Err(error) => {
            mistakes.push(mistake(error));
            Err(mistakes)
        }
    }
}

fn deserialized(value: &Value, skipped: &BTreeSet<KeyPath>) -> Result<Org, ReadError> {
    Org::deserialize(Node { value, path: KeyPath::default(), skipped })
}

fn mistake(error: ReadError) -> DocumentMistake {
    DocumentMistake::new(error.path.unwrap_or_default(), error.problem)
}

/// Whether a key is missing only because it is mistyped, or because its value is wrong.
fn is_consequence(mistake: &DocumentMistake, earlier: &[DocumentMistake]) -> bool {
    let Problem::MissingKey { key } = &mistake.problem else { return false };
    earlier.iter().any(|earlier| {
        let near = match &earlier.problem {
            Problem::UnknownKey { known } => {
                earlier.path.last_key().and_then(|typed| nearest(typed, known))
            }
            _ => earlier.path.last_key(),
        };
        near == Some(key) && earlier.path.starts_with(&mistake.path)
    })
}

/// The path in the document of a path in the org, whose lists lack the skipped items.
fn with_skipped(path: &KeyPath, skipped: &BTreeSet<KeyPath>) -> KeyPath {
    path.segments().iter().fold(KeyPath::default(), |above, segment| match segment {
        KeySegment::Key(key) => above.key(key),
        KeySegment::Index(index) => {
            let is_kept = |at: &usize| !skipped.contains(&above.clone().index(*at));
            let at = (0..).filter(is_kept).nth(*index).unwrap_or(*index);
            above.index(at)
        }
    })
}

/// Removes a mistake, so that the next one is found. Items of lists stay in place and are skipped, since the paths of later items count them.
fn remove(document: &mut Table, skipped: &mut BTreeSet<KeyPath>, path: &KeyPath) -> bool {
    match path.segments() {
        [] => false,
        [.., KeySegment::Index(_)] => skipped.insert(path.clone()),
        [KeySegment::Key(first), rest @ ..] => remove_key(document, first, rest).is_some(),
        [KeySegment::Index(_), ..] => false,
    }
}

fn remove_key(table: &mut Table, key: &str, rest: &[KeySegment]) -> Option<Value> {
    let Some(last) = rest.iter().rposition(|segment| matches!(segment, KeySegment::Key(_))) else {
        return table.remove(key);
    };
    let mut value = table.get_mut(key)?;
    for segment in &rest[..last] {
        value = match segment {
            KeySegment::Key(key) => value.get_mut(key)?,
            KeySegment::Index(index) => value.get_mut(*index)?,
        };
    }
    let KeySegment::Key(key) = &rest[last] else { return None };
    value.as_table_mut()?.remove(key)
}

/// Lays a document over the preset that it names, and that one over its own.
fn over_preset(mut document: Table) -> Result<Table, UnknownPreset> {
    use_one_name_per_authenticator(&mut document);
    let Some(name) = document.get("preset").and_then(Value::as_str) else { return Ok(document) };
    let preset = presets::named(name)?;
    let below: Table = preset.text.parse().map_err(|_| UnknownPreset::new(name))?;
    let mut merged = over_preset(below)?;
    lay_over(&mut merged, document);
    Ok(merged)
}

/// An authenticator can have several names in Okta's documents; all of them must override one setting.
fn use_one_name_per_authenticator(document: &mut Table) {
    for part in ["authenticatorEnrollment", "authenticators"] {
        let Some(Value::Table(keys)) = document.get_mut(part) else { continue };
        for key in AuthenticatorKey::ALL {
            for alias in key.aliases() {
                if let Some(value) = keys.remove(*alias) {
                    keys.insert(key.name().to_owned(), value);
                }
            }
        }
    }
}

/// Tables merge, everything else is replaced.
fn lay_over(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(lower)), Value::Table(upper)) => lay_over(lower, upper),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}
