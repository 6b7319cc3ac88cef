//! The authenticators: one file each, named by Okta's key. To add an authenticator, write its file, add its `mod` line and its line in
//! `for_each_authenticator`, and add a scenario.

mod authenticator;
mod code;
#[cfg(test)]
mod made_up;
mod okta_email;
mod okta_password;
pub(crate) mod phone;
mod phone_number;
mod record;

pub(crate) use authenticator::{Authenticator, Category, EnrollmentStart, PasscodeField};
pub(crate) use okta_password::{hash_password, new_password};
pub(crate) use record::{enroll, verified};

/// Hands the list of authenticators to another macro. It is in the order of the display names.
macro_rules! for_each_authenticator {
    ($macro:ident) => {
        $macro! {
            OktaEmail = okta_email,
            #[cfg(test)]
            MadeUp = made_up,
            OktaPassword = okta_password,
            PhoneNumber = phone_number,
        }
    };
}

use crate::state::names::AuthenticatorKey;

macro_rules! lookup {
    ($($(#[$attribute:meta])* $name:ident = $module:ident,)*) => {
        impl AuthenticatorKey {
            pub(crate) fn authenticator(self) -> &'static dyn Authenticator {
                match self {
                    $($(#[$attribute])* Self::$name => &$module::$name,)*
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
            assert_eq!(AuthenticatorKey::named(key.name()), Some(*key));
        }
    }
}
