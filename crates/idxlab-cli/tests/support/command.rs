//! Runs the `idxlab` command as a child process.

use std::path::Path;
use std::process::{Command, Stdio};

/// The exit code and the printed texts of a command.
#[derive(Debug)]
pub(crate) struct CommandResult {
    pub(crate) code: i32,
    pub(crate) output: String,
    pub(crate) errors: String,
}

/// Runs the command in a folder and waits for its end.
pub(crate) fn idxlab(folder: &Path, words: &[&str]) -> CommandResult {
    let ended = command(folder, words).output().expect("the command runs");
    CommandResult {
        code: ended.status.code().expect("no signal ended the command"),
        output: String::from_utf8(ended.stdout).expect("the output is UTF-8"),
        errors: String::from_utf8(ended.stderr).expect("the output is UTF-8"),
    }
}

pub(crate) fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_idxlab"));
    // GitHub must not show summaries of intended failures.
    command.env_remove("GITHUB_STEP_SUMMARY").args(words).current_dir(folder);
    command.stdin(Stdio::null());
    command
}
