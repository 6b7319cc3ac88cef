//! The rules between the settings of one authenticator.

/// The rules between the settings of one authenticator: each value is valid by itself, and their combination must be too.
pub(crate) trait SettingsRules {
    /// Every rule that the settings break.
    fn mistakes(&self) -> Vec<SettingMistake> {
        Vec::new()
    }
}

/// An invalid setting of an authenticator.
#[derive(Debug)]
pub(crate) struct SettingMistake {
    /// The setting's name in the org document.
    pub(crate) setting: &'static str,
    pub(crate) found: &'static str,
    pub(crate) help: &'static str,
}
