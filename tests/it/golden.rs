//! The golden documents of `fixtures/responses`, vetted by the validator that shares no code with what wrote them.

use std::path::Path;

use idx_tests::validator::{Answer, violations};
use idx_tests::workspace::{files, read};
use serde_json::Value;

/// What Swift and Kotlin need of a discovery document to begin at all.
const DISCOVERY: [&str; 7] = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
];

#[test]
fn every_golden_document_passes_the_validator() {
    let mut vetted = 0;
    for path in files("fixtures/responses", &["snap"]) {
        let (status, body) = golden(&path);
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if name == "discovery" {
            let missing: Vec<_> =
                DISCOVERY.iter().filter(|member| body.get(**member).is_none()).collect();
            assert!(missing.is_empty(), "{} lacks {missing:?}", path.display());
        } else if let Some(html) = body.as_str() {
            // The pages that a link opens are for people; the key says which message they show.
            let shows =
                html.starts_with("<!doctype html>") && html.contains("data-i18n-key=\"idx.");
            assert!(shows, "{} is no page with a message: {html}", path.display());
        } else {
            let answer = Answer {
                status: Some(status),
                origin: Some("https://org.example"),
                ..Answer::document(&body)
            };
            let found = violations(answer);
            assert!(found.is_empty(), "{} is sent with {status}: {found:#?}", path.display());
        }
        vetted += 1;
    }
    assert!(vetted > 40, "only {vetted} golden documents were found");
}

/// The status and the body of a golden document.
fn golden(path: &Path) -> (u16, Value) {
    let text = read(path);
    let (head, body) =
        text.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n")).expect("a snapshot");
    let status = head.lines().find_map(|line| line.strip_prefix("description: HTTP "));
    let status = status.and_then(|status| status.parse().ok());
    let body =
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (status.unwrap_or_else(|| panic!("{} names no status", path.display())), body)
}
