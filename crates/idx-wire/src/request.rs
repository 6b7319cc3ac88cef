//! What clients send to `/idp/idx/*`. Lenient: unknown members are ignored, as the SDKs send many.

use std::collections::BTreeMap;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeSeq as _, Serializer};
use serde_json::value::RawValue;

use crate::from_object;

/// The body of any IDX call. Which members count is for the endpoint to say.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IdxBody {
    /// The transaction, at every call but the first.
    pub state_handle: Option<String>,
    /// The transaction, at the first introspect.
    pub interaction_handle: Option<String>,
    /// The transaction, as okta-auth-js resumes it for a hosted page.
    pub state_token: Option<String>,
    /// Of `identify`.
    pub identifier: Option<String>,
    /// Of `enroll/new` and `enroll/update`.
    pub user_profile: Option<BTreeMap<String, Scalar>>,
    /// Of `challenge/answer`, `identify` and `enroll/new`.
    #[serde(deserialize_with = "from_object::optional_object")]
    pub credentials: Option<CredentialsBody>,
    /// Of `credential/enroll`.
    #[serde(deserialize_with = "from_object::optional_object")]
    pub authenticator: Option<AuthenticatorBody>,
}

/// `credentials`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct CredentialsBody {
    /// A password or a code.
    pub passcode: Option<String>,
}

/// `authenticator`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AuthenticatorBody {
    /// `aut…`
    pub id: Option<String>,
    /// Java also sends the authenticator's type here: `phone` means that no method was chosen.
    pub method_type: Option<String>,
    /// As the user typed it.
    pub phone_number: Option<String>,
}

/// A value of `userProfile`: whatever JSON the client put there, reduced to what an attribute can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// A string.
    Text(String),
    /// A boolean.
    Flag(bool),
    /// A number.
    Number(Number),
    /// `null`: the same as not there.
    Null,
    /// An array or an object, which no attribute can be.
    Nested,
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => number.serialize(serializer),
            Self::Null => serializer.serialize_unit(),
            Self::Nested => serializer.serialize_seq(Some(0))?.end(),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(match raw.get().as_bytes().first() {
            Some(b'"') => Self::Text(serde_json::from_str(raw.get()).map_err(de::Error::custom)?),
            Some(b't') => Self::Flag(true),
            Some(b'f') => Self::Flag(false),
            Some(b'n') => Self::Null,
            Some(b'[' | b'{') | None => Self::Nested,
            Some(_) => Self::Number(Number(raw)),
        })
    }
}

/// A JSON number with the digits that the client wrote, which a float would change.
#[derive(Debug, Clone)]
pub struct Number(Box<RawValue>);

impl Number {
    /// As JSON: `1.50`, `12345678901234567890123`.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Whether it has no fraction.
    pub fn is_integer(&self) -> bool {
        self.as_str().parse::<f64>().is_ok_and(|value| value.is_finite() && value.fract() == 0.0)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_written_as_it_was_read() {
        for json in [
            "7",
            "-0",
            "1.50",
            "1e3",
            "0.1",
            "12345678901234567890123",
            "1.7976931348623157e+309",
            "true",
            "null",
            r#""a \" b""#,
        ] {
            let read: Scalar = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
        }
        for nested in ["[1]", r#"{"a":1}"#] {
            assert_eq!(serde_json::from_str::<Scalar>(nested).unwrap(), Scalar::Nested);
        }
    }
}
