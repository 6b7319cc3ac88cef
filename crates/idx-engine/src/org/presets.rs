//! The presets: one document a use case, built in.

/// A document that can be named wherever a file can.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// The name.
    pub name: &'static str,
    /// The document.
    pub text: &'static str,
}

impl Preset {
    /// What it shows: the first line of the document, which is a comment.
    pub fn shows(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches(['#', ' '])
    }
}

macro_rules! presets {
    ($($name:literal),* $(,)?) => {
        /// Every preset; the first is the default.
        pub const ALL: &[Preset] = &[$(Preset {
            name: $name,
            text: include_str!(concat!("../../../../fixtures/orgs/", $name, ".toml")),
        }),*];
    };
}

presets![
    "password-plus-another-factor",
    "password-only-policy",
    "email-and-password-required",
    "password-optional",
    "password-on-profile-page",
    "custom-attributes",
    "magic-link",
    "sign-up-denied",
    "app-not-assigned",
    "grant-not-enabled",
    "no-second-factor",
    "generation-2021",
];

/// The preset of a name.
pub fn named(name: &str) -> Option<&'static Preset> {
    ALL.iter().find(|preset| preset.name == name)
}
