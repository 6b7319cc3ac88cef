//! What the documents name exists.

use idx_tests::workspace::{read, root};

const DOCUMENTS: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];
const FOLDERS: [&str; 5] = ["crates/", "tests/", "fixtures/", "scenarios/", "clients/"];

#[test]
fn every_path_that_a_document_names_exists() {
    for document in DOCUMENTS {
        for path in code_spans(&read(document)).iter().filter(|span| is_path(span)) {
            assert!(root().join(path).exists(), "{document} names `{path}`, which does not exist");
        }
    }
}

/// What stands between backticks, outside of blocks.
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
