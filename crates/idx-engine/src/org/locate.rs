//! The bytes of a TOML document that hold a key or its value.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::org::key_path::{KeyPath, KeySegment};

/// The span of a path's last key, or of its value. If part of the path is not in the document, the key of the deepest part that is.
pub(super) fn span_of(root: &DeTable<'_>, path: &KeyPath, key_only: bool) -> Option<Range<usize>> {
    let mut table = Some(root);
    let mut value: Option<&Spanned<DeValue<'_>>> = None;
    let mut key_span = None;
    for segment in path.segments() {
        let next = match segment {
            KeySegment::Key(key) => {
                let entry =
                    table.and_then(|table| table.iter().find(|(name, _)| name.get_ref() == key));
                entry.map(|(name, value)| (name.span(), value))
            }
            KeySegment::Index(index) => value
                .and_then(|value| value.get_ref().as_array()?.get(*index))
                .map(|item| (item.span(), item)),
        };
        let Some((span, found)) = next else { return key_span };
        (key_span, value) = (Some(span), Some(found));
        table = found.get_ref().as_table();
    }
    if key_only { key_span } else { value.map(Spanned::span) }
}
