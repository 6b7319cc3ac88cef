//! A document over the preset that it names.

use toml::{Table, Value};

use crate::org::presets::{self, UnknownPreset};
use crate::state::names::AuthenticatorKey;

/// Lays a document over the preset that it names, and that one over its own.
pub(super) fn over_preset(mut document: Table) -> Result<Table, UnknownPreset> {
    use_one_name_per_authenticator(&mut document);
    let Some(name) = document.get("preset").and_then(Value::as_str) else { return Ok(document) };
    let preset = presets::named(name)?;
    let below: Table = preset.text.parse().map_err(|_| UnknownPreset::new(name))?;
    let mut merged = over_preset(below)?;
    lay_over(&mut merged, document);
    Ok(merged)
}

/// An authenticator can have several names in Okta's documents; all of them must override one setting.
fn use_one_name_per_authenticator(document: &mut Table) {
    for part in ["authenticatorEnrollment", "authenticators"] {
        let Some(Value::Table(keys)) = document.get_mut(part) else { continue };
        for key in AuthenticatorKey::ALL {
            for alias in key.aliases() {
                if let Some(value) = keys.remove(*alias) {
                    keys.insert(key.name().to_owned(), value);
                }
            }
        }
    }
}

/// Tables merge, everything else is replaced.
fn lay_over(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(lower)), Value::Table(upper)) => lay_over(lower, upper),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}
