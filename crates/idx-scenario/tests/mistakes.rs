//! Invalid scenario files and the expected error texts.

use std::collections::BTreeSet;
use std::path::Path;

use idx_scenario::{LoadError, Selection};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mistakes/");

/// The names of the files with this extension, without the extension.
fn names(ending: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(FOLDER).expect("the folder exists");
    let names = entries.map(|entry| {
        let name = entry.expect("the folder can be read").file_name();
        name.into_string().expect("names are text")
    });
    names.filter_map(|name| Some(name.strip_suffix(ending)?.to_owned())).collect()
}

fn mistakes_of(what: &str) -> String {
    let error = Selection { words: vec![format!("{FOLDER}{what}")] }.load();
    let error = error.map(|_| ()).expect_err(what);
    error.to_string().replace(FOLDER, "")
}

fn golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(FOLDER);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn invalid_file_produces_its_snapshot() {
    for name in names(".toml") {
        golden(&name, &mistakes_of(&format!("{name}.toml")));
    }
    golden("same-id", &mistakes_of("same-id"));
}

#[test]
fn every_snapshot_belongs_to_a_file() {
    let mut files = names(".toml");
    files.extend(["same-id".into(), "shared".into()]);
    assert_eq!(names(".snap"), files);
}

#[test]
fn every_mistake_has_a_location_a_caret_and_a_fix() {
    for name in names(".toml") {
        let loaded = Selection { words: vec![format!("{FOLDER}{name}.toml")] }.load();
        let Err(LoadError::Mistakes(mistakes)) = loaded else { panic!("{name} has no mistake") };
        for mistake in mistakes.0 {
            assert!(Path::new(&mistake.file).is_file(), "{mistake}");
            let text = std::fs::read_to_string(&mistake.file).expect("the file exists");
            let line = text.lines().nth(mistake.line - 1).unwrap_or_default();
            assert_eq!(line, mistake.source_line, "{mistake}");
            // The caret of a missing part is just after the line.
            assert!(mistake.column + mistake.width <= line.chars().count() + 2, "{mistake}");
            assert!(!mistake.found.is_empty() && mistake.right.len() > 3, "{mistake}");
        }
    }
}

#[test]
fn shared_steps_are_read_from_their_folder() {
    golden("shared", &mistakes_of("shared"));
}

#[test]
fn parent_folder_called_shared_has_no_effect() {
    let folder =
        std::env::temp_dir().join(format!("idx-mistakes-{}/shared/mine", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be created");
    std::fs::copy(format!("{FOLDER}same-id/one.toml"), folder.join("one.toml"))
        .expect("a file can be copied");
    let loaded = Selection { words: vec![folder.display().to_string()] }.load();
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
    assert_eq!(loaded.expect("the file is valid").len(), 1);
}
