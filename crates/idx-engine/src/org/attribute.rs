//! An attribute of the profile form and the constraints on its value.

use regex_lite::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::limits::{PATTERN_BYTES, PATTERN_VALUE_BYTES};

/// An entry of `profileAttributes`. The order of the entries is the order of the form.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub pattern: Option<Pattern>,
    /// The minimum number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// The maximum number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The form control that the client shows: `radio`, `select`, `checkbox` or `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_type: Option<String>,
    /// Whether an administrator wrote the label.
    #[serde(default)]
    pub custom_label: bool,
}

/// The type of an attribute in the user schema.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
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

/// A regular expression that a whole value must match.
#[derive(Debug, Clone)]
pub struct Pattern {
    written: String,
    anchored: Regex,
}

impl Pattern {
    /// Inferred: a value longer than 4 KiB never matches. Otherwise one request could occupy the server for a minute.
    pub(crate) fn matches(&self, value: &str) -> bool {
        value.len() <= PATTERN_VALUE_BYTES && self.anchored.is_match(value)
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        let anchored = format!("^(?:{written})$");
        match RegexBuilder::new(&anchored).size_limit(PATTERN_BYTES).build() {
            Ok(anchored) => Ok(Self { written, anchored }),
            Err(error) => {
                let expected = format!("a regular expression ({error})");
                Err(de::Error::invalid_value(de::Unexpected::Str(&written), &expected.as_str()))
            }
        }
    }
}
