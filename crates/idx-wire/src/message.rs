//! What the server says to the person.

use std::borrow::Cow;

use serde::Serialize;

/// One message, on a field or at the top of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message<'a> {
    /// The text in English.
    pub message: Cow<'a, str>,
    /// The key by which clients translate it; absent where Okta sends none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub i18n: Option<I18n<'a>>,
    /// How grave it is.
    pub class: Class,
}

/// A key for translation, with what fills its places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct I18n<'a> {
    /// For example `idx.session.expired`.
    pub key: Cow<'a, str>,
    /// Absent for keys that are recorded without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<Vec<String>>,
}

/// How grave a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Class {
    /// Something was refused.
    Error,
    /// Something the person should know.
    Info,
    /// Something the person should mind.
    Warning,
}
