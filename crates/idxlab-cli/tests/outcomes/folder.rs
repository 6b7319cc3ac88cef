//! A temporary folder with scenarios that pass, fail or warn. The tests run the command in it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::command::{self, CommandResult};

/// The hello of an adapter that is a shell script.
pub(crate) const HELLO: &str =
    r#"{"id":0,"client":"example","version":"1.2","operations":["start"]}"#;
/// The adapter's reply if it does not support the first operation.
pub(crate) const UNSUPPORTED: &str = r#"{"id":1,"status":"unsupported","error":"not today"}"#;

/// Dropping it deletes the folder.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// `a-passes.toml`, `b-fails.toml`, `c-warns.toml` and `d-fails-too.toml`.
    pub(crate) fn new() -> Self {
        let folder = Self(TempDir::new().expect("a folder can be created"));
        folder.scenario("a-passes", "PASSES", "must", 200);
        folder.scenario("b-fails", "FAILS", "must", 418);
        folder.scenario("c-warns", "WARNS", "should", 418);
        folder.scenario("d-fails-too", "FAILS-TOO", "must", 418);
        folder
    }

    fn scenario(&self, name: &str, id: &str, level: &str, status: u16) {
        let text = format!(
            "id = \"TEST-{id}\"\ntitle = \"The start page answers {status}\"\nlevel = \"{level}\"\nsource = \"the harness's own tests\"\n\n\
             [[step]]\nstart = \"register\"\nexpect = {{ status = {status} }}\n"
        );
        self.write(&format!("{name}.toml"), &text);
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).expect("a file can be written");
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        command::command(self.path(), words)
    }

    /// Runs `idxlab` and waits for its end.
    pub(crate) fn idxlab(&self, words: &[&str]) -> CommandResult {
        command::idxlab(self.path(), words)
    }

    /// Runs these files one at a time. Returns the exit code, and the id and verdict of each scenario.
    pub(crate) fn verdicts(&self, words: &[&str]) -> (i32, Vec<(String, String)>) {
        let report = ["run", "--jobs", "1", "--report", "json=report.json"];
        let ended = self.idxlab(&[&report, words].concat());
        let report = self.json("report.json");
        let scenarios = report["scenarios"].as_array().expect("the report has scenarios");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let verdicts = scenarios.iter().map(|one| (text(&one["id"]), text(&one["verdict"])));
        (ended.code, verdicts.collect())
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        let text = std::fs::read_to_string(self.path().join(name)).expect("the file exists");
        serde_json::from_str(&text).expect("the file is JSON")
    }
}
