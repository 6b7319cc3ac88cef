//! The ways to corrupt a response.

use idx_judge::http_message::HttpAnswer;
use serde_json::Value;

/// One way to corrupt a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operator {
    Drop,
    Rename,
    ChangeType,
    ChangeConstant,
    Swap,
    Empty,
    Repeat,
    Stale,
    Status,
    MediaType,
}

pub(crate) const ALL: [Operator; 10] = [
    Operator::Drop,
    Operator::Rename,
    Operator::ChangeType,
    Operator::ChangeConstant,
    Operator::Swap,
    Operator::Empty,
    Operator::Repeat,
    Operator::Stale,
    Operator::Status,
    Operator::MediaType,
];

impl Operator {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Rename => "rename",
            Self::ChangeType => "change-type",
            Self::ChangeConstant => "change-constant",
            Self::Swap => "swap",
            Self::Empty => "empty",
            Self::Repeat => "repeat",
            Self::Stale => "stale",
            Self::Status => "status",
            Self::MediaType => "media-type",
        }
    }

    /// Whether `apply` changes a response with this body, without copying the body. `earlier` is the previous response of the same type.
    pub(crate) fn applies(
        self,
        answer: &HttpAnswer,
        body: &Value,
        earlier: Option<&Value>,
        pointer: &str,
    ) -> bool {
        let parent = || {
            let (parent, name) = pointer.rsplit_once('/')?;
            Some((body.pointer(parent)?, name))
        };
        let value = body.pointer(pointer);
        match self {
            Self::Status => pointer.is_empty(),
            Self::MediaType => pointer.is_empty() && answer.header("content-type").is_some(),
            Self::Drop => parent().is_some(),
            Self::Rename => parent().is_some_and(|(parent, _)| parent.is_object()),
            Self::Swap => parent().is_some_and(|(parent, name)| {
                let index = name.parse::<usize>().unwrap_or(usize::MAX - 1);
                let items = [parent.get(index), parent.get(index + 1)];
                parent.is_array() && items[1].is_some() && items[0] != items[1]
            }),
            Self::Stale => {
                let stale = earlier.and_then(|earlier| earlier.pointer(pointer));
                stale.is_some() && stale != value
            }
            Self::ChangeType | Self::ChangeConstant | Self::Empty | Self::Repeat => {
                value.is_some_and(|value| self.corrupted_value(value).is_some())
            }
        }
    }

    /// Corrupts a response at a JSON pointer. Status and headers belong to the empty pointer. Returns `None` if the operator does not apply there.
    pub(crate) fn apply(
        self,
        answer: &HttpAnswer,
        earlier: Option<&Value>,
        pointer: &str,
    ) -> Option<HttpAnswer> {
        let mut changed = answer.clone();
        match self {
            Self::Status => changed.status = another_status(answer.status),
            Self::MediaType => {
                let header = changed.headers.iter_mut().find(|(name, _)| name == "content-type")?;
                header.1 = "text/plain".to_owned();
            }
            _ => {
                let body = answer.json()?;
                let corrupted = self.corrupted_body(&body, earlier, pointer)?;
                changed.body = corrupted.to_string().into();
            }
        }
        Some(changed)
    }

    fn corrupted_body(self, body: &Value, earlier: Option<&Value>, pointer: &str) -> Option<Value> {
        let mut changed = body.clone();
        let parent = pointer.rsplit_once('/');
        match self {
            Self::Drop | Self::Rename => {
                let (parent, name) = parent?;
                match changed.pointer_mut(parent)? {
                    Value::Object(members) => {
                        let value = members.remove(name)?;
                        if self == Self::Rename {
                            members.insert(format!("{name}X"), value);
                        }
                    }
                    Value::Array(items) if self == Self::Drop => {
                        items.remove(name.parse().ok()?);
                    }
                    _ => return None,
                }
            }
            Self::Swap => {
                let (parent, name) = parent?;
                let index: usize = name.parse().ok()?;
                let items = changed.pointer_mut(parent)?.as_array_mut()?;
                if items.get(index)? == items.get(index + 1)? {
                    return None;
                }
                items.swap(index, index + 1);
            }
            Self::Stale => {
                let stale = earlier?.pointer(pointer)?.clone();
                *changed.pointer_mut(pointer)? = stale;
            }
            _ => {
                let value = changed.pointer_mut(pointer)?;
                *value = self.corrupted_value(value)?;
            }
        }
        (changed != *body).then_some(changed)
    }

    fn corrupted_value(self, value: &Value) -> Option<Value> {
        Some(match (self, value) {
            (Self::ChangeType, Value::String(_) | Value::Array(_)) => Value::from(7),
            (Self::ChangeType, Value::Number(number)) => Value::from(number.to_string()),
            (Self::ChangeType, Value::Bool(flag)) => Value::from(flag.to_string()),
            (Self::ChangeType, Value::Object(_)) => Value::from("x"),
            (Self::ChangeConstant, Value::String(text)) => Value::from(format!("{text}x")),
            (Self::ChangeConstant, Value::Number(number)) => Value::from(number.as_i64()? + 1),
            (Self::ChangeConstant, Value::Bool(flag)) => Value::from(!flag),
            (Self::Empty, Value::Array(items)) if !items.is_empty() => Value::Array(Vec::new()),
            (Self::Repeat, Value::Array(items)) if !items.is_empty() => {
                Value::Array(items.iter().chain(items.first()).cloned().collect())
            }
            _ => return None,
        })
    }
}

/// A status of the same class, so that only an exact check detects it.
fn another_status(status: u16) -> u16 {
    match status {
        400 => 401,
        401.. => 400,
        302 => 303,
        300 | 301 | 303..400 => 302,
        _ => 201,
    }
}

/// Every location in a document: its JSON pointer, and its name, in which array items have their names instead of their indexes.
pub(crate) fn locations(document: &Value) -> Vec<(String, String)> {
    let mut locations = Vec::new();
    gather(document, String::new(), "$".to_owned(), &mut locations);
    locations
}

fn gather(value: &Value, pointer: String, name: String, locations: &mut Vec<(String, String)>) {
    if let Value::Object(members) = value {
        for (member, inner) in members {
            gather(inner, format!("{pointer}/{member}"), format!("{name}.{member}"), locations);
        }
    }
    if let Value::Array(items) = value {
        for (index, inner) in items.iter().enumerate() {
            let item = ["name", "key", "label", "type", "kid"]
                .into_iter()
                .find_map(|member| inner[member].as_str());
            let item = item.unwrap_or("*");
            gather(inner, format!("{pointer}/{index}"), format!("{name}[{item}]"), locations);
        }
    }
    locations.push((pointer, name));
}

#[test]
fn operator_applies_if_and_only_if_it_changes_the_response() {
    let body = serde_json::json!({
        "text": "a", "number": 7, "fraction": 1.5, "flag": true, "nothing": null, "object": {"inner": []},
        "list": [1, 1, 2, {"name": "x"}], "empty": [], "same": "as before",
    });
    let earlier = serde_json::json!({"text": "b", "same": "as before", "list": [1]});
    let headers = [vec![], vec![("content-type".to_owned(), "application/json".to_owned())]];
    let mut changes = 0;
    for (headers, earlier) in
        headers.into_iter().flat_map(|headers| [(headers.clone(), None), (headers, Some(&earlier))])
    {
        let answer = HttpAnswer { status: 200, headers, body: body.to_string().into() };
        for (pointer, name) in locations(&body) {
            for operator in ALL {
                let is_of_head = matches!(operator, Operator::Status | Operator::MediaType);
                let changed = operator.apply(&answer, earlier, &pointer);
                let changed = changed.is_some() && (!is_of_head || pointer.is_empty());
                let applies = operator.applies(&answer, &body, earlier, &pointer);
                assert_eq!(applies, changed, "{operator:?} at {name}");
                changes += usize::from(changed);
            }
        }
    }
    assert!(changes > 100, "only {changes} changes");
}
