//! The command that shows a scenario's outcome again.

use super::{Place, Settings};
use idx_scenario::Scenario;

pub(super) fn of_scenario(scenario: &Scenario, settings: &Settings) -> String {
    let what = quoted(scenario.path.as_deref().unwrap_or(&scenario.address));
    let seed = match settings.place {
        Place::Emulator { .. } => format!(" --seed {}", settings.seed),
        // A target keeps who signed up, so that the same people cannot do so again.
        Place::Target(_) => String::new(),
    };
    format!("idxlab run {what}{seed}{}", settings.reproduce_with)
}

/// A word as a shell takes it: as it is, or in quotes where the shell would make something else of it.
#[must_use]
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_shell_makes_the_same_word_of_it() {
        for word in [
            "plain/word.toml",
            "two words",
            "it's",
            "$HOME",
            "a\"b",
            "`id`",
            "",
            "a;b",
            "é*?",
            "a\\b",
            "#",
        ] {
            let line = format!("printf %s {}", quoted(word));
            let output = Command::new("sh").args(["-c", &line]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), word, "{line}");
        }
        assert_eq!(quoted("a/b-c.toml"), "a/b-c.toml");
    }
}
