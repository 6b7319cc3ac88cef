//! The authenticators: one file each, named by Okta's key. To add one: one file, one line in `authenticator`, one scenario.

mod answer;
mod authenticator;
mod code;
mod okta_email;
mod okta_password;
pub(crate) mod phone;
mod phone_number;

pub(crate) use authenticator::{Authenticator, Begun};
pub(crate) use okta_password::{
    enroll as enroll_password, hash_password, settings as password_settings,
};
pub(crate) use phone_number::choosable as choosable_phone_methods;

use crate::state::names::AuthenticatorKey;

impl AuthenticatorKey {
    pub(crate) fn authenticator(self) -> &'static dyn Authenticator {
        match self {
            Self::OktaEmail => &okta_email::OktaEmail,
            Self::OktaPassword => &okta_password::OktaPassword,
            Self::PhoneNumber => &phone_number::PhoneNumber,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_display_names_and_one_file_each() {
        let names: Vec<_> =
            AuthenticatorKey::ALL.iter().map(|key| key.authenticator().display_name()).collect();
        assert!(names.is_sorted(), "{names:?}");
        for key in AuthenticatorKey::ALL {
            let file =
                format!("{}/src/authenticators/{}.rs", env!("CARGO_MANIFEST_DIR"), key.name());
            assert!(std::path::Path::new(&file).exists(), "{file}");
            assert_eq!(AuthenticatorKey::named(key.name()), Some(key));
        }
    }
}
