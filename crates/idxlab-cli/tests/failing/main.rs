//! A failing scenario for each type of expectation. The snapshot in the same folder is the printed text.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use regex::Regex;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/failing/scenarios")
}

fn names(ending: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder()).expect("the folder exists");
    let names = entries.map(|entry| entry.expect("it can be read").file_name().into_string());
    names.filter_map(|name| Some(name.ok()?.strip_suffix(ending)?.to_owned())).collect()
}

/// Runs a shell command. Returns its exit code and its output without ports and times.
fn shell(line: &str) -> (Option<i32>, String) {
    let line = line.replacen("idxlab", &format!("'{}'", env!("CARGO_BIN_EXE_idxlab")), 1);
    let mut command = Command::new("sh");
    command.args(["-c", &line]).current_dir(folder()).stdin(Stdio::null());
    let ended = command.output().expect("sh runs");
    let output = String::from_utf8(ended.stdout).expect("a report is text");
    let errors = String::from_utf8(ended.stderr).expect("errors are text");
    let ports = Regex::new(r"127\.0\.0\.1:\d+").expect("a fixed expression");
    let times = Regex::new(r"\d+ ms|in \d+\.\d\d s").expect("a fixed expression");
    // The number of rules changes often, and these tests do not check it.
    let rules = Regex::new(r"(?m)^\d+ of \d+ rules exercised\n").expect("a fixed expression");
    let output = rules.replace_all(&output, "");
    let output = ports.replace_all(&output, "127.0.0.1:PORT");
    (ended.status.code(), times.replace_all(&output, "TIME").into_owned() + &errors)
}

fn golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn failing_scenario_produces_its_snapshot() {
    for name in names(".toml") {
        let (code, text) = shell(&format!("idxlab run {name}.toml"));
        // A failed `should` is a warning and does not fail the run.
        assert_eq!(code, Some(i32::from(name != "should")), "{name}: {text}");
        golden(&name, &text);
    }
    assert_eq!(names(".toml"), names(".snap"), "each scenario has a snapshot");
}

/// Skips `inbox`, because that scenario waits for an email in real time.
#[test]
fn printed_command_reproduces_the_failure() {
    for name in names(".toml").iter().filter(|name| *name != "inbox") {
        let (code, text) = shell(&format!("idxlab run {name}.toml --seed 3"));
        let again = text.lines().find_map(|line| line.strip_prefix("  again: "));
        let again = again.unwrap_or_else(|| panic!("{name} prints no command: {text}"));
        assert_eq!(again, format!("idxlab run {name}.toml --seed 3"));
        assert_eq!(shell(again), (code, text), "{name}");
    }
}
