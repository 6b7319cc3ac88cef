//! The first difference between two JSON values.

use serde_json::Value;

use idx_scenario::matcher::shown;

/// The path of the first member in which two values differ, and both values.
pub(crate) fn first(place: &str, before: &Value, now: &Value) -> Option<(String, String, String)> {
    let nothing = Value::Null;
    match (before, now) {
        (Value::Object(old), Value::Object(new)) => {
            old.keys().chain(new.keys().filter(|key| !old.contains_key(*key))).find_map(|key| {
                let (old, new) =
                    (old.get(key).unwrap_or(&nothing), new.get(key).unwrap_or(&nothing));
                first(&format!("{place}.{key}"), old, new)
            })
        }
        (Value::Array(old), Value::Array(new)) => (0..old.len().max(new.len())).find_map(|index| {
            let (old, new) =
                (old.get(index).unwrap_or(&nothing), new.get(index).unwrap_or(&nothing));
            first(&format!("{place}[{index}]"), old, new)
        }),
        _ => (before != now).then(|| (place.to_owned(), shown(before), shown(now))),
    }
}
