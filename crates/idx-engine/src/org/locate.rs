//! Where a key stands in a TOML document.

use std::fmt::Write as _;

use toml::de::{DeTable, DeValue};

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    line: usize,
    column: usize,
}

impl Place {
    /// The place of a byte; lines and columns count from 1.
    pub(crate) fn at(text: &str, byte: usize) -> Self {
        let before = &text[..floor_char_boundary(text, byte)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line, column }
    }

    /// `file:line:column`, or the file alone where the place is not known.
    pub(crate) fn show(place: Option<Self>, file: &str, text: &str) -> String {
        let mut shown = file.to_owned();
        if let Some(Self { line, column }) = place {
            let _ = write!(shown, ":{line}:{column}");
            if let Some(source) = text.lines().nth(line - 1) {
                let _ = write!(shown, ": in `{}`", source.trim());
            }
        }
        shown
    }
}

/// The place of a key such as `apps[1].label`, or of the deepest part of it that is there.
pub(crate) fn find(text: &str, key: &str) -> Option<Place> {
    let root = DeTable::parse(text).ok()?;
    let mut table = root.get_ref();
    let mut place = None;
    let mut rest = key;
    loop {
        let (name, index, after) = next_part(rest, table)?;
        let Some((found, value)) =
            table.iter().find(|(candidate, _)| candidate.get_ref().as_ref() == name)
        else {
            return place;
        };
        place = Some(Place::at(text, found.span().start));
        let value = match (value.get_ref(), index) {
            (DeValue::Array(items), Some(index)) => {
                let Some(item) = items.get(index) else { return place };
                place = Some(Place::at(text, item.span().start));
                item.get_ref()
            }
            (value, _) => value,
        };
        match value {
            DeValue::Table(inner) if !after.is_empty() => {
                table = inner;
                rest = after;
            }
            _ => return place,
        }
    }
}

/// Splits `apps[1].label` into `apps`, 1 and `label`. A name with a dot in it, such as an address, is taken whole where the table has it.
fn next_part<'a>(key: &'a str, table: &DeTable<'_>) -> Option<(&'a str, Option<usize>, &'a str)> {
    if key.is_empty() {
        return None;
    }
    if table.iter().any(|(name, _)| name.get_ref().as_ref() == key) {
        return Some((key, None, ""));
    }
    let (part, after) = key.split_once('.').unwrap_or((key, ""));
    match part.split_once('[') {
        Some((name, index)) => Some((name, index.trim_end_matches(']').parse().ok(), after)),
        None => Some((part, None, after)),
    }
}

fn floor_char_boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
