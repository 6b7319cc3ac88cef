//! Redacts passwords, codes, tokens and secrets in what the journal returns, and shortens handles.

use serde_json::{Map, Value};

const REDACTED: &str = "[redacted]";
/// The number of characters that distinguish two handles.
const SHORT: usize = 10;

/// A request target with its query.
pub(crate) fn target(text: &str) -> String {
    // The only path that contains a secret: the link that activates a user.
    if let Some((before, after)) = text.split_once("/tokens/")
        && after.ends_with("/verify")
    {
        return format!("{before}/tokens/{REDACTED}/verify");
    }
    match text.split_once('?') {
        Some((path, query)) => format!("{path}?{}", pairs(query.as_bytes())),
        None => text.to_owned(),
    }
}

/// The headers as an object, with secrets redacted.
pub(crate) fn headers<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, value) in headers {
        let text = match name {
            "authorization" | "cookie" | "set-cookie" | "x-device-token" => REDACTED.to_owned(),
            "location" | "referer" => target(value),
            _ => value.to_owned(),
        };
        match all.get_mut(name) {
            Some(Value::String(before)) => {
                before.push_str(", ");
                before.push_str(&text);
            }
            _ => {
                all.insert(name.to_owned(), Value::String(text));
            }
        }
    }
    all
}

/// A body: JSON as JSON, a form as an object, anything else as its size only, since its secrets cannot be found.
pub(crate) fn body(bytes: &[u8], content_type: Option<&str>) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    if let Ok(mut document) = serde_json::from_slice(bytes) {
        clean(&mut document);
        return document;
    }
    if content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        let fields = form_urlencoded::parse(bytes).map(|(name, value)| {
            let value = shown(&name, &value);
            (name.into_owned(), Value::String(value))
        });
        return Value::Object(fields.collect());
    }
    Value::String(format!("[{} bytes that are neither JSON nor a form]", bytes.len()))
}

fn pairs(query: &[u8]) -> String {
    let mut shown_pairs = String::new();
    for (name, value) in form_urlencoded::parse(query) {
        if !shown_pairs.is_empty() {
            shown_pairs.push('&');
        }
        shown_pairs.push_str(&name);
        shown_pairs.push('=');
        shown_pairs.push_str(&shown(&name, &value));
    }
    shown_pairs
}

fn shown(name: &str, value: &str) -> String {
    match Sensitivity::of(name) {
        Sensitivity::Secret => REDACTED.to_owned(),
        Sensitivity::Handle => shortened(value),
        Sensitivity::Plain => value.to_owned(),
    }
}

fn clean(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(members) => clean_object(members),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn clean_object(members: &mut Map<String, Value>) {
    // A form field has its name in another member: {"name":"stateHandle","value":"02…"}.
    let field = members.get("name").and_then(Value::as_str).map(str::to_owned);
    for (name, value) in members {
        let kind = match &field {
            Some(field) if name == "value" => Sensitivity::of(field),
            _ => Sensitivity::of(name),
        };
        match (kind, &mut *value) {
            (Sensitivity::Secret, Value::String(_) | Value::Number(_)) => {
                *value = Value::String(REDACTED.to_owned())
            }
            (Sensitivity::Handle, Value::String(text)) => *text = shortened(text),
            (_, Value::String(text)) if text.contains("oken=") => *text = target(text),
            _ => clean(value),
        }
    }
}

fn shortened(handle: &str) -> String {
    match handle.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}…", &handle[..end]),
        None => handle.to_owned(),
    }
}

enum Sensitivity {
    Secret,
    Handle,
    Plain,
}

impl Sensitivity {
    fn of(name: &str) -> Self {
        match name {
            "passcode" | "password" | "otp" | "token" | "access_token" | "refresh_token"
            | "id_token" | "id_token_hint" | "interaction_code" | "code" | "code_verifier"
            | "client_secret" | "activation_token" | "activationToken" | "recovery_token"
            | "client_assertion" => Self::Secret,
            "stateHandle" | "stateToken" | "interactionHandle" | "interaction_handle" => {
                Self::Handle
            }
            _ => Self::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HANDLE: &str = "02abcdefghijklmnopqrstuvwxyz";

    #[test]
    fn json_body_is_redacted() {
        let sent = json!({"credentials": {"passcode": "Abcd1234"}, "stateHandle": HANDLE, "userProfile": {"email": "a@b.co"}});
        assert_eq!(
            body(sent.to_string().as_bytes(), Some("application/json")),
            json!({"credentials": {"passcode": "[redacted]"}, "stateHandle": "02abcdefgh…", "userProfile": {"email": "a@b.co"}})
        );
    }

    #[test]
    fn form_field_is_redacted_by_its_name() {
        let answer = json!({"value": [
            {"name": "interaction_code", "required": true, "value": "secret"},
            {"name": "stateHandle", "value": HANDLE},
            {"name": "passcode", "label": "Enter code"},
            {"name": "credentials", "form": {"value": [{"name": "passcode", "value": "123456"}]}},
        ]});
        assert_eq!(
            body(answer.to_string().as_bytes(), None),
            json!({"value": [
                {"name": "interaction_code", "required": true, "value": "[redacted]"},
                {"name": "stateHandle", "value": "02abcdefgh…"},
                {"name": "passcode", "label": "Enter code"},
                {"name": "credentials", "form": {"value": [{"name": "passcode", "value": "[redacted]"}]}},
            ]})
        );
    }

    #[test]
    fn nested_form_field_is_redacted() {
        let answer =
            json!({"name": "enroll-profile", "value": [{"name": "stateHandle", "value": HANDLE}]});
        assert_eq!(
            body(answer.to_string().as_bytes(), None),
            json!({"name": "enroll-profile", "value": [{"name": "stateHandle", "value": "02abcdefgh…"}]})
        );
    }

    #[test]
    fn form_body_and_query_are_redacted() {
        let form =
            b"grant_type=interaction_code&interaction_code=abc&code_verifier=def&client_id=0oa";
        assert_eq!(
            body(form, Some("application/x-www-form-urlencoded; charset=utf-8")),
            json!({"grant_type": "interaction_code", "interaction_code": "[redacted]", "code_verifier": "[redacted]", "client_id": "0oa"})
        );
        let sent = "/oauth2/default/v1/token?client_id=0oa&code_verifier=def";
        assert_eq!(target(sent), "/oauth2/default/v1/token?client_id=0oa&code_verifier=[redacted]");
    }

    #[test]
    fn activation_link_is_redacted() {
        assert_eq!(target("/tokens/abc/verify"), "/tokens/[redacted]/verify");
        assert_eq!(target("/email/verify/0oa?token=abc"), "/email/verify/0oa?token=[redacted]");
    }

    #[test]
    fn link_is_redacted_and_unreadable_body_is_omitted() {
        let link =
            json!({"href": "http://localhost/login/error/redirect?stateToken=02abcdefghijkl"});
        assert_eq!(
            body(link.to_string().as_bytes(), None),
            json!({"href": "http://localhost/login/error/redirect?stateToken=02abcdefgh…"})
        );
        assert_eq!(
            body(b"{\"passcode\":\"Abcd1234\"", None),
            json!("[22 bytes that are neither JSON nor a form]")
        );
        assert_eq!(body(b"", None), Value::Null);
    }

    #[test]
    fn secret_header_is_redacted() {
        let sent = [
            ("authorization", "Basic abc"),
            ("accept", "application/json"),
            ("location", "http://localhost/cb?state=1&otp=123456"),
            ("accept", "*/*"),
        ];
        assert_eq!(
            Value::Object(headers(sent.into_iter())),
            json!({
                "authorization": "[redacted]", "accept": "application/json, */*",
                "location": "http://localhost/cb?state=1&otp=[redacted]",
            })
        );
    }
}
