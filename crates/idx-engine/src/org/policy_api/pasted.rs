//! A table into which a user pasted a policy.

use toml::{Table, Value};

use crate::org::key_path::{KeyPath, KeySegment};
use crate::org::policy_api::adopted::Adopted;

/// The reason of most notes.
pub(super) const NO_EFFECT: &str = "it has no effect on a sign-up";

/// A table of the document, and the record of its moved and ignored members.
pub(super) struct Pasted<'a> {
    pub(super) table: &'a mut Table,
    /// Its path.
    pub(super) at: KeyPath,
    pub(super) adopted: &'a mut Adopted,
}

impl Pasted<'_> {
    /// Moves the member at a dotted path to another one, or all its members into the table itself if `to` is empty. A member whose new name is taken
    /// stays, so that it is reported as an unknown key.
    pub(super) fn move_member(&mut self, from: &str, to: &str) {
        let keys: Vec<&str> = from.split('.').collect();
        if to.is_empty() {
            let Some(Value::Table(inner)) = get(self.table, &keys) else { return };
            let names: Vec<String> = inner.keys().cloned().collect();
            for name in names {
                let from: Vec<&str> = keys.iter().copied().chain([name.as_str()]).collect();
                self.move_to(&from, &[&name]);
            }
        } else {
            self.move_to(&keys, &to.split('.').collect::<Vec<_>>());
        }
    }

    fn move_to(&mut self, from: &[&str], to: &[&str]) {
        // `settings.settings` would move into itself.
        if to.starts_with(&from[..1]) && from.len() > 1 && to.len() == 1
            || get(self.table, to).is_some()
        {
            return;
        }
        let Some(value) = take(self.table, from) else { return };
        if put(self.table, to, value) {
            let path = |keys: &[&str]| keys.iter().fold(self.at.clone(), |path, key| path.key(key));
            let (from, to) = (path(from), path(to));
            self.adopted.note_move(from, to);
        }
    }

    /// Leaves out the member at a dotted path, in which `*` is each item of a list.
    pub(super) fn ignore(&mut self, pattern: &str) {
        let keys: Vec<&str> = pattern.split('.').collect();
        let mut found = Vec::new();
        remove(self.table, &keys, &self.at, &mut found);
        for path in found {
            self.adopted.ignore(&path, NO_EFFECT);
        }
    }
}

/// The table at a path, if there is one.
pub(super) fn table_at<'a>(document: &'a mut Table, path: &KeyPath) -> Option<&'a mut Table> {
    let mut segments = path.segments().iter();
    let Some(KeySegment::Key(first)) = segments.next() else { return None };
    let mut value = document.get_mut(first)?;
    for segment in segments {
        value = match segment {
            KeySegment::Key(key) => value.get_mut(key)?,
            KeySegment::Index(index) => value.get_mut(*index)?,
        };
    }
    value.as_table_mut()
}

fn get<'a>(table: &'a Table, keys: &[&str]) -> Option<&'a Value> {
    let (first, rest) = keys.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(*key))
}

/// Takes a member out, and with it each table that becomes empty.
fn take(table: &mut Table, keys: &[&str]) -> Option<Value> {
    let (first, rest) = keys.split_first()?;
    if rest.is_empty() {
        return table.remove(*first);
    }
    let inner = table.get_mut(*first)?.as_table_mut()?;
    let value = take(inner, rest);
    if inner.is_empty() {
        table.remove(*first);
    }
    value
}

fn put(table: &mut Table, keys: &[&str], value: Value) -> bool {
    match keys {
        [] => false,
        [last] => table.insert((*last).to_owned(), value).is_none(),
        [first, rest @ ..] => {
            let inner = table.entry((*first).to_owned()).or_insert(Value::Table(Table::new()));
            inner.as_table_mut().is_some_and(|inner| put(inner, rest, value))
        }
    }
}

/// Removes each member that a pattern names, and with it each table that becomes empty, but not an item of a list or a part of it: an empty constraint
/// still is one.
fn remove(table: &mut Table, keys: &[&str], at: &KeyPath, found: &mut Vec<KeyPath>) {
    let Some((first, rest)) = keys.split_first() else { return };
    let path = at.clone().key(first);
    if rest.is_empty() {
        if table.remove(*first).is_some() {
            found.push(path);
        }
        return;
    }
    let is_used_up = match (table.get_mut(*first), rest) {
        (Some(Value::Table(inner)), _) => {
            let before = found.len();
            remove(inner, rest, &path, found);
            inner.is_empty() && found.len() > before
        }
        (Some(Value::Array(items)), ["*", rest @ ..]) => {
            for (index, item) in items.iter_mut().enumerate() {
                if let Value::Table(item) = item {
                    remove_in_item(item, rest, &path.clone().index(index), found);
                }
            }
            false
        }
        _ => false,
    };
    if is_used_up {
        table.remove(*first);
    }
}

fn remove_in_item(item: &mut Table, keys: &[&str], at: &KeyPath, found: &mut Vec<KeyPath>) {
    let Some((last, above)) = keys.split_last() else { return };
    let path = above.iter().fold(at.clone(), |path, key| path.key(key));
    let inner = above.iter().try_fold(item, |table, key| table.get_mut(*key)?.as_table_mut());
    if inner.is_some_and(|inner| inner.remove(*last).is_some()) {
        found.push(path.key(last));
    }
}
