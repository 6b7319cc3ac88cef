//! Fills in a form: the server's fixed values, then the scenario's.

use serde_json::{Map, Value};

use crate::drivers::driver::ActionError;
use idx_judge::page::{Page, fixed_members, items, name_of};

/// The body for a form. `choose` selects the option of that authenticator, and `with` then fills that option's fields.
pub(super) fn fill(
    page: Page<'_>,
    form: &Value,
    choose: Option<&str>,
    with: &Map<String, Value>,
) -> Result<Map<String, Value>, ActionError> {
    let fields = items(form.get("value"));
    let mut body = fixed_members(&fields);
    match choose {
        None => merge(&mut body, with),
        Some(key) => {
            let (field, mut chosen) = option_of(page, &fields, key)?;
            merge(&mut chosen, with);
            body.insert(field.to_owned(), Value::Object(chosen));
        }
    }
    Ok(body)
}

fn option_of<'f>(
    page: Page<'_>,
    fields: &[&'f Value],
    key: &str,
) -> Result<(&'f str, Map<String, Value>), ActionError> {
    let mut offered = Vec::new();
    for field in fields {
        for option in items(field.get("options")) {
            let found = page.authenticator_key(option).unwrap_or("?");
            if found == key {
                let inner = items(option.pointer("/value/form/value"));
                return Ok((name_of(field), fixed_members(&inner)));
            }
            offered.push(found.to_owned());
        }
    }
    let offered =
        if offered.is_empty() { "no authenticator".to_owned() } else { offered.join(", ") };
    Err(ActionError::NotOffered { wanted: format!("the authenticator `{key}`"), offered })
}

/// Objects are merged member by member; anything else is replaced.
fn merge(body: &mut Map<String, Value>, with: &Map<String, Value>) {
    for (name, value) in with {
        match (body.get_mut(name), value) {
            (Some(Value::Object(inner)), Value::Object(with)) => merge(inner, with),
            _ => {
                body.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Names for an error message.
pub(super) fn listed(names: &[&str]) -> String {
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page() -> Value {
        json!({
            "remediation": {"value": [{"name": "select-authenticator-enroll", "value": [
                {"name": "authenticator", "type": "object", "options": [
                    {"label": "Email", "relatesTo": "$.authenticators.value[0]",
                     "value": {"form": {"value": [
                        {"name": "id", "required": true, "value": "autEmail", "mutable": false},
                        {"name": "methodType", "required": false, "value": "email", "mutable": false}]}}},
                ]},
                {"name": "stateHandle", "required": true, "value": "02abc", "visible": false, "mutable": false},
            ]}]},
            "authenticators": {"value": [{"key": "okta_email"}]},
        })
    }

    #[test]
    fn choice_takes_id_and_method_from_page() {
        let page = page();
        let form = &page["remediation"]["value"][0];
        let body = fill(Page(&page), form, Some("okta_email"), &Map::new()).unwrap();
        let wanted = json!({"authenticator": {"id": "autEmail", "methodType": "email"}, "stateHandle": "02abc"});
        assert_eq!(Value::Object(body), wanted);
    }

    #[test]
    fn missing_choice_names_the_offered_ones() {
        let page = page();
        let form = &page["remediation"]["value"][0];
        let error = fill(Page(&page), form, Some("okta_password"), &Map::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the authenticator `okta_password` is not offered; the page offers okta_email"
        );
    }
}
