//! An attribute of the profile form, with the rules of its schema.

use regex_lite::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

/// An entry of `profileAttributes`. The order of the entries is the order of the form.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Attribute {
    /// The member of `userProfile`.
    pub name: String,
    /// What the user reads, and what messages call it.
    pub label: String,
    /// Whether it must be given.
    #[serde(default)]
    pub required: bool,
    /// What values it takes.
    #[serde(rename = "type", default)]
    pub kind: AttributeKind,
    /// The only values it takes.
    #[serde(rename = "enum", default)]
    pub values: Vec<EnumValue>,
    /// A regular expression that the whole value must match.
    #[serde(default, deserialize_with = "pattern")]
    #[schemars(with = "Option<String>")]
    pub pattern: Option<Regex>,
    /// Least number of characters.
    #[serde(default)]
    pub min_length: Option<u32>,
    /// Greatest number of characters.
    #[serde(default)]
    pub max_length: Option<u32>,
    /// `radio`, `select`, `checkbox` or `text`: how the client should show it.
    #[serde(default)]
    pub input_type: Option<String>,
    /// Whether an administrator wrote the label.
    #[serde(default)]
    pub custom_label: bool,
}

/// The type of an attribute in the user schema.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are those of JSON Schema")]
pub enum AttributeKind {
    #[default]
    String,
    Boolean,
    Number,
    Integer,
}

impl AttributeKind {
    /// The type that the form gives. Inferred: numbers are asked for as text, since no recording has a field of type `number`, and the Sign-In Widget
    /// ends on an error where it meets one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::String | Self::Number | Self::Integer => "string",
        }
    }
}

/// A value of an enumerated attribute.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnumValue {
    /// What the user reads.
    pub label: String,
    /// What is stored.
    pub value: String,
}

impl Attribute {
    /// The three attributes of Okta's own default policy, with the lengths that the recordings show.
    pub(crate) fn defaults() -> Vec<Self> {
        let attribute = |name: &str, label: &str, lengths: bool| Self {
            name: name.to_owned(),
            label: label.to_owned(),
            required: true,
            kind: AttributeKind::String,
            values: Vec::new(),
            pattern: None,
            min_length: lengths.then_some(1),
            max_length: lengths.then_some(50),
            input_type: None,
            custom_label: false,
        };
        vec![
            attribute("firstName", "First name", true),
            attribute("lastName", "Last name", true),
            attribute("email", "Email", false),
        ]
    }

    /// Least and greatest length: its own, or those of the base schema for the two names.
    pub(crate) fn lengths(&self) -> (Option<u32>, Option<u32>) {
        match self.name.as_str() {
            "firstName" | "lastName" => (self.min_length.or(Some(1)), self.max_length.or(Some(50))),
            _ => (self.min_length, self.max_length),
        }
    }
}

fn pattern<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Regex>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Regex::new(&format!("^(?:{text})$")).map(Some).map_err(|error| {
        let expected = format!("a regular expression ({error})");
        de::Error::invalid_value(de::Unexpected::Str(&text), &expected.as_str())
    })
}
