//! Reads one page: an IDX response as JSON.

use serde_json::{Map, Value};

/// The names of the remediations, in order.
pub fn remediation_names(page: &Value) -> Vec<&str> {
    remediations(page).filter_map(|form| form["name"].as_str()).collect()
}

/// A remediation by its name.
pub fn remediation<'p>(page: &'p Value, name: &str) -> Option<&'p Value> {
    remediations(page).find(|form| form["name"] == name)
}

/// An action of the current authenticator: `resend`, `poll` or `recover`.
pub fn action<'p>(page: &'p Value, name: &str) -> Option<&'p Value> {
    let current = CURRENT.iter().map(|member| &page[member]["value"][name]);
    current.into_iter().find(|form| form.is_object())
}

/// The href of everything that the page offers: its remediations, the actions of its authenticator, and `cancel`.
pub fn offered_hrefs(page: &Value) -> Vec<&str> {
    let current = CURRENT.iter().filter_map(|member| page[member]["value"].as_object());
    let actions = current.flat_map(Map::values);
    let forms = remediations(page).chain(actions).chain([&page["cancel"]]);
    forms.filter_map(|form| form["href"].as_str()).collect()
}

/// A form's request body: the values that the server fixed, overridden by `values`.
pub fn fill(form: &Value, values: Value) -> Value {
    let mut body = fixed_fields(&form["value"]);
    merge(&mut body, values);
    body
}

/// The names of the fields inside an object field, such as `userProfile`, of any remediation.
pub fn nested_fields<'p>(page: &'p Value, field: &str) -> Vec<&'p str> {
    let fields = remediations(page).flat_map(|form| items(&form["value"]));
    let nested = fields.filter(|found| found["name"] == field);
    nested
        .flat_map(|found| items(&found["form"]["value"]))
        .filter_map(|inner| inner["name"].as_str())
        .collect()
}

/// The key and the id of each listed authenticator, in order.
pub fn authenticators(page: &Value) -> impl Iterator<Item = (&str, &str)> {
    let listed = items(&page["authenticators"]["value"]);
    listed.filter_map(|listed| Some((listed["key"].as_str()?, listed["id"].as_str()?)))
}

/// The id of a listed authenticator.
pub fn authenticator_id<'p>(page: &'p Value, key: &str) -> Option<&'p str> {
    authenticators(page).find(|(listed, _)| *listed == key).map(|(_, id)| id)
}

/// The keys of the listed authenticators, in order.
pub fn listed(page: &Value) -> Vec<&str> {
    authenticators(page).map(|(key, _)| key).collect()
}

/// The labels of the authenticators that `select-authenticator-enroll` offers, in order.
pub fn offered_labels(page: &Value) -> Vec<&str> {
    let form = remediation(page, "select-authenticator-enroll");
    let fields = form.into_iter().flat_map(|form| items(&form["value"]));
    let options = fields.flat_map(|field| items(&field["options"]));
    options.filter_map(|option| option["label"].as_str()).collect()
}

/// The interaction code of a success page.
pub fn interaction_code(page: &Value) -> Option<&str> {
    let mut fields = items(&page["successWithInteractionCode"]["value"]);
    fields.find(|field| field["name"] == "interaction_code")?["value"].as_str()
}

/// The i18n keys of all messages of the page and its fields. A message without a key is represented by its text.
pub fn message_keys(page: &Value) -> Vec<String> {
    let mut keys = Vec::new();
    collect_keys(page, &mut keys);
    keys
}

const CURRENT: [&str; 2] = ["currentAuthenticator", "currentAuthenticatorEnrollment"];

fn remediations(page: &Value) -> impl Iterator<Item = &Value> {
    items(&page["remediation"]["value"])
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// The values that the server has fixed (`mutable: false`), which the SDKs send back.
fn fixed_fields(fields: &Value) -> Value {
    let mut body = Map::new();
    for field in items(fields) {
        let name = field["name"].as_str().unwrap_or_default().to_owned();
        if field["mutable"] == false && field.get("value").is_some() {
            body.insert(name, field["value"].clone());
        } else if field.get("form").is_some() {
            let nested = fixed_fields(&field["form"]["value"]);
            if nested.as_object().is_some_and(|nested| !nested.is_empty()) {
                body.insert(name, nested);
            }
        }
    }
    Value::Object(body)
}

/// Objects are merged member by member; any other value is replaced.
fn merge(target: &mut Value, values: Value) {
    match (target, values) {
        (Value::Object(target), Value::Object(values)) => {
            for (name, value) in values {
                merge(target.entry(name).or_insert(Value::Null), value);
            }
        }
        (target, value) => *target = value,
    }
}

fn collect_keys(value: &Value, keys: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name == "messages" {
                    keys.extend(items(&member["value"]).filter_map(key_or_text));
                } else {
                    collect_keys(member, keys);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_keys(item, keys)),
        _ => {}
    }
}

fn key_or_text(message: &Value) -> Option<String> {
    let key = message["i18n"]["key"].as_str().or_else(|| message["message"].as_str());
    key.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn filled_form_keeps_fixed_values_beside_own_values() {
        let form = json!({"value": [
            {"name": "authenticator", "form": {"value": [
                {"name": "id", "value": "aut1", "mutable": false},
                {"name": "methodType", "value": "sms"},
            ]}},
            {"name": "stateHandle", "value": "02a", "mutable": false},
        ]});
        let body = fill(&form, json!({"authenticator": {"methodType": "voice"}}));
        let expected =
            json!({"authenticator": {"id": "aut1", "methodType": "voice"}, "stateHandle": "02a"});
        assert_eq!(body, expected);
    }

    #[test]
    fn empty_page_offers_nothing() {
        let page = json!({});
        assert!(remediation_names(&page).is_empty());
        assert!(offered_hrefs(&page).is_empty());
        assert!(message_keys(&page).is_empty());
        assert_eq!(interaction_code(&page), None);
    }

    #[test]
    fn message_key_of_a_field_is_found() {
        let field =
            json!({"messages": {"value": [{"i18n": {"key": "a.key"}}, {"message": "text"}]}});
        let page =
            json!({"remediation": {"value": [{"name": "enroll-profile", "value": [field]}]}});
        assert_eq!(message_keys(&page), ["a.key", "text"]);
    }
}
