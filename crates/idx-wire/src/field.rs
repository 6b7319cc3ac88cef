//! One field of a form, and what a field can hold.

use std::borrow::Cow;

use serde::Serialize;

use crate::{Array, Message, Object};

/// A field of a form. Only `name` is always there.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field<'a> {
    /// The member of the request body that the client fills.
    pub name: Cow<'a, str>,
    /// `string`, `boolean`, `number` or `object`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// What the person reads beside the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
    /// True where an administrator wrote the label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_label: Option<bool>,
    /// The fields inside an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<NestedForm<'a>>,
    /// Whether the client must send it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// Least number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// Greatest number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The value that the client sends back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<FieldValue<'a>>,
    /// False for what the person need not see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible: Option<bool>,
    /// False for what the client may not change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutable: Option<bool>,
    /// True for passwords.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<bool>,
    /// The values to choose from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<Choice<'a>>>,
    /// What was wrong with the last value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<Array<Message<'a>>>,
    /// The part of the document that it is about, by JSONPath.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relates_to: Option<&'static str>,
}

impl<'a> Field<'a> {
    /// A field with a name and nothing else.
    pub fn named(name: impl Into<Cow<'a, str>>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The last field of every form.
    pub fn state_handle(handle: &'a str) -> Self {
        Self { visible: Some(false), ..Self::fixed("stateHandle", handle) }
    }

    /// A required value that the client sends back as it is.
    pub fn fixed(name: &'static str, value: &'a str) -> Self {
        Self {
            required: Some(true),
            value: Some(FieldValue::Text(Cow::Borrowed(value))),
            mutable: Some(false),
            ..Self::named(name)
        }
    }
}

/// The fields inside an object field.
#[derive(Debug, Clone, Serialize)]
pub struct NestedForm<'a> {
    /// In the order in which they are shown.
    pub value: Vec<Field<'a>>,
}

/// A value that a field carries.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum FieldValue<'a> {
    /// A string.
    Text(Cow<'a, str>),
    /// A boolean.
    Flag(bool),
}

/// One entry of `options`.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Choice<'a> {
    /// A plain value, such as a method or an enumerated attribute.
    Plain {
        /// What the person reads.
        label: Cow<'a, str>,
        /// What the client sends.
        value: Cow<'a, str>,
    },
    /// An authenticator of the list.
    Authenticator(AuthenticatorChoice<'a>),
    /// How an attribute is to be shown, by the fixed label `display`.
    Display(Display<'a>),
}

/// An authenticator that can be chosen. `id` is the first of its fields: a Go client reads it by position.
#[derive(Debug, Clone, Serialize)]
pub struct AuthenticatorChoice<'a> {
    label: &'static str,
    value: AuthenticatorFields<'a>,
    #[serde(rename = "relatesTo")]
    relates_to: Cow<'static, str>,
}

#[derive(Debug, Clone, Serialize)]
struct AuthenticatorFields<'a> {
    form: NestedForm<'a>,
}

impl<'a> AuthenticatorChoice<'a> {
    /// `index` is the place of the authenticator in `authenticators.value`.
    pub fn new(label: &'static str, fields: Vec<Field<'a>>, index: usize) -> Self {
        const PATHS: [&str; 4] = [
            "$.authenticators.value[0]",
            "$.authenticators.value[1]",
            "$.authenticators.value[2]",
            "$.authenticators.value[3]",
        ];
        let relates_to = match PATHS.get(index) {
            Some(path) => Cow::Borrowed(*path),
            None => Cow::Owned(format!("$.authenticators.value[{index}]")),
        };
        Self {
            label,
            value: AuthenticatorFields { form: NestedForm { value: fields } },
            relates_to,
        }
    }
}

/// How an enumerated or boolean attribute is shown.
#[derive(Debug, Clone, Serialize)]
pub struct Display<'a> {
    label: &'static str,
    value: Object<DisplayChoice<'a>>,
}

impl<'a> Display<'a> {
    /// Wraps the choice in its fixed label.
    pub fn new(choice: DisplayChoice<'a>) -> Self {
        Self { label: "display", value: Object::of(choice) }
    }
}

/// The input element, and its own values where it has any.
#[derive(Debug, Clone, Serialize)]
pub struct DisplayChoice<'a> {
    /// `radio`, `select`, `checkbox` or `text`.
    #[serde(rename = "inputType")]
    pub input_type: Cow<'a, str>,
    /// A checkbox has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<Choice<'a>>>,
}
