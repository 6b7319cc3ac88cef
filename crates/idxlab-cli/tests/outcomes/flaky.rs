//! Retries against a server that fails once.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use idxlab::Emulator;

use crate::by_short_id;
use crate::folder::{Folder, HELLO, UNSUPPORTED};

/// A server whose first response to introspect is an error.
async fn server_that_fails_once() -> Emulator {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let rule = r#"{"rules":[{"match":{"path":"/idp/idx/introspect","count":1},"fault":{"kind":"status","status":500}}]}"#;
    let host = emulator.base_url().trim_start_matches("http://");
    let request = format!(
        "PUT /_idxlab/api/faults HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{rule}",
        rule.len()
    );
    let mut stream = TcpStream::connect(host).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    emulator
}

/// Runs `a-passes.toml` against a server that fails once.
async fn outcome(more: &[&str]) -> (i32, String, Folder) {
    let emulator = server_that_fails_once().await;
    let folder = Folder::new();
    let target =
        ["a-passes.toml", "--target", emulator.issuer(), "--client-id", emulator.client_id()];
    let (code, verdicts) = folder.verdicts(&[&target, more].concat());
    (code, by_short_id(&verdicts)[0].1.to_owned(), folder)
}

#[tokio::test]
async fn flaky_scenario_without_retries_fails() {
    let (code, verdict, _) = outcome(&[]).await;
    assert_eq!((code, verdict.as_str()), (1, "failed"));
}

#[tokio::test]
async fn scenario_that_passes_on_retry_is_flaky_and_shows_its_failure() {
    let (code, verdict, folder) = outcome(&["--retries", "1"]).await;
    assert_eq!((code, verdict.as_str()), (0, "flaky"));
    let report = folder.json("report.json");
    let failure = &report["scenarios"][0]["cases"][0]["steps"][0]["failures"][0];
    assert_eq!(
        (failure["what"].as_str(), failure["actual"].as_str()),
        (Some("status"), Some("500"))
    );
    assert_eq!(report["counts"]["flaky"], 1);
}

#[tokio::test]
async fn flaky_scenario_fails_a_run_with_fail_on_flaky() {
    let (code, verdict, folder) = outcome(&["--retries", "3", "--fail-on-flaky"]).await;
    assert_eq!((code, verdict.as_str()), (1, "flaky"));
    assert_eq!(folder.idxlab(&["merge", "report.json"]).code, 0);
    assert_eq!(folder.idxlab(&["merge", "report.json", "--fail-on-flaky"]).code, 1);
}

#[test]
fn scenario_that_fails_every_retry_is_failed() {
    let folder = Folder::new();
    let (code, verdicts) = folder.verdicts(&["b-fails.toml", "--retries", "2"]);
    assert_eq!((code, by_short_id(&verdicts)), (1, vec![("FAILS", "failed")]));
}

#[test]
fn unsupported_retry_does_not_pass() {
    let folder = Folder::new();
    // The first process exits during its first operation. Later processes reply that the operation is unsupported.
    let client = format!(
        "read line; echo '{HELLO}'; read line || exit; [ -e died ] || {{ >died; exit 3; }}; echo '{UNSUPPORTED}'; cat >/dev/null"
    );
    let (code, verdicts) =
        folder.verdicts(&["a-passes.toml", "--retries", "1", "--client", &client]);
    assert_eq!((code, by_short_id(&verdicts)), (1, vec![("PASSES", "failed")]));
}
