//! The judge's own model of an IDX response. It shares no type with any server.

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

/// An IDX response. A member of another type counts as absent.
#[derive(Debug, Clone, Copy)]
pub struct Page<'v>(pub &'v Value);

/// A message and its location.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FoundMessage {
    /// `top`, or the field's path: `credentials.passcode`.
    pub at: String,
    /// `i18n.key`.
    pub key: Option<String>,
    /// `message`.
    pub text: String,
    /// `class`.
    pub class: String,
    /// `i18n.params`.
    pub params: Value,
}

impl<'v> Page<'v> {
    /// The forms of `remediation.value`.
    #[must_use]
    pub fn remediations(self) -> Vec<&'v Value> {
        items(self.0.pointer("/remediation/value"))
    }

    /// Their names, in order.
    #[must_use]
    pub fn remediation_names(self) -> Vec<&'v str> {
        self.remediations().into_iter().map(name_of).collect()
    }

    /// The form of this name.
    #[must_use]
    pub fn remediation(self, name: &str) -> Option<&'v Value> {
        self.remediations().into_iter().find(|form| name_of(form) == name)
    }

    /// The keys of the authenticators offered for choice, in order of the options.
    #[must_use]
    pub fn offered_authenticators(self) -> Vec<&'v str> {
        self.remediations()
            .into_iter()
            .flat_map(|form| items(form.get("value")))
            .flat_map(|field| items(field.get("options")))
            .filter_map(|option| self.authenticator_key(option))
            .collect()
    }

    /// The key of the authenticator that an option's `relatesTo` names.
    #[must_use]
    pub fn authenticator_key(self, option: &Value) -> Option<&'v str> {
        self.resolve(option.get("relatesTo")?.as_str()?)?.get("key")?.as_str()
    }

    /// Keys of `authenticatorEnrollments`, in order.
    #[must_use]
    pub fn enrollments(self) -> Vec<&'v str> {
        items(self.0.pointer("/authenticatorEnrollments/value"))
            .into_iter()
            .map(|enrollment| enrollment.get("key").and_then(Value::as_str).unwrap_or("?"))
            .collect()
    }

    /// The one value that a path such as `$.authenticators.value[0]` names.
    #[must_use]
    pub fn resolve(self, path: &str) -> Option<&'v Value> {
        JsonPath::parse(path).ok()?.query(self.0).exactly_one().ok()
    }

    /// A form inside `currentAuthenticator` (or `currentAuthenticatorEnrollment`), such as `resend` and `poll`.
    #[must_use]
    pub fn authenticator_form(self, name: &str) -> Option<&'v Value> {
        ["currentAuthenticator", "currentAuthenticatorEnrollment"]
            .into_iter()
            .find_map(|member| self.0.get(member)?.get("value")?.get(name))
    }

    /// `stateHandle` at the top.
    #[must_use]
    pub fn state_handle(self) -> Option<&'v str> {
        self.0.get("stateHandle")?.as_str()
    }

    /// `successWithInteractionCode`.
    #[must_use]
    pub fn success(self) -> Option<&'v Value> {
        self.0.get("successWithInteractionCode")
    }

    /// The interaction code.
    #[must_use]
    pub fn interaction_code(self) -> Option<&'v str> {
        let fields = items(self.success()?.get("value"));
        fields
            .into_iter()
            .find(|field| name_of(field) == "interaction_code")?
            .get("value")?
            .as_str()
    }

    /// Whether the response ends the transaction: it has neither a remediation nor a code.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        self.success().is_none() && self.remediations().is_empty()
    }

    /// Whether the response says that its handle is unknown or expired. Such a response can repeat the handle, and is not a page.
    #[must_use]
    pub fn is_session_expired(self) -> bool {
        let expired = |message: FoundMessage| message.key.as_deref() == Some("idx.session.expired");
        self.messages().into_iter().any(expired)
    }

    /// Every `stateHandle` that the page issues: at the top, and in its forms. They can differ.
    #[must_use]
    pub fn issued_handles(self) -> Vec<&'v str> {
        let mut handles = Vec::new();
        handles.extend(self.state_handle());
        for form in self.forms() {
            let fields = items(form.get("value")).into_iter();
            let mut of_form = fields.filter(|field| name_of(field) == "stateHandle");
            handles.extend(of_form.find_map(|field| field.get("value")?.as_str()));
        }
        handles
    }

    /// Every form that acts on the transaction: remediations, `cancel` and the forms of the authenticator.
    fn forms(self) -> impl Iterator<Item = &'v Value> {
        let of_authenticator = ["recover", "resend", "poll"]
            .into_iter()
            .filter_map(move |name| self.authenticator_form(name));
        self.remediations().into_iter().chain(self.0.get("cancel")).chain(of_authenticator)
    }

    /// Every message, the top-level ones first, then by form and field.
    #[must_use]
    pub fn messages(self) -> Vec<FoundMessage> {
        let mut found = Vec::new();
        add_messages(self.0, "top", &mut found);
        for form in self.remediations() {
            for field in items(form.get("value")) {
                add_field_messages(field, "", &mut found);
            }
        }
        found
    }
}

fn add_field_messages(field: &Value, parent: &str, found: &mut Vec<FoundMessage>) {
    let name = name_of(field);
    let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
    add_messages(field, &path, found);
    for inner in items(field.pointer("/form/value")) {
        add_field_messages(inner, &path, found);
    }
}

fn add_messages(holder: &Value, at: &str, found: &mut Vec<FoundMessage>) {
    let text = |message: &Value, path: &str| {
        message.pointer(path).and_then(Value::as_str).map(ToOwned::to_owned)
    };
    found.extend(items(holder.pointer("/messages/value")).into_iter().map(|message| {
        FoundMessage {
            at: at.to_owned(),
            key: text(message, "/i18n/key"),
            text: text(message, "/message").unwrap_or_default(),
            class: text(message, "/class").unwrap_or_default(),
            params: message.pointer("/i18n/params").cloned().unwrap_or(Value::Null),
        }
    }));
}

/// A page or form with a placeholder for each value that can differ between two responses that show the same page: handles and polling intervals.
#[must_use]
pub fn without_varying_values(value: &Value) -> Value {
    const PLACEHOLDER: &str = "…";
    match value {
        Value::Object(members) => {
            let is_handle = members.get("name").is_some_and(|name| name == "stateHandle");
            let member = |(name, value): (&String, &Value)| {
                let varies = match name.as_str() {
                    "stateHandle" => value.is_string(),
                    "refresh" => value.is_number(),
                    "value" => is_handle && value.is_string(),
                    _ => false,
                };
                let value = if varies { PLACEHOLDER.into() } else { without_varying_values(value) };
                (name.clone(), value)
            };
            Value::Object(members.iter().map(member).collect())
        }
        Value::Array(items) => items.iter().map(without_varying_values).collect(),
        other => other.clone(),
    }
}

/// The `name` of a form or field, or `?`.
#[must_use]
pub fn name_of(thing: &Value) -> &str {
    thing.get("name").and_then(Value::as_str).unwrap_or("?")
}

/// Whether a text has a recorded format of a state handle: `02` and base64url, or a JWE (2019 and 2020).
#[must_use]
pub fn is_state_handle(text: &str) -> bool {
    let is_safe = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~".contains(c));
    is_safe && text.len() >= 32 && (text.starts_with("02") || text.starts_with("eyJ"))
}

/// The elements of a list, or none.
#[must_use]
pub fn items(list: Option<&Value>) -> Vec<&Value> {
    list.and_then(Value::as_array).map(|items| items.iter().collect()).unwrap_or_default()
}

/// The members of a form that already have a value, fixed or proposed.
#[must_use]
pub fn fixed_members(fields: &[&Value]) -> Map<String, Value> {
    let mut members = Map::new();
    for field in fields {
        let nested = items(field.pointer("/form/value"));
        let value = match field.get("value") {
            Some(value) if !value.is_array() && !value.is_object() => Some(value.clone()),
            _ => Some(fixed_members(&nested)).filter(|inner| !inner.is_empty()).map(Value::Object),
        };
        if let Some(value) = value {
            members.insert(name_of(field).to_owned(), value);
        }
    }
    members
}

/// The members of a form that the client must send as they are: those of fields with `mutable: false`. A refused field can repeat the value that the client sent, which the user may change.
pub(crate) fn immutable_members(fields: &[&Value]) -> Map<String, Value> {
    let mut members = Map::new();
    for field in fields {
        let nested = immutable_members(&items(field.pointer("/form/value")));
        let value = match field.get("value") {
            Some(value) if field["mutable"] == false && value.is_string() => Some(value.clone()),
            _ => Some(nested).filter(|inner| !inner.is_empty()).map(Value::Object),
        };
        if let Some(value) = value {
            members.insert(name_of(field).to_owned(), value);
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn option_resolves_to_its_authenticator_key() {
        let page = json!({
            "remediation": {"value": [{"name": "select-authenticator-enroll", "value": [
                {"name": "authenticator", "options": [{"label": "Phone", "relatesTo": "$.authenticators.value[1]"}]},
            ]}]},
            "authenticators": {"value": [{"key": "okta_email"}, {"key": "phone_number"}]},
        });
        assert_eq!(Page(&page).offered_authenticators(), ["phone_number"]);
    }

    #[test]
    fn message_has_the_path_of_its_field() {
        let message = json!({"type": "array", "value": [{"message": "Invalid code. Try again.", "class": "ERROR",
            "i18n": {"key": "api.authn.error.PASSCODE_INVALID"}}]});
        let page = json!({"messages": message, "remediation": {"value": [{"name": "enroll-authenticator", "value": [
            {"name": "credentials", "form": {"value": [{"name": "passcode", "messages": message}]}},
        ]}]}});
        let places: Vec<_> = Page(&page).messages().into_iter().map(|message| message.at).collect();
        assert_eq!(places, ["top", "credentials.passcode"]);
    }

    #[test]
    fn nested_fixed_members_are_collected() {
        let fields = [
            json!({"name": "authenticator", "form": {"value": [{"name": "id", "value": "aut1"}, {"name": "phoneNumber"}]}}),
            json!({"name": "stateHandle", "value": "02abc", "mutable": false}),
        ];
        let members = fixed_members(&fields.iter().collect::<Vec<_>>());
        assert_eq!(
            Value::Object(members),
            json!({"authenticator": {"id": "aut1"}, "stateHandle": "02abc"})
        );
    }
}
