//! Okta's names of the authenticators and of the phone methods.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

macro_rules! keys {
    ($($(#[$attribute:meta])? $name:ident = $module:ident($($settings:ident)?) $(or $alias:literal)?,)*) => {
        /// Okta's key of an authenticator. The order is that of the display names, in which every list is recorded.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names are Okta's keys")]
        pub enum AuthenticatorKey {
            $($(#[$attribute])? $name,)*
        }

        impl AuthenticatorKey {
            /// Every key, in the order of the lists.
            pub const ALL: &[Self] = &[$($(#[$attribute])? Self::$name,)*];

            /// As on the wire: `okta_email`.
            pub const fn name(self) -> &'static str {
                match self {
                    $($(#[$attribute])? Self::$name => stringify!($module),)*
                }
            }

            /// Other keys in Okta's documents. The Management API has `okta_phone` for `phone_number`.
            pub(crate) const fn aliases(self) -> &'static [&'static str] {
                match self {
                    $($(#[$attribute])? Self::$name => &[$($alias)?],)*
                }
            }
        }
    };
}

for_each_authenticator!(keys);

impl AuthenticatorKey {
    /// Looks up a key by any of its names.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name || key.aliases().contains(&name))
    }
}

impl Serialize for AuthenticatorKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for AuthenticatorKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name)
            .ok_or_else(|| de::Error::custom(format_args!("unknown authenticator key {name:?}")))
    }
}

/// How a code reaches a phone.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum PhoneMethod {
    /// A text message.
    Sms,
    /// A call. Inferred: the same as a text message except for the method and the words.
    Voice,
}

impl PhoneMethod {
    /// `sms` or `voice`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
        }
    }

    /// The label that clients show.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Sms => "SMS",
            Self::Voice => "Voice call",
        }
    }
}
