//! The contents of reports and of standard output.

use serde_json::Value;

use crate::folder::{Folder, HELLO};

#[test]
fn client_output_is_reported_unchanged() {
    let folder = Folder::new();
    folder.write(
        "reply",
        r#"{"id":1,"status":"unsupported","error":"\u009b31mred\u001b[0m\u007f <b>"}"#,
    );
    let client = format!("read line; echo '{HELLO}'; read line; cat reply; echo; cat >/dev/null");
    folder.verdicts(&["a-passes.toml", "--client", &client]);
    let error = "\u{9b}31mred\u{1b}[0m\u{7f} <b>";
    let reason = |report: Value| report["scenarios"][0]["cases"][0]["reason"].clone();
    assert_eq!(reason(folder.json("report.json")), error);
    let printed = folder.idxlab(&["run", "a-passes.toml", "--client", &client, "--report", "json"]);
    assert_eq!(
        reason(serde_json::from_str(&printed.output).expect("standard output contains only JSON")),
        error
    );
}

#[test]
fn report_is_the_only_text_on_standard_output() {
    let folder = Folder::new();
    let ended = folder.idxlab(&["run", "--exec", "echo noise", "--report", "json"]);
    let report: Value =
        serde_json::from_str(&ended.output).expect("standard output contains only JSON");
    assert_eq!(report["counts"]["skipped"], 1);
    assert!(
        ended.errors.starts_with("noise\nerror: No requests were recorded"),
        "{}",
        ended.errors
    );

    let two = folder.idxlab(&["run", "a-passes.toml", "--report", "json", "--report", "tap"]);
    assert_eq!((two.code, two.output.as_str()), (2, ""));
    assert_eq!(
        two.errors,
        "error: the reports json and tap both use standard output; write one of them to a file, `json=FILE`\n"
    );
}

/// Every write to `/dev/full` fails.
#[cfg(target_os = "linux")]
#[test]
fn unwritable_report_is_an_error() {
    let folder = Folder::new();
    let reports = ["--report", "junit=/dev/full", "--report", "json=whole.json"];
    let ended = folder.idxlab(&[&["run", "a-passes.toml"], &reports[..]].concat());
    assert_eq!(ended.code, 2);
    let lost = "error: failed to write the report junit=/dev/full: No space left on device";
    assert!(ended.errors.starts_with(lost), "{}", ended.errors);
    assert_eq!(ended.errors.lines().count(), 1, "{}", ended.errors);
    assert_eq!(folder.json("whole.json")["counts"]["passed"], 1, "the other reports are written");
    let failed = folder.idxlab(&[&["run", "b-fails.toml"], &reports[..]].concat());
    assert_eq!(failed.code, 1, "a failed run keeps its exit code");
}

#[test]
fn two_reports_to_one_file_are_refused() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("out", folder.path().join("link")).expect("a link");
    for other in ["out", "./out", "link"] {
        let second = format!("junit={other}");
        let reports = ["--report", "json=out", "--report", &second];
        let ended = folder.idxlab(&[&["run", "a-passes.toml"], &reports[..]].concat());
        assert_eq!((ended.code, ended.output.as_str()), (2, ""));
        let expected = format!(
            "error: the reports json=out and junit={other} use the same file; write each report to its own file\n"
        );
        assert_eq!(ended.errors, expected);
        std::fs::write(folder.path().join("out"), "").expect("a file");
    }
}

#[test]
fn unfinished_run_keeps_the_earlier_report() {
    let folder = Folder::new();
    folder.write("out.json", "earlier");
    // The shell kills idxlab, which cannot prevent that.
    let words = ["run", "--report", "json=out.json", "--exec", "kill -KILL $PPID"];
    let killed = folder.command(&words).status().expect("the command runs");
    assert_eq!(killed.code(), None);
    let text = std::fs::read_to_string(folder.path().join("out.json")).expect("a file");
    assert_eq!(text, "earlier");
    let failed = folder.idxlab(&["run", ".", "--client", "exit 7", "--report", "json=out.json"]);
    assert_eq!(failed.code, 4);
    let text = std::fs::read_to_string(folder.path().join("out.json")).expect("a file");
    assert_eq!(text, "earlier");
}

#[test]
fn report_can_be_read_by_other_users() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    folder.verdicts(&["a-passes.toml"]);
    let mode = |name: &str| {
        std::fs::metadata(folder.path().join(name)).expect("a file").permissions().mode()
    };
    assert_eq!(mode("report.json"), mode("a-passes.toml"));
}

#[test]
fn missing_part_is_an_error() {
    let folder = Folder::new();
    for part in ["1/3", "2/3", "3/3"] {
        let report = format!("json={}.json", &part[..1]);
        folder.idxlab(&["run", ".", "--shard", part, "--report", &report]);
    }
    let missing = folder.idxlab(&["merge", "1.json", "3.json"]);
    assert_eq!((missing.code, missing.output.as_str()), (3, ""));
    assert_eq!(missing.errors, "error: part 2 of 3 is missing\n");
    let whole = folder.idxlab(&["merge", "1.json", "3.json", "2.json"]);
    assert_eq!((whole.code, whole.errors.as_str()), (1, "1 passed, 1 warned, 2 failed\n"));
}
