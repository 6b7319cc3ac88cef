//! Every outcome of a run with its exit code, and the options that change it.

#[path = "../support/command.rs"]
mod command;
mod flaky;
mod folder;
mod interrupted;
mod output;
mod processes;

use folder::{Folder, HELLO, UNSUPPORTED};

/// The verdicts, with the prefix `TEST-` removed from the ids.
fn by_short_id(verdicts: &[(String, String)]) -> Vec<(&str, &str)> {
    verdicts
        .iter()
        .map(|(id, verdict)| (id.trim_start_matches("TEST-"), verdict.as_str()))
        .collect()
}

#[test]
fn failed_should_warns_and_fails_a_strict_run() {
    let folder = Folder::new();
    let (code, verdicts) = folder.verdicts(&["c-warns.toml"]);
    assert_eq!((code, by_short_id(&verdicts)), (0, vec![("WARNS", "warned")]));
    let (code, verdicts) = folder.verdicts(&["c-warns.toml", "--strict"]);
    assert_eq!((code, by_short_id(&verdicts)), (1, vec![("WARNS", "failed")]));
    let again = folder.json("report.json")["scenarios"][0]["reproduce"].clone();
    assert_eq!(again, "idxlab run c-warns.toml --seed 1 --strict");
}

#[test]
fn failure_ends_a_fail_fast_run() {
    let folder = Folder::new();
    let (code, verdicts) = folder.verdicts(&[".", "--fail-fast"]);
    assert_eq!(
        (code, by_short_id(&verdicts)),
        (1, vec![("PASSES", "passed"), ("FAILS", "failed")])
    );
    let ended = folder.idxlab(&["run", ".", "--fail-fast", "--jobs", "1"]);
    assert!(ended.output.contains("stopped early: 2 of 4 scenarios ran"), "{}", ended.output);
    let (code, verdicts) = folder.verdicts(&["."]);
    assert_eq!((code, verdicts.len()), (1, 4), "all scenarios run without the option");
}

#[test]
fn filter_matches_id_address_and_title() {
    let folder = Folder::new();
    let ids = |filter: &str| {
        let (_, verdicts) = folder.verdicts(&[".", "--filter", filter]);
        verdicts.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
    };
    assert_eq!(ids("TEST-WARNS"), ["TEST-WARNS"]);
    assert_eq!(ids("a-pass"), ["TEST-PASSES"]);
    assert_eq!(ids("answers 200"), ["TEST-PASSES"]);
    assert_eq!(ids("FAILS"), ["TEST-FAILS", "TEST-FAILS-TOO"]);
}

#[test]
fn empty_selection_has_its_own_exit_code() {
    let folder = Folder::new();
    folder.write("notes.txt", "no scenario");
    for words in [
        &["run", ".", "--filter", "nothing is called that"][..],
        &["run", "NO-SUCH"],
        &["run", "a-passes.toml", "--shard", "2/2"],
    ] {
        let ended = folder.idxlab(words);
        assert_eq!((ended.code, ended.output.as_str()), (5, ""), "{words:?}");
        assert!(ended.errors.starts_with("error: "), "{}", ended.errors);
    }
}

#[test]
fn known_failure_does_not_fail_the_run() {
    let folder = Folder::new();
    folder.write(
        "known.toml",
        "[[known]]\nid = \"TEST-FAILS\"\nclient = \"wire\"\nreason = \"no teapot\"\nissue = \"https://example.org/1\"\n",
    );
    let words = ["b-fails.toml", "--known-failures", "known.toml"];
    let (code, verdicts) = folder.verdicts(&words);
    assert_eq!((code, by_short_id(&verdicts)), (0, vec![("FAILS", "known")]));
    let report = folder.json("report.json");
    assert_eq!(report["scenarios"][0]["known"], "no teapot (https://example.org/1)");
    let ended = folder.idxlab(&[&["run"], &words[..]].concat());
    assert!(ended.output.contains("no teapot (https://example.org/1)"), "{}", ended.output);
}

#[test]
fn known_failure_with_a_text_covers_only_that_failure() {
    let folder = Folder::new();
    let entry = |failure: &str| {
        format!(
            "[[known]]\nid = \"TEST-FAILS\"\nclient = \"wire\"\nfailure = \"{failure}\"\nreason = \"no teapot\"\n"
        )
    };
    let words = ["b-fails.toml", "--known-failures", "known.toml"];
    for (entries, expected) in [
        (entry("status expected 418"), (0, "known")),
        (entry("client.nonce"), (1, "failed")),
        (entry("client.nonce") + &entry("status expected 418"), (0, "known")),
    ] {
        folder.write("known.toml", &entries);
        let (code, verdicts) = folder.verdicts(&words);
        assert_eq!((code, verdicts[0].1.as_str()), expected, "{entries}");
    }
    folder.write("known.toml", &entry("client.nonce"));
    let ended = folder.idxlab(&[&["run"], &words[..]].concat());
    assert!(ended.output.contains("its known failure is another (no teapot)"), "{}", ended.output);
    assert!(ended.output.contains("418"), "the failure itself is shown: {}", ended.output);
}

#[test]
fn passed_known_failure_fails_the_run() {
    let folder = Folder::new();
    folder.write(
        "known.toml",
        "[[known]]\nid = \"TEST-PASSES\"\nclient = \"wire\"\nreason = \"no teapot\"\n",
    );
    let words = ["a-passes.toml", "--known-failures", "known.toml"];
    let (code, verdicts) = folder.verdicts(&words);
    assert_eq!((code, by_short_id(&verdicts)), (1, vec![("PASSES", "failed")]));
    let ended = folder.idxlab(&[&["run"], &words[..]].concat());
    let expected = "it is a known failure (no teapot), and it passes; remove the entry";
    assert!(ended.output.contains(expected), "{}", ended.output);
}

#[test]
fn entry_for_another_client_or_version_is_ignored() {
    let folder = Folder::new();
    let entry = |client: &str, more: &str| {
        format!(
            "[[known]]\nid = \"TEST-FAILS\"\nclient = \"{client}\"\n{more}reason = \"no teapot\"\n"
        )
    };
    let others = [entry("okta-auth-js", ""), entry("wire", "version = \"2\"\n")];
    for text in &others {
        folder.write("known.toml", text);
        let (code, verdicts) = folder.verdicts(&["b-fails.toml", "--known-failures", "known.toml"]);
        assert_eq!((code, by_short_id(&verdicts)), (1, vec![("FAILS", "failed")]), "{text}");
    }
    // The other entries have no effect on a matching entry.
    folder.write("known.toml", &[others.concat(), entry("wire", "")].concat());
    let (code, _) = folder.verdicts(&["b-fails.toml", "--known-failures", "known.toml"]);
    assert_eq!(code, 0);
}

#[test]
fn invalid_known_failures_file_is_reported_with_its_location() {
    let folder = Folder::new();
    let errors = |text: &str| {
        folder.write("known.toml", text);
        let ended = folder.idxlab(&["run", "a-passes.toml", "--known-failures", "known.toml"]);
        assert_eq!((ended.code, ended.output.as_str()), (3, ""), "nothing runs with {text:?}");
        ended.errors
    };
    insta::assert_snapshot!(
        "known_keys",
        errors("[[known]]\nid = 7\nclinet = \"wire\"\n\n[[konwn]]\nid = \"TEST-FAILS\"\n")
    );
    insta::assert_snapshot!("known_shape", errors("known = \"TEST-FAILS\"\n"));
    insta::assert_snapshot!("known_syntax", errors("[[known]\nid = \"TEST-FAILS\"\n"));
    let missing = folder.idxlab(&["run", "a-passes.toml", "--known-failures", "none.toml"]);
    assert_eq!(missing.code, 3);
    assert!(
        missing.errors.starts_with("error: none.toml could not be read: "),
        "{}",
        missing.errors
    );
}

#[test]
fn client_that_does_not_start_is_reported_once() {
    let folder = Folder::new();
    let ended = folder.idxlab(&["run", ".", "--client", "echo 'no such module' >&2; exit 7"]);
    assert_eq!((ended.code, ended.output.as_str()), (4, ""));
    assert_eq!(
        ended.errors,
        "error: the client `echo 'no such module' >&2; exit 7` did not start: the client ended before its hello (exit status: 7); \
         its standard error ends:\nno such module\n"
    );
}

#[test]
fn known_failure_of_unknown_scenario_or_client_is_refused() {
    let folder = Folder::new();
    let entry = |id: &str, client: &str| {
        format!("[[known]]\nid = \"{id}\"\nclient = \"{client}\"\nreason = \"no teapot\"\n")
    };
    let errors = |text: &str| {
        folder.write("known.toml", text);
        let ended = folder.idxlab(&["run", "a-passes.toml", "--known-failures", "known.toml"]);
        assert_eq!((ended.code, ended.output.as_str()), (3, ""), "nothing runs with {text:?}");
        ended.errors
    };
    let ids = [entry("TEST-PASSSES", "wire"), entry("IDX-REG-SSR-11", "wire"), entry("X", "wire")];
    insta::assert_snapshot!("known_unknown_id", errors(&ids.concat()));
    insta::assert_snapshot!("known_unknown_client", errors(&entry("TEST-PASSES", "wyre")));
    // TEST-FAILS is in another file of the same folder, and IDX-REG-SSR-1 is built in.
    folder.write(
        "known.toml",
        &[entry("TEST-FAILS", "wire"), entry("IDX-REG-SSR-1", "wire")].concat(),
    );
    let (code, _) = folder.verdicts(&["a-passes.toml", "--known-failures", "known.toml"]);
    assert_eq!(code, 0);
}

#[test]
fn unknown_operation_in_hello_is_refused() {
    let folder = Folder::new();
    let refused = |operation: &str| {
        let hello = format!(
            r#"{{"id":0,"client":"example","version":"1.2","operations":["fill","{operation}"]}}"#
        );
        let client = format!("read line; echo '{hello}'; cat >/dev/null");
        let ended = folder.idxlab(&["run", "a-passes.toml", "--client", &client]);
        assert_eq!((ended.code, ended.output.as_str()), (4, ""));
        ended.errors
    };
    let near = "its hello is not understood: unknown operation \"strat\"; did you mean \"start\"?";
    assert!(refused("strat").contains(near), "{}", refused("strat"));
    assert!(refused("levitate").contains("the operations are start, fill, choose"));
}

#[test]
fn run_that_judged_nothing_does_not_pass() {
    let folder = Folder::new();
    let silent = folder.idxlab(&["run", "--exec", "true"]);
    assert_eq!(silent.code, 5);
    assert!(silent.output.contains("0 passed, 1 skipped in"), "{}", silent.output);
    let reason = "No requests were recorded, so no rules were checked.";
    assert!(silent.errors.starts_with(&format!("error: {reason}")), "{}", silent.errors);
    // The command's own failure is reported first.
    assert_eq!(folder.idxlab(&["run", "--exec", "exit 3"]).code, 1);

    let client =
        format!("read line; echo '{HELLO}'; read line; echo '{UNSUPPORTED}'; cat >/dev/null");
    let (code, verdicts) = folder.verdicts(&["a-passes.toml", "--client", &client]);
    assert_eq!((code, by_short_id(&verdicts)), (5, vec![("PASSES", "unsupported")]));
    assert_eq!(folder.idxlab(&["merge", "report.json"]).code, 5);
}

#[test]
fn unsupported_operation_does_not_fail_the_run() {
    let folder = Folder::new();
    let raw = std::fs::read_to_string(folder.path().join("a-passes.toml")).expect("it is there");
    let raw = raw.replace("TEST-PASSES", "TEST-RAW");
    folder.write("raw.toml", &(raw + "[[step]]\nrequest = \"POST /idp/idx/skip\"\n"));
    let hello = r#"{"id":0,"client":"example","version":"1.2","operations":[]}"#;
    let client = format!("read line; echo '{hello}'; cat >/dev/null");
    let (code, verdicts) = folder.verdicts(&["a-passes.toml", "raw.toml", "--client", &client]);
    let said = by_short_id(&verdicts);
    assert_eq!((code, said), (5, vec![("PASSES", "unsupported"), ("RAW", "unsupported")]));
    let reason = |scenario: usize| {
        folder.json("report.json")["scenarios"][scenario]["cases"][0]["reason"].clone()
    };
    assert_eq!(reason(0), "the client has no operation `start`");
    assert_eq!(reason(1), "only the built-in client can send `request POST /idp/idx/skip`");
    assert_eq!(folder.json("report.json")["client"], "example 1.2");
}

#[test]
fn reproduction_command_is_valid_in_a_shell() {
    let folder = Folder::new();
    folder.write(
        "it's $HOME.toml",
        &std::fs::read_to_string(folder.path().join("b-fails.toml")).expect("it is there"),
    );
    let first = folder.idxlab(&["run", "it's $HOME.toml", "--seed", "9"]);
    assert_eq!(first.code, 1);
    let again = first.output.lines().find_map(|line| line.strip_prefix("  again: idxlab "));
    let again = again.expect("the report contains the command");
    assert!(again.starts_with("run ") && again.ends_with(" --seed 9"), "{again}");
    let mut shell = std::process::Command::new("sh");
    let line = format!("'{}' {again}", env!("CARGO_BIN_EXE_idxlab"));
    let second = shell.args(["-c", &line]).current_dir(folder.path()).output().expect("sh runs");
    assert_eq!(second.status.code(), Some(1));
}
