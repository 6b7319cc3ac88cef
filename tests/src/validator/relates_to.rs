//! Resolves `relatesTo`, a path into the same document. If a path finds nothing, auth-js rejects the whole document.

use serde_json::Value;

use super::node::{Node, Report};

/// The object at the path of `relatesTo`. If the path refers to an ION object, this is the object's member `value`.
pub(super) fn resolve<'a>(
    report: &mut Report,
    root: &Node<'a>,
    path: &Node<'_>,
) -> Option<&'a Value> {
    let Some(text) = path.text() else {
        report.problem(path, format!("is {}, but relatesTo must be a path", path.value));
        return None;
    };
    let found = walk(root.value, text);
    if found.is_none() {
        report.problem(path, format!("finds nothing: {text}"));
    }
    found.map(|found| found.get("value").filter(|value| value.is_object()).unwrap_or(found))
}

fn walk<'a>(root: &'a Value, path: &str) -> Option<&'a Value> {
    path.strip_prefix("$.")?.split('.').try_fold(root, |value, step| match step.split_once('[') {
        None => value.get(step),
        Some((name, index)) => {
            value.get(name)?.get(index.strip_suffix(']')?.parse::<usize>().ok()?)
        }
    })
}
