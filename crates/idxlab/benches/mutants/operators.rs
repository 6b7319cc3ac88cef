//! The ways in which an answer is made wrong.

use serde_json::Value;

/// One way to make a value wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operator {
    Drop,
    Rename,
    ChangeType,
    ChangeConstant,
    Swap,
    Empty,
    Repeat,
}

pub(crate) const ALL: [Operator; 7] = [
    Operator::Drop,
    Operator::Rename,
    Operator::ChangeType,
    Operator::ChangeConstant,
    Operator::Swap,
    Operator::Empty,
    Operator::Repeat,
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
        }
    }

    /// Makes the value at a JSON pointer wrong. `None` when this way does not apply there.
    pub(crate) fn apply(self, document: &Value, pointer: &str) -> Option<Value> {
        let mut changed = document.clone();
        match self {
            Self::Drop | Self::Rename => {
                let (parent, name) = pointer.rsplit_once('/')?;
                let members = changed.pointer_mut(parent)?.as_object_mut()?;
                let value = members.remove(name)?;
                if self == Self::Rename {
                    members.insert(format!("{name}X"), value);
                }
            }
            _ => {
                let value = changed.pointer_mut(pointer)?;
                *value = self.wrong(value)?;
            }
        }
        Some(changed)
    }

    fn wrong(self, value: &Value) -> Option<Value> {
        Some(match (self, value) {
            (Self::ChangeType, Value::String(_) | Value::Array(_)) => Value::from(7),
            (Self::ChangeType, Value::Number(number)) => Value::from(number.to_string()),
            (Self::ChangeType, Value::Bool(flag)) => Value::from(flag.to_string()),
            (Self::ChangeType, Value::Object(_)) => Value::from("x"),
            (Self::ChangeConstant, Value::String(text)) => Value::from(format!("{text}x")),
            (Self::ChangeConstant, Value::Number(number)) => Value::from(number.as_i64()? + 1),
            (Self::ChangeConstant, Value::Bool(flag)) => Value::from(!flag),
            (Self::Swap, Value::Array(items)) if items.len() > 1 && items[0] != items[1] => {
                let mut items = items.clone();
                items.swap(0, 1);
                Value::Array(items)
            }
            (Self::Empty, Value::Array(items)) if !items.is_empty() => Value::Array(Vec::new()),
            (Self::Repeat, Value::Array(items)) if !items.is_empty() => {
                let mut items = items.clone();
                items.push(items[0].clone());
                Value::Array(items)
            }
            _ => return None,
        })
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
