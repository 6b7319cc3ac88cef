//! A deserializer whose errors are typed problems with the path of their key: serde's usual errors are text.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer as _, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use toml::{Table, Value};

use crate::org::key_path::KeyPath;
use crate::org::problem::Problem;

/// The first mistake that a type found in its value.
#[derive(Debug)]
pub(super) struct ReadError {
    pub(super) path: Option<KeyPath>,
    /// The key itself, if the table that contains it reports the error.
    key: Option<String>,
    pub(super) problem: Problem,
}

impl ReadError {
    /// Adds the path unless an inner value has set it.
    fn at(mut self, path: impl FnOnce() -> KeyPath) -> Self {
        if self.path.is_none() {
            self.path = Some(match self.key.take() {
                Some(key) => path().key(&key),
                None => path(),
            });
        }
        self
    }
}

impl From<Problem> for ReadError {
    fn from(problem: Problem) -> Self {
        Self { path: None, key: None, problem }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.clone().unwrap_or_default();
        write!(f, "{}; {}", self.problem.found(&path), self.problem.help(&path))
    }
}

impl std::error::Error for ReadError {}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Problem::invalid("the value is invalid", message.to_string()).into()
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_value(found, expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Problem::WrongValue { found: described(found), expected: plain(&expected.to_string()) }
            .into()
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        Problem::UnknownValue { found: format!("{variant:?}"), known }.into()
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Self { key: Some(key.to_owned()), ..Problem::UnknownKey { known }.into() }
    }

    fn missing_field(key: &'static str) -> Self {
        Problem::MissingKey { key }.into()
    }

    fn duplicate_field(key: &'static str) -> Self {
        Self { key: Some(key.to_owned()), ..Problem::RepeatedKey.into() }
    }
}

fn described(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(flag) => format!("`{flag}`"),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Str(text) => format!("the string {text:?}"),
        Unexpected::Map => "a table".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        other => other.to_string(),
    }
}

/// Serde's names of types in words.
fn plain(expected: &str) -> String {
    match expected {
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" => "a whole number, 0 or more",
        other if other == "a map" || other.starts_with("struct ") => "a table",
        other => other,
    }
    .to_owned()
}

/// A value of a document, and its path.
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) path: KeyPath,
    /// Items of lists that are left out, since a mistake in them has been found.
    pub(super) skipped: &'a BTreeSet<KeyPath>,
}

impl<'a> Node<'a> {
    fn child(&self, value: &'a Value, path: KeyPath) -> Self {
        Self { value, path, skipped: self.skipped }
    }

    fn unexpected(&self) -> Unexpected<'a> {
        match self.value {
            Value::String(text) => Unexpected::Str(text),
            Value::Integer(number) => Unexpected::Signed(*number),
            Value::Float(number) => Unexpected::Float(*number),
            Value::Boolean(flag) => Unexpected::Bool(*flag),
            Value::Datetime(_) => Unexpected::Other("a date or time"),
            Value::Array(_) => Unexpected::Seq,
            Value::Table(_) => Unexpected::Map,
        }
    }
}

impl<'de> de::Deserializer<'de> for Node<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let path = self.path.clone();
        match self.value {
            Value::String(text) => visitor.visit_str(text),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Boolean(flag) => visitor.visit_bool(*flag),
            Value::Datetime(_) => Err(de::Error::invalid_type(self.unexpected(), &visitor)),
            Value::Array(items) => visitor.visit_seq(Items::new(&self, items)),
            Value::Table(table) => visitor.visit_map(Entries::new(&self, table)),
        }
        .map_err(|error| error.at(|| path))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let Value::String(text) = self.value else {
            let found = described(self.unexpected());
            return Err(ReadError::from(Problem::UnknownValue { found, known }).at(|| self.path));
        };
        let name: StrDeserializer<'_, ReadError> = text.as_str().into_deserializer();
        visitor.visit_enum(name).map_err(|error| error.at(|| self.path))
    }

    /// Serde would also read a struct from an array of its members.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        if self.value.is_array() {
            let path = self.path.clone();
            let error: ReadError = de::Error::invalid_type(self.unexpected(), &"a table");
            return Err(error.at(|| path));
        }
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// The items of a list that are not skipped.
struct Items<'a, 'n> {
    list: &'n Node<'a>,
    rest: std::iter::Enumerate<std::slice::Iter<'a, Value>>,
}

impl<'a, 'n> Items<'a, 'n> {
    fn new(list: &'n Node<'a>, items: &'a [Value]) -> Self {
        Self { list, rest: items.iter().enumerate() }
    }
}

impl<'de> de::SeqAccess<'de> for Items<'de, '_> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ReadError> {
        for (index, item) in self.rest.by_ref() {
            let path = self.list.path.clone().index(index);
            if !self.list.skipped.contains(&path) {
                let item = self.list.child(item, path.clone());
                return seed.deserialize(item).map(Some).map_err(|error| error.at(|| path));
            }
        }
        Ok(None)
    }
}

/// The entries of a table.
struct Entries<'a, 'n> {
    table: &'n Node<'a>,
    rest: toml::map::Iter<'a, String, Value>,
    current: Option<(&'a str, &'a Value)>,
}

impl<'a, 'n> Entries<'a, 'n> {
    fn new(node: &'n Node<'a>, table: &'a Table) -> Self {
        Self { table: node, rest: table.iter(), current: None }
    }
}

impl<'de> de::MapAccess<'de> for Entries<'de, '_> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ReadError> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.current = Some((key, value));
        let name: StrDeserializer<'_, ReadError> = key.as_str().into_deserializer();
        seed.deserialize(name).map(Some).map_err(|error| error.at(|| self.table.path.clone()))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        let Some((key, value)) = self.current.take() else {
            return Err(de::Error::custom("a value was read before its key"));
        };
        seed.deserialize(self.table.child(value, self.table.path.clone().key(key)))
            .map_err(|error| error.at(|| self.table.path.clone().key(key)))
    }
}
