//! Templates: `{{name}}` in strings. A string that consists of one template takes the type of its value.

use std::collections::BTreeMap;

use serde_json::Value;

/// The values that templates can name.
pub type Variables = BTreeMap<String, Value>;

/// A template names a value that does not exist, or does not exist yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{{{{{0}}}}}` has no value at this step; capture it earlier, or check its spelling")]
pub struct Unknown(pub String);

/// The names in a text, in order.
pub(crate) fn names(text: &str) -> Vec<&str> {
    pieces(text)
        .into_iter()
        .filter_map(|piece| if let Piece::Name(name) = piece { Some(name) } else { None })
        .collect()
}

/// Replaces every template inside a text.
///
/// # Errors
/// When a name has no value.
pub fn expand_text(text: &str, variables: &Variables) -> Result<String, Unknown> {
    let mut expanded = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => expanded.push_str(text),
            Piece::Name(name) => match lookup(name, variables)? {
                Value::String(value) => expanded.push_str(value),
                other => expanded.push_str(&other.to_string()),
            },
        }
    }
    Ok(expanded)
}

/// Replaces every template in every string of a value, object keys included.
///
/// # Errors
/// When a name has no value.
pub fn expand(value: &Value, variables: &Variables) -> Result<Value, Unknown> {
    Ok(match value {
        Value::String(text) => match pieces(text).as_slice() {
            [Piece::Name(name)] => lookup(name, variables)?.clone(),
            _ => Value::String(expand_text(text, variables)?),
        },
        Value::Array(items) => Value::Array(
            items.iter().map(|item| expand(item, variables)).collect::<Result<_, _>>()?,
        ),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(key, item)| Ok((expand_text(key, variables)?, expand(item, variables)?)))
                .collect::<Result<_, Unknown>>()?,
        ),
        other => other.clone(),
    })
}

enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        let Some(length) = rest[open..].find("}}") else { break };
        if open > 0 {
            pieces.push(Piece::Text(&rest[..open]));
        }
        pieces.push(Piece::Name(rest[open + 2..open + length].trim()));
        rest = &rest[open + length + 2..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

fn lookup<'v>(name: &str, variables: &'v Variables) -> Result<&'v Value, Unknown> {
    variables.get(name).ok_or_else(|| Unknown(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn variables() -> Variables {
        Variables::from([("email".to_owned(), json!("a@b.co")), ("number".to_owned(), json!(7))])
    }

    #[test]
    fn single_template_keeps_its_type() {
        let value = json!({"n": "{{number}}", "t": "n={{number}}", "list": ["{{ email }}"]});
        let expanded = expand(&value, &variables()).unwrap();
        assert_eq!(expanded, json!({"n": 7, "t": "n=7", "list": ["a@b.co"]}));
    }

    #[test]
    fn unknown_name_is_an_error() {
        assert_eq!(expand_text("{{nobody}}", &variables()), Err(Unknown("nobody".into())));
    }

    #[test]
    fn other_braces_are_unchanged() {
        assert_eq!(expand_text("{{ open", &variables()).unwrap(), "{{ open");
    }
}
