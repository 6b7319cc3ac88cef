//! Reads a document, or finds every mistake in it: each mistake is taken out, so that it does not hide the next.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use toml::{Table, Value};

use crate::limits::MISTAKES_LISTED;
use crate::org::deserializer::{Node, ReadError};
use crate::org::document::Org;
use crate::org::error::DocumentMistake;
use crate::org::key_path::{KeyPath, KeySegment};
use crate::org::nearest::nearest;
use crate::org::overlay::over_preset;
use crate::org::policy_api::{Adopted, adopt};
use crate::org::problem::Problem;
use crate::org::validate::{Finding, validate};

/// A document while its mistakes are found.
pub(super) struct Draft<'a> {
    document: Table,
    adopted: &'a mut Adopted,
    mistakes: Vec<DocumentMistake>,
    /// Items of lists that are left out. They stay in place, since the paths of later items count them.
    skipped: BTreeSet<KeyPath>,
    /// Paths whose values are not those that the author meant: skipped, removed or filled in.
    unknown: BTreeSet<KeyPath>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(document: Table, adopted: &'a mut Adopted) -> Self {
        let (mistakes, skipped, unknown) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        Self { document, adopted, mistakes, skipped, unknown }
    }

    /// With mistakes that have been found before, and the items of lists that they concern.
    pub(super) fn after(self, mistakes: Vec<DocumentMistake>, skipped: BTreeSet<KeyPath>) -> Self {
        let unknown = mistakes.iter().map(|mistake| mistake.path.clone()).collect();
        Self { mistakes, skipped, unknown, ..self }
    }

    /// The org, or every mistake up to the limit.
    pub(super) fn read(mut self) -> Result<Org, Vec<DocumentMistake>> {
        adopt(&mut self.document, self.adopted);
        // The document is read by itself first: only its own keys can be wrong.
        while let Err(error) = self.deserialized(&self.document) {
            let mistake = mistake(error);
            let is_resolved = self.resolve(&mistake);
            if !self.is_consequence(&mistake) {
                self.mistakes.push(mistake);
            }
            if !is_resolved || self.mistakes.len() >= MISTAKES_LISTED {
                return Err(self.written());
            }
        }
        let merged = over_preset(self.document.clone()).unwrap_or_else(|unknown| {
            let path = KeyPath::from(["preset"]);
            self.mistakes.push(DocumentMistake::new(path, Problem::UnknownPreset(unknown)));
            self.document.clone()
        });
        match self.deserialized(&merged) {
            Ok(org) => {
                for finding in validate(&org) {
                    self.add(finding);
                }
                if self.mistakes.is_empty() { Ok(org) } else { Err(self.written()) }
            }
            Err(error) => {
                self.mistakes.push(mistake(error));
                Err(self.written())
            }
        }
    }

    fn deserialized(&self, document: &Table) -> Result<Org, ReadError> {
        let value = Value::Table(document.clone());
        Org::deserialize(Node { value: &value, path: KeyPath::default(), skipped: &self.skipped })
    }

    /// Takes a mistake out of the document. Only the part that is wrong goes, so that the rest of its table is still checked.
    fn resolve(&mut self, mistake: &DocumentMistake) -> bool {
        if let Problem::MissingKey { key } = &mistake.problem {
            let path = mistake.path.clone().key(key);
            self.unknown.insert(path.clone());
            if fill(&mut self.document, &path) {
                return true;
            }
        }
        self.unknown.insert(mistake.path.clone());
        if let (Problem::UnknownKey { known }, Some(typed)) =
            (&mistake.problem, mistake.path.last_key())
            && let Some(meant) = nearest(typed, known)
        {
            let meant = mistake.path.parent().key(meant);
            // If the table has the other key too, the author meant both.
            if !has(&mut self.document, &meant) {
                self.unknown.insert(meant);
            }
        }
        match mistake.path.segments() {
            [] | [KeySegment::Index(_), ..] => false,
            [.., KeySegment::Index(_)] => self.skipped.insert(mistake.path.clone()),
            [KeySegment::Key(first), rest @ ..] => {
                remove_key(&mut self.document, first, rest).is_some()
            }
        }
    }

    /// Whether a key is missing only because it is mistyped, or because its value is wrong.
    fn is_consequence(&self, mistake: &DocumentMistake) -> bool {
        let Problem::MissingKey { key } = &mistake.problem else { return false };
        let path = mistake.path.clone().key(key);
        self.mistakes.iter().any(|earlier| match &earlier.problem {
            Problem::UnknownKey { known } => {
                let meant = earlier.path.last_key().and_then(|typed| nearest(typed, known));
                meant.is_some_and(|meant| earlier.path.parent().key(meant) == path)
            }
            _ => earlier.path == path,
        })
    }

    /// Adds a broken rule, unless a value that the rule depends on is not the one that the author meant.
    fn add(&mut self, finding: Finding) {
        let path = self.with_skipped(&finding.mistake.path);
        let depends_on = finding.depends_on.iter().map(|path| self.with_skipped(path));
        let is_unknown = depends_on.chain([path.clone()]).any(|path| {
            let concerns = |other: &KeyPath| path.starts_with(other) || other.is_child_of(&path);
            self.unknown.iter().any(concerns)
        });
        if !is_unknown {
            self.mistakes.push(DocumentMistake { path, ..finding.mistake });
        }
    }

    /// The path in the document of a path in the org, whose lists lack the skipped items.
    fn with_skipped(&self, path: &KeyPath) -> KeyPath {
        path.segments().iter().fold(KeyPath::default(), |above, segment| match segment {
            KeySegment::Key(key) => above.key(key),
            KeySegment::Index(index) => {
                let is_kept = |at: &usize| !self.skipped.contains(&above.clone().index(*at));
                let at = (0..).filter(is_kept).nth(*index).unwrap_or(*index);
                above.index(at)
            }
        })
    }

    /// The mistakes up to the limit, at the keys that the author wrote.
    fn written(self) -> Vec<DocumentMistake> {
        let Self { mistakes, adopted, .. } = self;
        mistakes
            .into_iter()
            .take(MISTAKES_LISTED)
            .map(|mistake| DocumentMistake { path: adopted.written(&mistake.path), ..mistake })
            .collect()
    }
}

fn mistake(error: ReadError) -> DocumentMistake {
    DocumentMistake::new(error.path.unwrap_or_default(), error.problem)
}

/// The innermost table of a path, and the key in it.
fn inner<'a>(
    table: &'a mut Table,
    first: &'a str,
    rest: &'a [KeySegment],
) -> Option<(&'a mut Table, &'a str)> {
    let Some(last) = rest.iter().rposition(|segment| matches!(segment, KeySegment::Key(_))) else {
        return Some((table, first));
    };
    let mut value = table.get_mut(first)?;
    for segment in &rest[..last] {
        value = match segment {
            KeySegment::Key(key) => value.get_mut(key)?,
            KeySegment::Index(index) => value.get_mut(*index)?,
        };
    }
    let KeySegment::Key(key) = &rest[last] else { return None };
    Some((value.as_table_mut()?, key))
}

fn remove_key(table: &mut Table, first: &str, rest: &[KeySegment]) -> Option<Value> {
    let (table, key) = inner(table, first, rest)?;
    table.remove(key)
}

fn has(document: &mut Table, path: &KeyPath) -> bool {
    let [KeySegment::Key(first), rest @ ..] = path.segments() else { return false };
    inner(document, first, rest).is_some_and(|(table, key)| table.contains_key(key))
}

/// Fills a missing key in with a text, the type of every required key.
fn fill(document: &mut Table, path: &KeyPath) -> bool {
    let [KeySegment::Key(first), rest @ ..] = path.segments() else { return false };
    let filled = Value::String("missing".to_owned());
    inner(document, first, rest)
        .is_some_and(|(table, key)| table.insert(key.to_owned(), filled).is_none())
}
