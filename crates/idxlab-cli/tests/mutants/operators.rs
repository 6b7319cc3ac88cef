//! The ways in which an answer is made wrong.

use idx_judge::http_message::HttpAnswer;
use serde_json::Value;

/// One way to make an answer wrong.
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
    pub(crate) fn word(self) -> &'static str {
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

    /// Makes an answer wrong at a JSON pointer; the head of an answer is wrong at the pointer of the whole. `earlier` is the answer of the same kind before
    /// it. `None` when this way does not apply there.
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
                let wrong = self.wrong_body(&body, earlier, pointer)?;
                changed.body = wrong.to_string().into();
            }
        }
        Some(changed)
    }

    fn wrong_body(self, body: &Value, earlier: Option<&Value>, pointer: &str) -> Option<Value> {
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
                let place: usize = name.parse().ok()?;
                let items = changed.pointer_mut(parent)?.as_array_mut()?;
                if items.get(place)? == items.get(place + 1)? {
                    return None;
                }
                items.swap(place, place + 1);
            }
            Self::Stale => {
                let stale = earlier?.pointer(pointer)?.clone();
                *changed.pointer_mut(pointer)? = stale;
            }
            _ => {
                let value = changed.pointer_mut(pointer)?;
                *value = self.wrong_value(value)?;
            }
        }
        (changed != *body).then_some(changed)
    }

    fn wrong_value(self, value: &Value) -> Option<Value> {
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

/// One of the same class, so that only what looks closely sees it.
fn another_status(status: u16) -> u16 {
    match status {
        400 => 401,
        401.. => 400,
        302 => 303,
        300 | 301 | 303..400 => 302,
        _ => 201,
    }
}

/// Every place of a document: the pointer, and the same with the names of things in place of their numbers.
pub(crate) fn places(document: &Value) -> Vec<(String, String)> {
    let mut places = Vec::new();
    gather(document, String::new(), "$".to_owned(), &mut places);
    places
}

fn gather(value: &Value, pointer: String, shown: String, places: &mut Vec<(String, String)>) {
    if let Value::Object(members) = value {
        for (name, inner) in members {
            gather(inner, format!("{pointer}/{name}"), format!("{shown}.{name}"), places);
        }
    }
    if let Value::Array(items) = value {
        for (index, inner) in items.iter().enumerate() {
            let name = ["name", "key", "label", "type", "kid"]
                .into_iter()
                .find_map(|member| inner[member].as_str());
            let name = name.unwrap_or("*");
            gather(inner, format!("{pointer}/{index}"), format!("{shown}[{name}]"), places);
        }
    }
    places.push((pointer, shown));
}
