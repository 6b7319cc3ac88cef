//! An interrupted run reports the scenarios that have run.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use crate::folder::{Folder, HELLO, UNSUPPORTED};

#[test]
fn interrupted_run_reports_completed_scenarios() {
    let folder = Folder::new();
    // The first process replies, the second process never does.
    let client = format!(
        "read line; echo '{HELLO}'; read line; [ -e answered ] && exec cat >/dev/null; >answered; echo '{UNSUPPORTED}'; cat >/dev/null"
    );
    let words = ["run", ".", "--jobs", "1", "--client", &client];
    let reports = ["--report", "terminal", "--report", "json=report.json"];
    let mut command = folder.command(&[&words[..], &reports].concat());
    let mut run = command.stdout(Stdio::piped()).spawn().expect("the command runs");
    let mut output = BufReader::new(run.stdout.take().expect("the output is piped"));
    let mut seen = String::new();
    while !seen.contains("unsupported  TEST-PASSES") {
        assert_ne!(output.read_line(&mut seen).expect("the output is UTF-8"), 0, "{seen}");
    }
    let interrupted = Command::new("kill").args(["-INT", &run.id().to_string()]).status();
    assert!(interrupted.expect("kill runs").success());
    output.read_to_string(&mut seen).expect("the output is UTF-8");

    assert_eq!(run.wait().expect("it ends").code(), Some(130));
    assert!(seen.contains("stopped early: 1 of 4 scenarios ran"), "{seen}");
    let report = folder.json("report.json");
    assert_eq!((&report["interrupted"], &report["counts"]["total"]), (&true.into(), &1.into()));

    // Scenarios that did not run could have failed, so the merged run has not passed.
    let merged = folder.idxlab(&["merge", "report.json"]);
    assert_eq!(merged.code, 130);
    assert_eq!(merged.errors, "0 passed, 1 unsupported; a shard was interrupted\n");
}
