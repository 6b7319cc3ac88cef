//! Matchers: what a value must be, how they are read, and how they judge.

use regex::Regex;
use serde_json::Value;

use super::reader::Entry;
use super::template::{self, Unknown, Variables};

/// A requirement on one value.
#[derive(Debug, Clone, PartialEq)]
pub enum Matcher {
    /// It equals this value.
    Equals(Value),
    /// It differs from this value.
    Not(Value),
    /// It is a string in which this regular expression matches.
    Matches(String),
    /// It has this JSON type.
    Type(String),
    /// It exists, or does not.
    Present(bool),
    /// It is a string that contains this text, a list with this element, or an object with these members.
    Contains(Value),
    /// It has this many characters, elements or members.
    Length(u64),
    /// It is one of these values.
    OneOf(Vec<Value>),
    /// All of these requirements are met.
    All(Vec<Self>),
}

const WORDS: &[&str] =
    &["equals", "not", "matches", "type", "present", "absent", "contains", "length", "one-of"];
const TYPES: &[(&str, ())] =
    &[("string", ()), ("number", ()), ("boolean", ()), ("array", ()), ("object", ()), ("null", ())];

impl Matcher {
    /// Reads a matcher. A plain value means equality; a table names the matchers above.
    pub(crate) fn read(entry: &Entry<'_>) -> Self {
        if !entry.raw().is_table() {
            return Self::Equals(entry.json());
        }
        let Some(table) = entry.table("a matcher") else { return Self::Present(true) };
        let mut all = Vec::new();
        for word in WORDS {
            let Some(value) = table.take(word) else { continue };
            all.push(match *word {
                "equals" => Self::Equals(value.json()),
                "not" => Self::Not(value.json()),
                "matches" => Self::Matches(read_expression(&value)),
                "type" => {
                    value.one_of(TYPES);
                    Self::Type(value.raw().as_str().unwrap_or_default().to_owned())
                }
                "present" => Self::Present(value.boolean().unwrap_or(true)),
                "absent" => Self::Present(!value.boolean().unwrap_or(true)),
                "contains" => Self::Contains(value.json()),
                "length" => Self::Length(read_length(&value)),
                _ => Self::OneOf(
                    value
                        .items("a list of values belongs here")
                        .unwrap_or_default()
                        .iter()
                        .map(Entry::json)
                        .collect(),
                ),
            });
        }
        if table.all().next().is_none() {
            let right = format!("write one of {}", WORDS.join(", "));
            entry.reading.mistake(&table.span, "a matcher says nothing", right);
        }
        table.finish();
        match all.len() {
            0 => Self::Present(true),
            1 => all.remove(0),
            _ => Self::All(all),
        }
    }

    /// Judges the values at a path. Returns `Ok(None)` if they match, or else the expected value in words.
    ///
    /// # Errors
    /// When a template names a value that does not exist.
    pub fn judge(
        &self,
        found: &Found<'_>,
        variables: &Variables,
    ) -> Result<Option<String>, Unknown> {
        if let Self::All(matchers) = self {
            for matcher in matchers {
                if let Some(expected) = matcher.judge(found, variables)? {
                    return Ok(Some(expected));
                }
            }
            return Ok(None);
        }
        let value = found.value();
        let (holds, expected) = self.compare(value.as_ref(), variables)?;
        Ok((!holds).then_some(expected))
    }

    /// Whether the value matches, and the expected value in words.
    fn compare(
        &self,
        value: Option<&Value>,
        variables: &Variables,
    ) -> Result<(bool, String), Unknown> {
        let holds = |test: &dyn Fn(&Value) -> bool| value.is_some_and(test);
        Ok(match self {
            Self::Equals(expected) => {
                let expected = template::expand(expected, variables)?;
                (value == Some(&expected), shown(&expected))
            }
            Self::Not(unwanted) => {
                let unwanted = template::expand(unwanted, variables)?;
                let expected = format!("anything but {}", shown(&unwanted));
                (holds(&|value| *value != unwanted), expected)
            }
            Self::Matches(expression) => {
                let expression = template::expand_text(expression, variables)?;
                let is_match =
                    |value: &Value| value.as_str().is_some_and(|text| is_match(&expression, text));
                (holds(&is_match), format!("text matching /{expression}/"))
            }
            Self::Type(name) => {
                (holds(&|value| type_name(value) == name), format!("a value of type {name}"))
            }
            Self::Present(true) => (value.is_some(), "something".into()),
            Self::Present(false) => (value.is_none(), "nothing".into()),
            Self::Contains(part) => {
                let part = template::expand(part, variables)?;
                let expected = format!("something containing {}", shown(&part));
                (holds(&|value| contains(value, &part)), expected)
            }
            Self::Length(length) => {
                let holds = value.and_then(length_of) == Some(*length);
                (holds, format!("something of length {length}"))
            }
            Self::OneOf(choices) => {
                let expanded = choices.iter().map(|choice| template::expand(choice, variables));
                let choices = expanded.collect::<Result<Vec<_>, _>>()?;
                let words: Vec<_> = choices.iter().map(shown).collect();
                (holds(&|value| choices.contains(value)), format!("one of {}", words.join(", ")))
            }
            Self::All(_) => (true, String::new()),
        })
    }
}

/// False if the expression, which can contain a scenario's variables, is not a valid regular expression.
fn is_match(expression: &str, text: &str) -> bool {
    Regex::new(expression).is_ok_and(|regex| regex.is_match(text))
}

fn read_length(entry: &Entry<'_>) -> u64 {
    let Some(number) = entry.integer() else { return 0 };
    u64::try_from(number).unwrap_or_else(|_| {
        entry.wrong("write 0 or more");
        0
    })
}

fn read_expression(entry: &Entry<'_>) -> String {
    let expression = entry.string().unwrap_or_default();
    if template::names(&expression).is_empty()
        && let Err(error) = Regex::new(&expression)
    {
        let reason = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
        let reason = reason.trim_start_matches("error: ");
        entry.reading.mistake(
            &entry.span(),
            "not a regular expression",
            format!("{reason}; write it as https://docs.rs/regex/#syntax does"),
        );
    }
    expression
}

/// The values at a path of a response.
#[derive(Debug, Clone)]
pub struct Found<'v>(pub Vec<&'v Value>);

impl Found<'_> {
    /// No value, the one value, or several values as a list.
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        match self.0.as_slice() {
            [] => None,
            [one] => Some((*one).clone()),
            several => Some(several.iter().map(|value| (*value).clone()).collect()),
        }
    }

    /// For reports: the value, shortened to one line, or "nothing".
    #[must_use]
    pub fn shown(&self) -> String {
        self.value().map_or_else(|| "nothing".into(), |value| shown(&value))
    }
}

/// A value on one line, shortened if it is long.
#[must_use]
pub fn shown(value: &Value) -> String {
    const LONGEST: usize = 300;
    let text = value.to_string();
    if text.chars().count() <= LONGEST {
        return text;
    }
    let cut: String = text.chars().take(LONGEST).collect();
    format!("{cut}… ({} characters)", text.chars().count())
}

fn contains(value: &Value, part: &Value) -> bool {
    match (value, part) {
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
        (Value::Array(items), part) => items.contains(part),
        (Value::Object(members), Value::Object(wanted)) => {
            wanted.iter().all(|(key, item)| members.get(key) == Some(item))
        }
        _ => false,
    }
}

fn length_of(value: &Value) -> Option<u64> {
    let length = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => return None,
    };
    u64::try_from(length).ok()
}

/// The JSON name of a value's type.
#[must_use]
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_matcher_can_pass_and_fail() {
        let table = [
            (Matcher::Equals(json!(1)), json!(1), json!(2)),
            (Matcher::Not(json!(1)), json!(2), json!(1)),
            (Matcher::Matches("^[0-9]{6}$".into()), json!("012345"), json!("12345")),
            (Matcher::Type("string".into()), json!("a"), json!(1)),
            (Matcher::Contains(json!("b")), json!("abc"), json!("ac")),
            (Matcher::Contains(json!("b")), json!(["a", "b"]), json!(["a"])),
            (Matcher::Contains(json!({"a": 1})), json!({"a": 1, "b": 2}), json!({"a": 2})),
            (Matcher::Length(2), json!("é!"), json!([1])),
            (Matcher::OneOf(vec![json!(1), json!(2)]), json!(2), json!(3)),
        ];
        for (matcher, good, bad) in table {
            assert_eq!(
                matcher.judge(&Found(vec![&good]), &Variables::new()),
                Ok(None),
                "{matcher:?} takes {good}"
            );
            assert!(
                matcher.judge(&Found(vec![&bad]), &Variables::new()).unwrap().is_some(),
                "{matcher:?} takes {bad}"
            );
        }
    }

    #[test]
    fn matcher_can_require_absence() {
        let nothing = Found(Vec::new());
        assert_eq!(Matcher::Present(false).judge(&nothing, &Variables::new()), Ok(None));
        assert_eq!(
            Matcher::Present(true).judge(&nothing, &Variables::new()),
            Ok(Some("something".into()))
        );
        assert!(Matcher::Not(json!(1)).judge(&nothing, &Variables::new()).unwrap().is_some());
    }
}
