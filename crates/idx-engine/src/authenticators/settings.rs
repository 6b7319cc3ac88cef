//! `authenticators` of the org document: the settings of each authenticator that has settings, by its key.

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::authenticators::settings_rules::SettingsRules as _;
use crate::org::{Findings, KeyPath};
use crate::state::names::AuthenticatorKey;

/// Reads the list of authenticators line by line, since only some of them have settings. The first group collects the fields, the second
/// their names.
macro_rules! settings {
    ({ $($field:tt)* } { $($($attribute:meta)? => $module:ident)* }) => {
        /// The settings of each authenticator, by key.
        #[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        #[schemars(transform = add_aliases)]
        #[expect(missing_docs, reason = "the names are Okta's keys")]
        pub struct AuthenticatorSettings {
            $($field)*
        }

        impl AuthenticatorSettings {
            /// Adds every rule that the settings break.
            pub(crate) fn check(&self, found: &mut Findings) {
                $(
                    $(#[$attribute])?
                    self.$module.check(&KeyPath::from(["authenticators", stringify!($module)]), found);
                )*
            }
        }
    };
    (
        { $($field:tt)* } { $($name:tt)* }
        $(#[$attribute:meta])? $key:ident = $module:ident($settings:ident) $(or $alias:literal)?,
        $($rest:tt)*
    ) => {
        settings! {
            {
                $($field)*
                $(#[$attribute])?
                $(#[serde(alias = $alias)])?
                pub $module: super::$module::$settings,
            }
            { $($name)* $($attribute)? => $module }
            $($rest)*
        }
    };
    (
        { $($field:tt)* } { $($name:tt)* }
        $(#[$attribute:meta])? $key:ident = $module:ident() $(or $alias:literal)?,
        $($rest:tt)*
    ) => {
        settings! { { $($field)* } { $($name)* } $($rest)* }
    };
    ($($list:tt)*) => {
        settings! { {} {} $($list)* }
    };
}

for_each_authenticator!(settings);

/// Adds the other names of the authenticators in Okta's documents, with the same schema.
fn add_aliases(schema: &mut Schema) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for key in AuthenticatorKey::ALL {
        let Some(settings) = properties.get(key.name()).cloned() else { continue };
        for alias in key.aliases() {
            properties.insert((*alias).to_owned(), settings.clone());
        }
    }
}
