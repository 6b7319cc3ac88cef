//! Plain English: the texts that users and contributors read avoid the words in `WORDS`. CONTRIBUTING.md explains the rules.

use std::path::Path;

use idx_tests::command::run;
use idx_tests::workspace::{files, read};

/// A word to avoid, and its replacement.
const WORDS: &[(&str, &str)] = &[
    ("breath", "backoff"),
    ("door", "access check"),
    ("kin", "similar ones, by name"),
    ("mend", "fix"),
    ("mended", "fixed"),
    ("mends", "fixes"),
    ("patience", "timeout"),
    ("people", "users"),
    ("person", "user"),
    ("persons", "users"),
    ("planted", "injected"),
    ("stranger", "untrusted client"),
    ("strangers", "untrusted clients"),
    ("told", "reported"),
    ("whoever", "the actor, by name"),
];

/// Texts that are left out of the check: quotations of Okta, and of the words themselves. In lower case.
const QUOTED: &[&str] = &["person-to-person", "\"whoever …\""];

#[test]
fn help_avoids_the_words() {
    let mut lines = vec!["--help".to_owned()];
    lines.extend(commands());
    assert!(lines.len() > 5, "the commands are found: {lines:?}");
    let mut found = Vec::new();
    for command in &lines {
        let arguments = if command == "--help" { vec!["--help"] } else { vec![command, "--help"] };
        found.extend(words_in(&format!("idxlab {}", arguments.join(" ")), &output(&arguments)));
    }
    assert_none(&found);
}

#[test]
fn rule_texts_avoid_the_words() {
    let rules = output(&["explain"]);
    let ids: Vec<_> = rules.lines().filter_map(|line| line.split('\t').next()).collect();
    assert!(ids.len() > 50, "the rules are listed");
    let texts = ids.iter().map(|id| (*id, output(&["explain", id])));
    let found: Vec<_> =
        texts.flat_map(|(id, text)| words_in(&format!("rule {id}"), &text)).collect();
    assert_none(&found);
}

#[test]
fn documents_avoid_the_words() {
    let mut found = Vec::new();
    for path in files(".", &["md"]) {
        // The glossary names the words in order to replace them.
        let text = read(&path);
        let (before, table) = text.split_once("| Instead of |").unwrap_or((&text, ""));
        let after = table.split_once("\n\n").map_or("", |(_, after)| after);
        found.extend(words_in(&shown(&path), &format!("{before}{after}")));
    }
    assert_none(&found);
}

#[test]
fn error_texts_avoid_the_words() {
    let mut found = Vec::new();
    let mut count = 0;
    for path in files("crates", &["rs"]) {
        for attribute in read(&path).split("#[error(").skip(1) {
            let text = attribute.split(")]").next().unwrap_or_default();
            count += 1;
            found.extend(words_in(&shown(&path), text));
        }
    }
    assert!(count > 50, "the errors are found: {count}");
    assert_none(&found);
}

#[test]
fn test_names_avoid_the_words() {
    let mut found = Vec::new();
    let mut count = 0;
    for path in files(".", &["rs"]) {
        let text = read(&path);
        for name in test_names(&text) {
            count += 1;
            found.extend(words_in(&shown(&path), &name.replace('_', " ")));
        }
    }
    assert!(count > 200, "the tests are found: {count}");
    assert_none(&found);
}

/// The names of the commands, from `idxlab --help`.
fn commands() -> Vec<String> {
    let help = output(&["--help"]);
    let list = help.split_once("Commands:\n").expect("the help lists the commands").1;
    let names = list.lines().take_while(|line| !line.is_empty());
    let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
}

fn test_names(text: &str) -> impl Iterator<Item = &str> {
    text.split("test]\n").skip(1).filter_map(|after| {
        let signature = after.lines().find(|line| line.trim_start().starts_with(['f', 'a']))?;
        signature.split_once("fn ")?.1.split('(').next()
    })
}

fn output(arguments: &[&str]) -> String {
    String::from_utf8(run(arguments).1.stdout).expect("the command prints UTF-8")
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().trim_start_matches("./").to_owned()
}

/// Every word to avoid in a text.
fn words_in(location: &str, text: &str) -> Vec<String> {
    let text = QUOTED.iter().fold(text.to_lowercase(), |text, quoted| text.replace(quoted, ""));
    let words = text.split(|c: char| !c.is_alphanumeric());
    words
        .filter_map(|word| WORDS.iter().find(|(avoided, _)| *avoided == word))
        .map(|(word, instead)| format!("{location}: `{word}`; write {instead}"))
        .collect()
}

#[track_caller]
fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "words to avoid:\n{}", found.join("\n"));
}
