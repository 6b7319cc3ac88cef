//! The number of client processes for several scenarios.

use crate::folder::Folder;

/// Runs four scenarios and returns the number of client processes. The shell command `reply` writes each reply.
fn processes(per_process: &str, reply: &str) -> usize {
    let folder = Folder::new();
    let hello = format!(
        r#"{{"id":0,"client":"example","version":"1.2","operations":["start"],"perProcess":"{per_process}"}}"#
    );
    // Reads the id of the message.
    let id = r#"id=${line#*\"id\":}; id=${id%%,*}"#;
    let client = format!(
        "echo one >>started; read line; echo '{hello}'; while read line; do {id}; {reply}; done"
    );
    let (code, verdicts) = folder.verdicts(&[".", "--client", &client]);
    assert!(verdicts.iter().all(|(_, verdict)| verdict == "unsupported"), "{verdicts:?}");
    assert_eq!((code, verdicts.len()), (5, 4));
    let started =
        std::fs::read_to_string(folder.path().join("started")).expect("a process has started");
    started.lines().count()
}

const REPLY: &str = r#"printf '{"id":%s,"status":"unsupported"}\n' $id"#;

#[test]
fn process_for_many_scenarios_runs_all() {
    assert_eq!(processes("many", REPLY), 1);
}

#[test]
fn process_for_one_scenario_runs_one() {
    assert_eq!(processes("one", REPLY), 4);
}

#[test]
fn unrequested_output_fails_no_other_scenario() {
    let chatty = r#"printf '{"id":%s,"status":"unsupported"}\n{"id":99,"status":"pending"}\n' $id"#;
    assert_eq!(processes("many", chatty), 4);
}
