//! Mistakes that a scenario file does not show by itself: an id that two files use, and an org that the emulator refuses.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{Mistake, Source};

/// A mistake in a scenario's org, as the program that knows orgs reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgMistake {
    /// The path of the wrong key below `org`.
    pub path: Vec<OrgKey>,
    /// Whether the key is wrong, and not its value.
    pub is_in_key: bool,
    /// What was found, as a lower-case fragment.
    pub found: String,
    /// What would be right.
    pub right: String,
}

/// A step of a path in an org document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrgKey {
    /// A key of a table.
    Key(String),
    /// An index of a list, from 0.
    Index(usize),
}

/// An id that the file `other` uses already.
pub(super) fn same_id(source: &Source, other: &str) -> Mistake {
    let document = DeTable::parse(&source.text).ok();
    let id = document.as_ref().and_then(|document| document.get_ref().get("id"));
    Mistake::new(
        source,
        &id.map_or(0..0, Spanned::span),
        format!("{other} holds this requirement already"),
        "give this scenario an id of its own".into(),
    )
}

/// A mistake in the org, at its key.
pub(super) fn wrong_org(source: &Source, mistake: OrgMistake) -> Mistake {
    let document = DeTable::parse(&source.text).ok();
    let org = document.as_ref().and_then(|document| document.get_ref().get("org"));
    let span = org.map_or(0..0, |org| span_of(org, &mistake.path, mistake.is_in_key));
    Mistake::new(source, &span, mistake.found, mistake.right)
}

/// The span of a path's last key, or of its value. If part of the path is not in the file, the deepest part that is.
fn span_of(org: &Spanned<DeValue<'_>>, path: &[OrgKey], is_in_key: bool) -> Range<usize> {
    let (mut key, mut value) = (org.span(), org);
    for step in path {
        let next = match step {
            OrgKey::Key(name) => value.get_ref().as_table().and_then(|table| {
                let (key, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
                Some((key.span(), value))
            }),
            OrgKey::Index(index) => value
                .get_ref()
                .as_array()
                .and_then(|items| items.get(*index))
                .map(|item| (item.span(), item)),
        };
        let Some(next) = next else { return key };
        (key, value) = next;
    }
    if is_in_key { key } else { value.span() }
}
