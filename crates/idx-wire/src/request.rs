//! What clients send to `/idp/idx/*`. Lenient: unknown members are ignored, as the SDKs send many.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq as _, Serializer};

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
    pub credentials: Option<CredentialsBody>,
    /// Of `credential/enroll`.
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
    /// As the person typed it.
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
    Number(f64),
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
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Null => serializer.serialize_unit(),
            Self::Nested => serializer.serialize_seq(Some(0))?.end(),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of an attribute")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Scalar, E> {
        Ok(Scalar::Flag(flag))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Scalar, A::Error> {
        while items.next_element::<de::IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Scalar, A::Error> {
        while members.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nested)
    }
}
