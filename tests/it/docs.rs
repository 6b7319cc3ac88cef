//! Documents refer only to existing files and scenarios.

use std::collections::BTreeSet;

use idx_tests::workspace::{files, read, root};

const DOCUMENTS: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];
const FOLDERS: [&str; 5] = ["crates/", "tests/", "fixtures/", "scenarios/", "clients/"];

#[test]
fn every_path_in_a_document_exists() {
    for document in DOCUMENTS {
        for path in code_spans(&read(document)).iter().filter(|span| is_path(span)) {
            assert!(
                root().join(path).exists(),
                "{document} refers to `{path}`, which does not exist"
            );
        }
    }
}

/// If a scenario's id changes, its known failures would otherwise have no effect.
#[test]
fn every_known_failure_refers_to_an_existing_scenario() {
    let scenarios: BTreeSet<_> =
        files("scenarios", &["toml"]).iter().flat_map(|file| ids(&read(file))).collect();
    let known: Vec<_> = files("clients", &["toml"])
        .into_iter()
        .filter(|file| file.ends_with("known-failures.toml"))
        .flat_map(|file| ids(&read(&file)))
        .collect();
    assert!(known.len() > 10, "too few known failures were found: {known:?}");
    for id in known {
        assert!(scenarios.contains(&id), "no scenario has the id {id}");
    }
}

/// The values of the lines `id = "…"` in a TOML file.
fn ids(text: &str) -> Vec<String> {
    let values = text.lines().filter_map(|line| line.strip_prefix("id")?.trim().strip_prefix('='));
    values.map(|value| value.trim().trim_matches('"').to_owned()).collect()
}

/// The texts between backticks, outside code blocks.
fn code_spans(text: &str) -> Vec<String> {
    let mut outside = true;
    let prose = text.lines().filter(|line| {
        let fence = line.starts_with("```");
        outside ^= fence;
        outside && !fence
    });
    prose.flat_map(|line| line.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

fn is_path(span: &str) -> bool {
    FOLDERS.iter().any(|folder| span.starts_with(folder)) && !span.contains([' ', '*', '…', '<'])
}
