//! Merged shards have the verdicts and the counts of the whole run.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

/// Runs the command in a folder and returns its exit code.
fn idxlab(folder: &std::path::Path, arguments: &[&str]) -> i32 {
    let output =
        Command::new(env!("CARGO_BIN_EXE_idxlab")).args(arguments).current_dir(folder).output();
    output.expect("the command runs").status.code().expect("no signal ended the command")
}

fn report(folder: &std::path::Path, name: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(name)).expect("the report exists");
    assert!(
        text.replace([' ', '\n'], "").starts_with("{\"format\":1,"),
        "{name} begins with its format"
    );
    serde_json::from_str(&text).expect("the report is JSON")
}

fn verdicts(report: &Value) -> BTreeMap<&str, &str> {
    let scenarios = report["scenarios"].as_array().expect("the report has scenarios");
    scenarios
        .iter()
        .map(|scenario| {
            (
                scenario["id"].as_str().unwrap_or_default(),
                scenario["verdict"].as_str().unwrap_or_default(),
            )
        })
        .collect()
}

#[test]
fn merged_parts_equal_the_whole_run() {
    let folder = std::env::temp_dir().join(format!("idxlab-shards-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be created");
    let parts = ["1.json", "2.json", "3.json"];
    for (index, part) in parts.iter().enumerate() {
        let shard = format!("{}/3", index + 1);
        let report = format!("json={part}");
        assert_eq!(
            idxlab(&folder, &["run", "sign-up", "token", "--shard", &shard, "--report", &report]),
            0
        );
    }
    assert_eq!(idxlab(&folder, &["run", "sign-up", "token", "--report", "json=whole.json"]), 0);
    assert_eq!(
        idxlab(&folder, &["merge", "1.json", "2.json", "3.json", "--output", "merged.json"]),
        0
    );
    let (whole, merged) = (report(&folder, "whole.json"), report(&folder, "merged.json"));
    assert_eq!(whole["counts"], merged["counts"]);
    assert_eq!(verdicts(&whole), verdicts(&merged));
    assert!(verdicts(&whole).len() > 20);
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
}

#[test]
fn passed_known_failure_fails_the_run() {
    let folder = std::env::temp_dir().join(format!("idxlab-known-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be created");
    let entry = |client: &str| {
        format!("[[known]]\nid = \"IDX-ROB-PATH\"\nclient = \"{client}\"\nreason = \"a test\"\n")
    };
    std::fs::write(folder.join("wire.toml"), entry("wire")).expect("the file can be written");
    std::fs::write(folder.join("other.toml"), entry("another")).expect("the file can be written");
    std::fs::write(folder.join("wrong.toml"), "[[known]]\nidd = \"x\"\n")
        .expect("the file can be written");
    let run = |file| idxlab(&folder, &["run", "IDX-ROB-PATH", "--known-failures", file]);
    assert_eq!(
        (run("wire.toml"), run("other.toml"), run("wrong.toml"), run("missing.toml")),
        (1, 0, 3, 3)
    );
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
}

#[test]
fn exit_codes_are_as_documented() {
    let folder = std::env::temp_dir();
    assert_eq!(idxlab(&folder, &["run", "--client", "false"]), 4);
    assert_eq!(idxlab(&folder, &["run", "no-such-scenario"]), 5);
    assert_eq!(idxlab(&folder, &["run", "--shard", "4/3"]), 2);
    assert_eq!(idxlab(&folder, &["run", "robustness/unknown-path", "--org", "no-such-preset"]), 3);
    assert_eq!(idxlab(&folder, &["run", "--exec", "exit 0"]), 5);
    assert_eq!(idxlab(&folder, &["run", "--exec", "exit 3"]), 1);
    assert_eq!(idxlab(&folder, &["explain", "client.pkce-s256"]), 0);
    assert_eq!(idxlab(&folder, &["explain", "client.nonsense"]), 5);
}
