//! Invariants that the compiler does not check: file sizes, crate dependencies, purity of the engine, unused presets.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};
use idx_tests::workspace::{files, read, root};

const SOURCES: [&str; 8] = ["rs", "js", "mjs", "ts", "py", "java", "css", "html"];

#[test]
fn no_source_file_has_over_500_lines() {
    let long: Vec<String> = files(".", &SOURCES)
        .into_iter()
        .map(|path| (read(&path).lines().count(), path))
        .filter(|(lines, _)| *lines > 500)
        .map(|(lines, path)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "split these files by topic: {long:#?}");
}

#[test]
fn crate_dependencies_match_the_architecture() {
    let expected = BTreeMap::from([
        ("idx-wire", vec![]),
        ("idx-engine", vec!["idx-wire"]),
        ("idx-server", vec!["idx-engine", "idx-wire"]),
        ("idxlab", vec!["idx-server"]),
        ("idx-scenario", vec![]),
        ("idx-judge", vec!["idx-scenario"]),
        ("idx-runner", vec!["idx-judge", "idx-scenario"]),
        ("idxlab-cli", vec!["idx-judge", "idx-runner", "idx-scenario", "idx-server", "idxlab"]),
        ("idx-tests", vec!["idx-walker", "idxlab"]),
        // Only tests use it, so the judge and the emulator still share no code.
        ("idx-walker", vec![]),
    ]);
    let metadata =
        MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let members: BTreeSet<&str> =
        metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let found: BTreeMap<&str, Vec<&str>> = metadata
        .packages
        .iter()
        .map(|package| {
            let normal = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind == DependencyKind::Normal);
            let own = normal
                .map(|dependency| dependency.name.as_str())
                .filter(|name| members.contains(name));
            (package.name.as_str(), own.collect::<BTreeSet<_>>().into_iter().collect())
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn engine_uses_no_clock_randomness_or_io() {
    let forbidden = [
        "SystemTime",
        "Instant",
        "Timestamp::now",
        "Zoned::now",
        "rand::rng",
        "SysRng",
        "from_os_rng",
        "new_v4",
        "tokio",
        "std::net",
        "std::fs",
        "std::env",
        "std::thread",
        "async fn",
    ];
    let mut sources = files("crates/idx-engine/src", &["rs"]);
    sources.extend(files("crates/idx-wire/src", &["rs"]));
    let found = occurrences(&sources, &forbidden);
    assert!(found.is_empty(), "the engine must depend only on its arguments: {found:#?}");
    for package in ["idx-engine", "idx-wire"] {
        let manifest = read(format!("crates/{package}/Cargo.toml"));
        for dependency in ["tokio", "hyper", "getrandom", "uuid = { features = [\"v4\""] {
            assert!(!manifest.contains(dependency), "{package} depends on {dependency}");
        }
    }
}

#[test]
fn no_code_is_unsafe_and_no_test_is_ignored_or_sleeps() {
    // `concat!` keeps this file from matching itself.
    let forbidden = [
        concat!("unsafe", " {"),
        concat!("unsafe", " fn"),
        concat!("#[", "ignore"),
        concat!("thread::", "sleep"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    let mut sources = files("crates", &["rs"]);
    sources.extend(files("tests", &["rs"]));
    let found = occurrences(&sources, &forbidden);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_error_is_a_bare_text() {
    let bare: Vec<_> = files("crates", &["rs"])
        .into_iter()
        .filter(|file| file.components().any(|part| part.as_os_str() == "src"))
        .filter(|file| has_bare_error(&read(file)))
        .collect();
    assert!(bare.is_empty(), "give these errors a type: {bare:#?}");
    assert!(has_bare_error("fn f() -> Result<\n    Option<(u8, u8)>,\n    String,\n>"));
    assert!(!has_bare_error("fn f() -> Result<Map<u8, String>, Error>"));
}

/// Whether a `Result` has the error type `String`.
fn has_bare_error(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.replace("->", "").replace(",>", ">");
    let parameters = text.match_indices("Result<").map(|(at, word)| &text[at + word.len()..]);
    parameters.into_iter().any(|rest| last_parameter(rest) == Some("String"))
}

/// The last parameter of a type whose list of parameters starts here. `None` if it has only one.
fn last_parameter(parameters: &str) -> Option<&str> {
    let (mut depth, mut start) = (0_usize, None);
    for (at, character) in parameters.char_indices() {
        match character {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' if depth == 0 => return Some(&parameters[start?..at]),
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => start = Some(at + 1),
            _ => {}
        }
    }
    None
}

#[test]
fn every_preset_is_used_by_a_scenario() {
    let used = all_scenarios();
    let unused: Vec<String> = files("fixtures/orgs", &["toml"])
        .iter()
        .filter_map(|path| path.file_stem())
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| !used.contains(&format!("\"{name}\"")))
        .collect();
    assert!(unused.is_empty(), "no scenario uses the presets {unused:?}");
}

#[test]
fn scenario_ids_are_unique() {
    let mut seen = BTreeMap::new();
    for path in files("scenarios", &["toml"]) {
        let text = read(&path);
        let Some(id) = text.lines().find_map(|line| line.strip_prefix("id")) else { continue };
        let id = id.trim_start_matches([' ', '=']).to_owned();
        if let Some(other) = seen.insert(id.clone(), path.clone()) {
            panic!("{} and {} have the same id {id}", other.display(), path.display());
        }
    }
}

fn all_scenarios() -> String {
    files("scenarios", &["toml"]).iter().map(read).collect::<Vec<_>>().join("\n")
}

/// `file:line: text` for every line that contains one of the words.
fn occurrences(sources: &[std::path::PathBuf], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for path in sources {
        for (number, line) in read(path).lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    found
}
