//! Redacts passwords, codes, tokens and secrets in what the journal returns, and shortens handles.

use serde_json::{Map, Value};

use crate::journal::secret_names::Sensitivity;

const REDACTED: &str = "[redacted]";
/// The number of characters that distinguish two handles.
const SHORT: usize = 10;

/// A request target or URL, with its path, query and fragment.
pub(crate) fn target(text: &str) -> String {
    let (rest, fragment) = split(text, '#');
    let (path, query) = split(rest, '?');
    let mut shown = self::path(path);
    for (mark, pairs) in [('?', query), ('#', fragment)] {
        if let Some(pairs) = pairs {
            shown.push(mark);
            shown.push_str(&self::pairs(pairs));
        }
    }
    shown
}

/// A path without its query.
pub(crate) fn path(path: &str) -> String {
    let mut is_secret = false;
    let segments = path.split('/').map(|segment| {
        if segment.is_empty() {
            return segment;
        }
        let shown = if is_secret { REDACTED } else { segment };
        is_secret = !is_secret && Sensitivity::behind_segment(segment) == Sensitivity::Secret;
        shown
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The headers as an object, with secrets redacted.
pub(crate) fn headers<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, value) in headers {
        let text = shown(Sensitivity::of_header(name), value);
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
        // A value without a name can be anything.
        let kind = if matches!(document, Value::Object(_)) {
            Sensitivity::Plain
        } else {
            Sensitivity::Secret
        };
        clean(&mut document, kind);
        return document;
    }
    let is_form =
        content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    match std::str::from_utf8(bytes) {
        Ok(text) if is_form && text.split('&').all(has_plain_name) => {
            let fields = form_urlencoded::parse(bytes).map(|(name, value)| {
                let value = shown(Sensitivity::of(&name), &value);
                (name.into_owned(), Value::String(value))
            });
            Value::Object(fields.collect())
        }
        _ => Value::String(format!("[{} bytes that are neither JSON nor a form]", bytes.len())),
    }
}

fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// The parameters of a query or a fragment.
fn pairs(query: &str) -> String {
    let shown_pair = |pair: &str| {
        if !has_plain_name(pair) {
            return REDACTED.to_owned();
        }
        let mut parsed = form_urlencoded::parse(pair.as_bytes());
        parsed.next().map_or_else(String::new, |(name, value)| {
            format!("{name}={}", shown(Sensitivity::of(&name), &value))
        })
    };
    query.split('&').map(shown_pair).collect::<Vec<_>>().join("&")
}

/// Whether the text is a parameter with a name. Text of another format, such as JSON, would be taken for a name.
fn has_plain_name(pair: &str) -> bool {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'%' | b'+');
    pair.is_empty() || pair.split_once('=').is_some_and(|(name, _)| name.bytes().all(is_plain))
}

fn shown(kind: Sensitivity, value: &str) -> String {
    match kind {
        Sensitivity::Secret => REDACTED.to_owned(),
        Sensitivity::Handle => shortened(value),
        Sensitivity::Plain if value.contains('/') => {
            value.split(' ').map(word).collect::<Vec<_>>().join(" ")
        }
        Sensitivity::Plain => value.to_owned(),
    }
}

/// A word of a text. It can be a URL or a path: the refusal of an unknown path names the path.
fn word(word: &str) -> String {
    if word.starts_with('/') || word.contains("://") { target(word) } else { word.to_owned() }
}

/// Redacts a value of this kind, with everything in it.
fn clean(value: &mut Value, kind: Sensitivity) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| clean(item, kind)),
        Value::Object(members) => clean_object(members, kind),
        Value::String(text) => *text = shown(kind, text),
        Value::Number(_) if kind == Sensitivity::Secret => {
            *value = Value::String(REDACTED.to_owned())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn clean_object(members: &mut Map<String, Value>, outer: Sensitivity) {
    // A form field has its name in another member: {"name":"stateHandle","value":"02…"}.
    let field = members.get("name").and_then(Value::as_str).map(str::to_owned);
    for (name, value) in members {
        let kind = match &field {
            _ if outer == Sensitivity::Secret || name == "credentials" => Sensitivity::Secret,
            Some(field) if name == "value" => Sensitivity::of(field),
            _ => Sensitivity::of(name),
        };
        clean(value, kind);
    }
}

fn shortened(handle: &str) -> String {
    match handle.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}…", &handle[..end]),
        None => handle.to_owned(),
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
