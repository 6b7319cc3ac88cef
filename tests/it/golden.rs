//! Checks the golden documents of `fixtures/responses` with the validator, which shares no code with the emulator.

use std::path::Path;

use idx_tests::validator::{Response, violations};
use idx_tests::workspace::{files, read};
use serde_json::Value;

/// The members of a discovery document that Swift and Kotlin require to start.
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
    let mut checked = 0;
    for path in files("fixtures/responses", &["snap"]) {
        let (status, body) = golden(&path);
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if name == "discovery" {
            let missing: Vec<_> =
                DISCOVERY.iter().filter(|member| body.get(**member).is_none()).collect();
            assert!(missing.is_empty(), "{} lacks {missing:?}", path.display());
        } else if let Some(html) = body.as_str() {
            // A link opens an HTML page; the key identifies its message.
            let shows =
                html.starts_with("<!doctype html>") && html.contains("data-i18n-key=\"idx.");
            assert!(shows, "{} is not a page with a message: {html}", path.display());
        } else {
            let response = Response {
                status: Some(status),
                origin: Some("https://org.example"),
                ..Response::document(&body)
            };
            let found = violations(response);
            assert!(found.is_empty(), "{} with status {status}: {found:#?}", path.display());
        }
        checked += 1;
    }
    assert!(checked > 40, "only {checked} golden documents were found");
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
    (status.unwrap_or_else(|| panic!("{} has no status", path.display())), body)
}
