//! Differences between lists of names and between two pages.

use serde_json::Value;

use crate::difference;
use crate::failure::Failure;
use crate::page::{Page, without_varying_values};

/// The expected names that the list lacks.
pub(super) fn missing(expected: &[String], actual: &[&str]) -> Vec<String> {
    expected.iter().filter(|name| !actual.contains(&name.as_str())).cloned().collect()
}

/// The unwanted names that the list contains.
pub(super) fn present(unwanted: &[String], actual: &[&str]) -> Vec<String> {
    unwanted.iter().filter(|name| actual.contains(&name.as_str())).cloned().collect()
}

/// The first member in which two pages differ, except the expiry, the handles and the polling interval.
pub(super) fn same_page(before: &Value, now: &Value) -> Option<Failure> {
    let without_expiry = |page: &Value| {
        let mut page = without_varying_values(page);
        // A response may extend the expiry and still show the same page.
        drop(page.as_object_mut().and_then(|members| members.shift_remove("expiresAt")));
        page
    };
    let (path, before_value, now_value) =
        difference::first("$", &without_expiry(before), &without_expiry(now))?;
    let offered = Page(before).remediation_names().into_iter().map(ToOwned::to_owned).collect();
    Some(Failure::PageChanged { path, before: before_value, now: now_value, offered })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn later_expiry_is_the_same_page() {
        let page = |expires: &str| json!({"version": "1.0.0", "expiresAt": expires});
        assert_eq!(same_page(&page("2026"), &page("2027")), None);
        let deeper = |expires: &str| json!({"version": {"expiresAt": expires}});
        assert!(same_page(&deeper("2026"), &deeper("2027")).is_some());
    }

    #[test]
    fn changed_page_names_the_first_difference() {
        let failure =
            same_page(&json!({"a": [1, {"b": 2}]}), &json!({"a": [1, {"b": 3}]})).unwrap();
        assert_eq!(
            (failure.what().as_str(), failure.expected().as_str(), failure.actual().as_str()),
            ("page at $.a[1].b", "2", "3")
        );
    }
}
