//! Reads the query of a call into its type.

use std::borrow::Cow;

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use crate::control::error::ControlError;

/// Reads a query. A parameter without a value counts as missing.
pub(crate) fn read<T: DeserializeOwned>(query: Option<&str>) -> Result<T, ControlError> {
    let parameters = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name, Parameter(value)));
    serde_path_to_error::deserialize(MapDeserializer::new(parameters))
        .map_err(|error| ControlError::query(&error.path().to_string(), error.inner()))
}

/// A value that is read as the type that its member needs.
struct Parameter<'a>(Cow<'a, str>);

type ValueError = serde::de::value::Error;

impl<'de> Deserializer<'de> for Parameter<'_> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_str(&self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0.parse() {
            Ok(number) => visitor.visit_u64(number),
            Err(_) => Err(Error::invalid_value(Unexpected::Str(&self.0), &"a whole number")),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0.parse() {
            Ok(number) => visitor.visit_f64(number),
            Err(_) => Err(Error::invalid_value(Unexpected::Str(&self.0), &"a number")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u128 f32 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, ValueError> for Parameter<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Example {
        to: Option<String>,
        kind: Option<Kind>,
        after: u64,
        wait: f64,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Email,
        Sms,
    }

    #[test]
    fn parameters_are_read_as_the_types_of_their_members() {
        let expected =
            Example { to: Some("+1 555".to_owned()), kind: Some(Kind::Sms), after: 7, wait: 0.5 };
        assert_eq!(
            read::<Example>(Some("to=%2B1+555&kind=sms&after=7&wait=0.5")).unwrap(),
            expected
        );
        assert_eq!(read::<Example>(Some("to=&after=&kind")).unwrap(), Example::default());
        assert_eq!(read::<Example>(None).unwrap(), Example::default());
    }

    #[test]
    fn invalid_parameter_is_named_with_its_expected_value() {
        for (query, parts) in [
            ("aftre=7", ["aftre", "`after`"]),
            ("after=x", ["after", "a whole number"]),
            ("wait=x", ["wait", "a number"]),
            ("kind=fax", ["kind", "`email` or `sms`"]),
        ] {
            let error = read::<Example>(Some(query)).unwrap_err().to_string();
            assert!(parts.iter().all(|part| error.contains(part)), "{query}: {error}");
        }
    }
}
