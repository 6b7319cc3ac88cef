//! An org document in JSON, as the control API receives it, in the form of a TOML document.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use toml::{Table, Value};

use crate::org::error::DocumentMistake;
use crate::org::key_path::KeyPath;
use crate::org::policy_api::Adopted;
use crate::org::problem::Problem;

/// The mistakes and notes of a JSON document, which its table does not contain.
#[derive(Debug, Default)]
pub(super) struct FromJson {
    pub(super) mistakes: Vec<DocumentMistake>,
    /// Items of lists that TOML cannot express.
    pub(super) skipped: BTreeSet<KeyPath>,
    pub(super) adopted: Adopted,
}

/// The document as a table, or nothing if it is not an object.
pub(super) fn table(document: &Json, found: &mut FromJson) -> Option<Table> {
    match value(document, &KeyPath::default(), found) {
        Some(Value::Table(table)) => Some(table),
        _ => None,
    }
}

/// TOML has no null, and its numbers have 64 bits with a sign.
fn value(json: &Json, path: &KeyPath, found: &mut FromJson) -> Option<Value> {
    match json {
        Json::Null => refuse(path, "null", "a value; leave the item out", found),
        Json::Bool(flag) => Some(Value::Boolean(*flag)),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Some(Value::Integer(integer)),
            (None, Some(float)) if !number.is_u64() => Some(Value::Float(float)),
            _ => {
                let number = format!("the number {number}");
                refuse(path, &number, "a number that fits in 64 bits", found)
            }
        },
        Json::String(text) => Some(Value::String(text.clone())),
        Json::Array(items) => Some(Value::Array(
            items.iter().enumerate().map(|(index, json)| item(json, index, path, found)).collect(),
        )),
        Json::Object(members) => {
            let mut table = Table::new();
            for (key, json) in members {
                let path = path.clone().key(key);
                if json.is_null() {
                    // The Policy API has null where a policy has no value.
                    found.adopted.ignore(&path, "it is null");
                } else if let Some(value) = value(json, &path, found) {
                    table.insert(key.clone(), value);
                }
            }
            Some(Value::Table(table))
        }
    }
}

/// A refused item stays in its list and is skipped, since the paths of later items count it.
fn item(json: &Json, index: usize, list: &KeyPath, found: &mut FromJson) -> Value {
    let path = list.clone().index(index);
    value(json, &path, found).unwrap_or_else(|| {
        found.skipped.insert(path);
        Value::Boolean(false)
    })
}

fn refuse(path: &KeyPath, value: &str, expected: &str, found: &mut FromJson) -> Option<Value> {
    let problem = Problem::WrongValue { found: value.to_owned(), expected: expected.to_owned() };
    found.mistakes.push(DocumentMistake::new(path.clone(), problem));
    None
}
