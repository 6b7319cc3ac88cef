//! The command, run as a person runs it.

use std::path::Path;
use std::process::{Command, Stdio};

/// How the command ended, and what it printed.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) output: String,
    pub(crate) errors: String,
}

/// Runs the command to its end in a folder.
pub(crate) fn idxlab(folder: &Path, words: &[&str]) -> Ended {
    let ended = command(folder, words).output().expect("the command runs");
    Ended {
        code: ended.status.code().expect("it ends by itself"),
        output: String::from_utf8(ended.stdout).expect("it prints text"),
        errors: String::from_utf8(ended.stderr).expect("it prints text"),
    }
}

pub(crate) fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_idxlab"));
    // A runner of GitHub must not get summaries of failures that are meant.
    command.env_remove("GITHUB_STEP_SUMMARY").args(words).current_dir(folder);
    command.stdin(Stdio::null());
    command
}
