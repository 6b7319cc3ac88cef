//! Runs `idxlab run` in a temporary folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::command::{self, CommandResult};

/// The working folder of the command. Dropping it deletes the folder.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a folder can be created"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file and returns its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).expect("a file can be written");
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).expect("the file exists")
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).expect("the file is JSON")
    }

    /// Runs `idxlab run` and waits for its end.
    pub(crate) fn run(&self, words: &[&str]) -> CommandResult {
        command::idxlab(self.path(), &[&["run"], words].concat())
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        command::command(self.path(), &[&["run"], words].concat())
    }
}
