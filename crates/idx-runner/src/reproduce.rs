//! The command that reproduces a scenario's result.

use std::borrow::Cow;

use crate::settings::{ServerChoice, Settings};
use idx_scenario::Scenario;

pub(crate) fn of_scenario(scenario: &Scenario, settings: &Settings) -> String {
    let what = quoted(scenario.path.as_deref().unwrap_or(&scenario.address));
    let seed = match settings.server {
        ServerChoice::Emulator { .. } => format!(" --seed {}", settings.seed),
        // A target keeps its users, so the same users cannot sign up again.
        ServerChoice::Target(_) => String::new(),
    };
    format!("idxlab run {what}{seed}{}", settings.reproduce_with)
}

/// The command that runs the same command again.
pub(crate) fn of_command(command: &str, settings: &Settings) -> String {
    let (command, seed) = (quoted(command), settings.seed);
    format!("idxlab run --exec {command} --seed {seed}{}", settings.reproduce_with)
}

/// A word for a shell: unchanged, or in quotes if the shell would change it.
#[must_use]
pub fn quoted(word: &str) -> String {
    // No argument of a process contains a zero byte, the only text that cannot be quoted.
    shlex::try_quote(word).map_or_else(|_| String::new(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn shell_reads_quoted_word_unchanged() {
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
