//! The settings of `phone_number` in the org document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::authenticators::settings_rules::SettingsRules;
use crate::org::{Findings, KeyPath};
use crate::state::names::PhoneMethod;

/// Settings of the phone authenticator.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct PhoneSettings {
    /// The active methods, in the order of the response.
    pub methods: Vec<PhoneMethod>,
    /// Whether toll-free and premium numbers are refused with E23 (inferred).
    pub deny_toll_free_and_premium: bool,
}

impl Default for PhoneSettings {
    fn default() -> Self {
        Self {
            methods: vec![PhoneMethod::Sms, PhoneMethod::Voice],
            deny_toll_free_and_premium: false,
        }
    }
}

impl SettingsRules for PhoneSettings {
    fn check(&self, path: &KeyPath, found: &mut Findings) {
        let methods = path.clone().key("methods");
        if self.methods.is_empty() {
            found.invalid(
                methods.clone(),
                "the phone has no methods",
                "write \"sms\", \"voice\" or both; to forbid the phone, write authenticatorEnrollment.phone_number = \"NOT_ALLOWED\"",
            );
        }
        let names: Vec<_> = self.methods.iter().map(|method| method.name()).collect();
        found.distinct(&methods, &names);
    }
}
