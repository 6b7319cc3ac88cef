//! Differences between lists of names, and between two pages.

use serde_json::Value;

use super::Failure;
use crate::page::Page;
use idx_scenario::matcher::shown;

/// The same names in the same order.
pub(super) fn exact(what: &str, expected: &[String], actual: &[&str]) -> Option<Failure> {
    if expected == actual {
        return None;
    }
    let missing: Vec<_> =
        expected.iter().map(String::as_str).filter(|name| !actual.contains(name)).collect();
    let surplus: Vec<_> =
        actual.iter().copied().filter(|name| !expected.iter().any(|e| e == name)).collect();
    let mut hints = Vec::new();
    if !missing.is_empty() {
        hints.push(format!("missing: {}", missing.join(", ")));
    }
    if !surplus.is_empty() {
        hints.push(format!("not expected: {}", surplus.join(", ")));
    }
    if hints.is_empty() {
        hints.push("the same names in another order".into());
    }
    let expected: Vec<_> = expected.iter().map(String::as_str).collect();
    Some(Failure::new(what, listed(&expected), listed(actual)).hinting(hints.join("; ")))
}

/// These names among others.
pub(super) fn includes(what: &str, expected: &[String], actual: &[&str]) -> Option<Failure> {
    let missing: Vec<_> =
        expected.iter().map(String::as_str).filter(|name| !actual.contains(name)).collect();
    (!missing.is_empty())
        .then(|| Failure::new(what, format!("{} among them", missing.join(", ")), listed(actual)))
}

/// None of these names.
pub(super) fn excludes(what: &str, unwanted: &[String], actual: &[&str]) -> Option<Failure> {
    let found: Vec<_> =
        unwanted.iter().map(String::as_str).filter(|name| actual.contains(name)).collect();
    (!found.is_empty())
        .then(|| Failure::new(what, format!("without {}", found.join(", ")), listed(actual)))
}

/// The same page: every member equal but its expiry, or the first that is not.
pub(super) fn same_page(before: &Value, now: &Value) -> Option<Failure> {
    let without_expiry = |page: &Value| {
        let mut page = page.clone();
        // An answer may give the person more time, and still show the same page.
        drop(page.as_object_mut().and_then(|members| members.shift_remove("expiresAt")));
        page
    };
    let (place, before_value, now_value) =
        first_difference("$", &without_expiry(before), &without_expiry(now))?;
    let failure = Failure::new(format!("page at {place}"), before_value, now_value);
    let names = Page(before).remediation_names().join(", ");
    Some(
        failure
            .hinting(format!("the page before offered {names}, and nothing should have changed")),
    )
}

fn first_difference(place: &str, before: &Value, now: &Value) -> Option<(String, String, String)> {
    let nothing = Value::Null;
    match (before, now) {
        (Value::Object(old), Value::Object(new)) => {
            old.keys().chain(new.keys().filter(|key| !old.contains_key(*key))).find_map(|key| {
                let (old, new) =
                    (old.get(key).unwrap_or(&nothing), new.get(key).unwrap_or(&nothing));
                first_difference(&format!("{place}.{key}"), old, new)
            })
        }
        (Value::Array(old), Value::Array(new)) => (0..old.len().max(new.len())).find_map(|index| {
            let (old, new) =
                (old.get(index).unwrap_or(&nothing), new.get(index).unwrap_or(&nothing));
            first_difference(&format!("{place}[{index}]"), old, new)
        }),
        _ => (before != now).then(|| (place.to_owned(), shown(before), shown(now))),
    }
}

fn listed(names: &[&str]) -> String {
    format!("[{}]", names.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_hint_says_what_the_difference_comes_down_to() {
        let hint = |expected: &[&str], actual: &[&str]| {
            let expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
            exact("remediations", &expected, actual).and_then(|failure| failure.hint)
        };
        assert_eq!(hint(&["a", "b"], &["a", "b"]), None);
        assert_eq!(hint(&["a", "b"], &["b", "a"]).unwrap(), "the same names in another order");
        assert_eq!(hint(&["a", "b"], &["a", "c"]).unwrap(), "missing: b; not expected: c");
    }

    #[test]
    fn a_page_that_lives_longer_is_the_same() {
        let page = |expires: &str| json!({"version": "1.0.0", "expiresAt": expires});
        assert_eq!(same_page(&page("2026"), &page("2027")), None);
        let deeper = |expires: &str| json!({"version": {"expiresAt": expires}});
        assert!(same_page(&deeper("2026"), &deeper("2027")).is_some());
    }

    #[test]
    fn the_first_difference_of_two_pages_has_a_place() {
        let failure =
            same_page(&json!({"a": [1, {"b": 2}]}), &json!({"a": [1, {"b": 3}]})).unwrap();
        assert_eq!(
            (failure.what.as_str(), failure.expected.as_str(), failure.actual.as_str()),
            ("page at $.a[1].b", "2", "3")
        );
    }
}
