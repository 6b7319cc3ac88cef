//! An attribute of the profile form and the constraints on its value.

use regex_lite::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

/// An entry of `profileAttributes`. The order of the entries is the order of the form.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Attribute {
    /// Its name in `userProfile`.
    pub name: String,
    /// The label of its form field, which messages also use.
    pub label: String,
    /// Whether the user must enter a value.
    #[serde(default)]
    pub required: bool,
    /// The type of its value.
    #[serde(rename = "type", default)]
    pub kind: AttributeKind,
    /// The allowed values, if they are limited.
    #[serde(rename = "enum", default)]
    pub values: Vec<EnumValue>,
    /// A regular expression that the whole value must match.
    #[serde(default, deserialize_with = "pattern")]
    #[schemars(with = "Option<String>")]
    pub pattern: Option<Regex>,
    /// The minimum number of characters.
    #[serde(default)]
    pub min_length: Option<u32>,
    /// The maximum number of characters.
    #[serde(default)]
    pub max_length: Option<u32>,
    /// The form control that the client shows: `radio`, `select`, `checkbox` or `text`.
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
    /// The type in the form. Inferred: numbers have the type `string`, since no recording has a field of type `number`, and the Sign-In Widget
    /// fails on such a field.
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
    /// The text that the user sees.
    pub label: String,
    /// The value that is stored.
    pub value: String,
}

impl Attribute {
    /// The three attributes of Okta's default policy, with the lengths in the recordings.
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

    /// Its minimum and maximum length. The two names have defaults in the base schema.
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
