//! The rules for the settings of one authenticator.

use crate::org::{Findings, KeyPath};

/// The rules for the settings of one authenticator beyond their types: limits, and combinations that contradict each other.
pub(crate) trait SettingsRules {
    /// Adds a mistake for each rule that the settings break. `path` is the path of the settings in the org document.
    fn check(&self, _path: &KeyPath, _found: &mut Findings) {}
}
