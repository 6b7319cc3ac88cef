//! `relatesTo`: a path into the same document. auth-js throws away the whole document when one leads nowhere.

use serde_json::Value;

use super::node::{Node, Report};

/// The value of the ION object that a `relatesTo` names: what stands under `value`, where the path names the object around it.
pub(super) fn resolve<'a>(
    report: &mut Report,
    root: &Node<'a>,
    path: &Node<'_>,
) -> Option<&'a Value> {
    let Some(text) = path.text() else {
        report.problem(path, format!("is {}, and relatesTo is a path", path.value));
        return None;
    };
    let found = walk(root.value, text);
    if found.is_none() {
        report.problem(path, format!("leads nowhere: {text}"));
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
