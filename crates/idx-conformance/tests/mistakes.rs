//! Wrong scenario files, and the exact text that each must give.

use idx_conformance::scenario::Selection;

fn mistakes_of(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mistakes/");
    let error = Selection { words: vec![format!("{folder}{name}.toml")] }
        .load()
        .expect_err("the file is wrong");
    error.to_string().replace(folder, "")
}

#[test]
fn wrong_words() {
    insta::assert_snapshot!(mistakes_of("words"));
}

#[test]
fn no_toml() {
    insta::assert_snapshot!(mistakes_of("syntax"));
}

#[test]
fn an_empty_file() {
    insta::assert_snapshot!(mistakes_of("empty"));
}
