//! The authenticators: one file each, named by Okta's key, with a folder of the same name for their settings and other parts. To add an
//! authenticator, write its file, add its `mod` line and its line in `for_each_authenticator`, and add a scenario.

/// Hands the list of authenticators to another macro, in the order of the display names. In brackets: the type of the settings, if it has settings.
/// After `or`: another key in Okta's documents.
macro_rules! for_each_authenticator {
    ($macro:ident) => {
        $macro! {
            OktaEmail = okta_email(EmailSettings),
            #[cfg(test)]
            MadeUp = made_up(MadeUpSettings),
            OktaPassword = okta_password(),
            PhoneNumber = phone_number(PhoneSettings) or "okta_phone",
        }
    };
}

mod authenticator;
mod code;
#[cfg(test)]
mod made_up;
mod okta_email;
mod okta_password;
mod phone_number;
mod record;
mod settings;
mod settings_rules;

use crate::state::names::AuthenticatorKey;

pub use authenticator::MissingAttribute;
pub(crate) use authenticator::{Authenticator, Category, EnrollmentStart, PasscodeField};
pub use okta_email::EmailSettings;
pub(crate) use okta_password::{hash_password, new_password};
pub use phone_number::{PhoneSettings, normalised};
pub(crate) use record::{enroll, verified};
pub use settings::AuthenticatorSettings;

macro_rules! lookup {
    ($($(#[$attribute:meta])? $name:ident = $module:ident($($settings:ident)?) $(or $alias:literal)?,)*) => {
        impl AuthenticatorKey {
            pub(crate) fn authenticator(self) -> &'static dyn Authenticator {
                match self {
                    $($(#[$attribute])? Self::$name => &$module::$name,)*
                }
            }
        }
    };
}

for_each_authenticator!(lookup);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authenticators_are_in_the_order_of_display_names_and_agree_with_their_keys() {
        let names: Vec<_> =
            AuthenticatorKey::ALL.iter().map(|key| key.authenticator().display_name()).collect();
        assert!(names.is_sorted(), "{names:?}");
        for key in AuthenticatorKey::ALL {
            assert_eq!(key.authenticator().key(), *key);
            let file =
                format!("{}/src/authenticators/{}.rs", env!("CARGO_MANIFEST_DIR"), key.name());
            assert!(std::path::Path::new(&file).exists(), "{file}");
            for name in key.aliases().iter().chain([&key.name()]) {
                assert_eq!(AuthenticatorKey::named(name), Some(*key));
            }
        }
    }
}
