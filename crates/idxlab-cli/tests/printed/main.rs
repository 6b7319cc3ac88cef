//! Snapshots of the command's output: mistakes in files, explanations and lists.

#[path = "../support/command.rs"]
mod command;

use std::collections::BTreeSet;
use std::path::PathBuf;

use command::idxlab;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/printed").join(name)
}

/// Compares a text with the snapshot in `mistakes`.
fn compare_with_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder("mistakes"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn names(ending: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder("mistakes")).expect("the folder exists");
    let names = entries.map(|entry| entry.expect("it can be read").file_name().into_string());
    names.filter_map(|name| Some(name.ok()?.strip_suffix(ending)?.to_owned())).collect()
}

#[test]
fn invalid_org_is_reported_in_its_scenario() {
    for name in names(".toml") {
        let file = format!("{name}.toml");
        let checked = idxlab(&folder("mistakes"), &["check", &file]);
        assert_eq!((checked.code, checked.output.as_str()), (3, ""), "{name}");
        compare_with_snapshot(&name, &checked.errors);
        // `run` reports the same mistakes and runs no scenario.
        let run = idxlab(&folder("mistakes"), &["run", &file]);
        assert_eq!((run.code, run.output, run.errors), (3, String::new(), checked.errors));
    }
    assert_eq!(names(".toml"), names(".snap"), "each scenario has a snapshot");
}

#[test]
fn unknown_preset_stops_the_run_before_it_starts() {
    let run = idxlab(&folder(""), &["run", "robustness", "--org", "magic-lnk"]);
    assert_eq!((run.code, run.output.as_str()), (3, ""));
    assert_eq!(run.errors, "error: unknown preset `magic-lnk`; did you mean `magic-link`?\n");
}

#[test]
fn check_accepts_every_built_in_scenario() {
    let checked = idxlab(&folder(""), &["check"]);
    assert_eq!((checked.code, checked.errors.as_str()), (0, ""));
    let count = checked.output.strip_suffix(" scenarios, no mistakes\n").expect("it counts");
    assert!(count.parse::<usize>().expect("it is a number") > 100, "{count}");
}

#[test]
fn check_counts_files() {
    let file = "../../../../scenarios/robustness/unknown-path.toml";
    assert_eq!(idxlab(&folder(""), &["check", file]).output, "1 scenario, no mistakes\n");
    let nothing = idxlab(&folder(""), &["check", "../../../../scenarios/shared"]);
    assert_eq!((nothing.code, nothing.output.as_str()), (5, "0 scenarios, no mistakes\n"));
}

#[test]
fn explain_prints_a_rule() {
    insta::assert_snapshot!(idxlab(&folder(""), &["explain", "client.pkce-s256"]).output);
}

#[test]
fn explain_prints_a_scenario() {
    let by_id = idxlab(&folder(""), &["explain", "IDX-REG-SSR-1"]);
    assert_eq!(by_id.code, 0);
    insta::assert_snapshot!(by_id.output);
    let by_address = idxlab(&folder(""), &["explain", "sign-up/password-email-skip"]);
    assert_eq!(by_address.output, by_id.output);
}

#[test]
fn unknown_name_gets_the_nearest_match() {
    for (id, near) in [
        ("client.pkce-s265", "did you mean `client.pkce-s256`? "),
        ("IDX-REG-SRS-1", "did you mean `IDX-REG-SSR-1`? "),
        ("sign-up/password-email-skp", "did you mean `sign-up/password-email-skip`? "),
        ("E33a", "did you mean `E33`? "),
        ("nonsense", ""),
    ] {
        let explained = idxlab(&folder(""), &["explain", id]);
        assert_eq!((explained.code, explained.output.as_str()), (5, ""));
        let lists = "`idxlab explain` lists the rules, `idxlab list` the scenarios, and README.md the refusals";
        let expected = format!(
            "error: `{id}` is not a rule, a built-in scenario or a refusal; {near}{lists}\n"
        );
        assert_eq!(explained.errors, expected);
    }
}

#[test]
fn rules_are_listed_one_per_line() {
    let listed = idxlab(&folder(""), &["explain"]);
    for line in listed.output.lines() {
        let fields: Vec<_> = line.split('\t').collect();
        assert!(
            matches!(fields.as_slice(), [id, "must" | "should", says] if id.contains('.') && says.len() > 5),
            "{line}"
        );
    }
    assert!(listed.output.lines().count() >= 70);
}

#[test]
fn scenarios_are_listed_one_per_line() {
    let listed = idxlab(&folder(""), &["list"]);
    assert_eq!((listed.code, listed.errors.as_str()), (0, ""));
    for line in listed.output.lines() {
        let fields: Vec<_> = line.split('\t').collect();
        assert!(matches!(fields.as_slice(), [_, "must" | "should", _]), "{line}");
    }
    insta::assert_snapshot!(idxlab(&folder(""), &["list", "robustness/unknown-path"]).output);
}

#[test]
fn dry_run_lists_addresses() {
    insta::assert_snapshot!(
        idxlab(&folder(""), &["run", "robustness/unknown-path", "--dry-run"]).output
    );
}

#[test]
fn schemas_are_listed_and_printed() {
    insta::assert_snapshot!(idxlab(&folder(""), &["schema"]).output);
    for name in ["scenario", "org", "adapter", "report"] {
        let printed = idxlab(&folder(""), &["schema", name]).output;
        let schema: serde_json::Value = serde_json::from_str(&printed).expect("it is JSON");
        assert!(schema["$schema"].is_string() && schema["title"].is_string(), "{name}");
    }
    let unknown = idxlab(&folder(""), &["schema", "reprot"]);
    assert_eq!((unknown.code, unknown.output.as_str()), (2, ""));
    assert_eq!(
        unknown.errors,
        "error: unknown schema `reprot`; did you mean `report`? `idxlab schema` lists the schemas\n"
    );
}

#[test]
fn check_accepts_org_documents_and_scenarios() {
    let checked = idxlab(&folder(""), &["check", "../../../../fixtures/orgs"]);
    assert_eq!((checked.code, checked.errors.as_str()), (0, ""));
    assert!(checked.output.ends_with(" org documents, no mistakes\n"), "{}", checked.output);
    let scenario = "../../../../scenarios/robustness/unknown-path.toml";
    let org = "../../../../fixtures/orgs/magic-link.toml";
    let both = idxlab(&folder(""), &["check", scenario, org]);
    assert_eq!(both.output, "1 scenario and 1 org document, no mistakes\n");
    // `check` reports the mistakes of org documents and scenarios. `serve` and `run` report the same mistakes.
    let wrong = idxlab(&folder("orgs"), &["check", "wrong.toml", "../mistakes/org-key.toml"]);
    assert_eq!((wrong.code, wrong.output.as_str()), (3, ""));
    insta::assert_snapshot!(wrong.errors);
    for command in [&["serve", "--org", "wrong.toml"][..], &["run", "--org", "wrong.toml"]] {
        let refused = idxlab(&folder("orgs"), command);
        assert_eq!((refused.code, refused.output.as_str()), (3, ""));
        assert!(wrong.errors.starts_with(&refused.errors), "{}", refused.errors);
    }
}

#[test]
fn member_without_effect_gets_a_note() {
    let checked = idxlab(&folder("orgs"), &["check", "pasted.toml"]);
    assert_eq!((checked.code, checked.errors.as_str()), (0, ""));
    let no_effect = "is ignored: it has no effect on a sign-up";
    let expected = [
        format!("pasted.toml:2: profileEnrollment.id {no_effect}"),
        format!("pasted.toml:3: profileEnrollment.priority {no_effect}"),
        format!("pasted.toml:6: profileEnrollment.actions.profileEnrollment.uiSchemaId {no_effect}"),
        format!("pasted.toml:9: authenticatorEnrollment.settings.type {no_effect}"),
        "pasted.toml:12: authenticatorEnrollment.settings.authenticators[1] is ignored: idxlab does not emulate the authenticator \"google_otp\"".to_owned(),
        "1 org document, no mistakes\n".to_owned(),
    ];
    assert_eq!(checked.output, expected.join("\n"));
}
