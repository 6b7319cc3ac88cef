//! The wrappers that name the type of the value inside.

use serde::Serialize;

/// `{"type":"array","value":[…]}`.
#[derive(Debug, Clone, Serialize)]
pub struct Array<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: Vec<T>,
}

impl<T> Array<T> {
    /// Wraps a list.
    pub fn of(value: Vec<T>) -> Self {
        Self { kind: "array", value }
    }
}

/// `{"type":"object","value":{…}}`.
#[derive(Debug, Clone, Serialize)]
pub struct Object<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: T,
}

impl<T> Object<T> {
    /// Wraps a value.
    pub fn of(value: T) -> Self {
        Self { kind: "object", value }
    }
}
