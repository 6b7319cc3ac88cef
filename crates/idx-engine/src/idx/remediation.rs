//! The remediations that the engine can offer.

use crate::contract::request::Endpoint;

macro_rules! remediations {
    ($($variant:ident = $name:literal at $endpoint:ident,)*) => {
        /// A remediation, by Okta's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the names are Okta's")]
        pub enum Remediation {
            $($variant,)*
        }

        impl Remediation {
            /// Every remediation.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As on the wire: `select-enroll-profile`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The endpoint of its form.
            pub(crate) const fn endpoint(self) -> Endpoint {
                match self {
                    $(Self::$variant => Endpoint::$endpoint,)*
                }
            }
        }
    };
}

for_each_remediation!(remediations);
