//! The presets: built-in org documents, one for each use case.

use crate::org::nearest::nearest;

/// A built-in document. Its name is accepted wherever a file is.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// Its name on the command line, and in the `preset` key of a document.
    pub name: &'static str,
    /// Its TOML text.
    pub text: &'static str,
}

impl Preset {
    /// One sentence: the first line of the document, which is a comment.
    pub fn summary(&self) -> &'static str {
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
    "common-passwords-refused",
    "password-on-profile-page",
    "custom-attributes",
    "magic-link",
    "mobile",
    "sign-up-denied",
    "app-not-assigned",
    "grant-not-enabled",
    "no-second-factor",
    "generation-2021",
];

/// The preset with this name.
pub fn named(name: &str) -> Result<&'static Preset, UnknownPreset> {
    ALL.iter().find(|preset| preset.name == name).ok_or_else(|| UnknownPreset::new(name))
}

/// No preset has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}; {}", self.found(), self.help())]
pub struct UnknownPreset(String);

impl UnknownPreset {
    pub(super) fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The mistake as a fragment: "unknown preset `magic-lnk`".
    pub fn found(&self) -> String {
        format!("unknown preset `{}`", self.0)
    }

    /// The remedy as a fragment: "did you mean `magic-link`?".
    pub fn help(&self) -> String {
        let names: Vec<&str> = ALL.iter().map(|preset| preset.name).collect();
        match nearest(&self.0, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the presets are {}", names.join(", ")),
        }
    }
}
