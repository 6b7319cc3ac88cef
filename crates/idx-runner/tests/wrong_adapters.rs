//! Adapters with errors. An error before the first scenario is reported at the start. A later error fails only its scenario.

// Each test binary uses only a part of the mock server.
#[expect(dead_code, reason = "other tests use the remaining responses")]
mod support;

use std::sync::Arc;

use idx_runner::AdapterPool;
use idx_runner::ClientChoice;
use support::{correct_server, report_of};

/// A shell script that sends a valid hello and then runs `then`.
fn adapter(then: &str) -> String {
    let hello = r#"{"id":0,"client":"test","version":"1","operations":["start","fill"],"perProcess":"one","clock":"ignored"}"#;
    format!("read line; echo '{hello}'; {then}")
}

async fn refused(command: &str) -> String {
    AdapterPool::start(command, None).await.expect_err("the adapter is invalid").to_string()
}

async fn report(then: &str) -> String {
    let pool = AdapterPool::start(&adapter(then), None).await.expect("the hello is valid");
    let report = report_of(&correct_server().await, ClientChoice::Adapter(Arc::new(pool))).await;
    report.lines().skip_while(|line| !line.starts_with("failed")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn adapter_that_exits_before_hello_is_not_started() {
    let error = refused("echo no such module >&2; exit 7").await;
    assert!(error.contains("did not start") && error.contains("exit status: 7"), "{error}");
    assert!(error.ends_with("no such module"), "{error}");
}

#[tokio::test]
async fn adapter_with_an_invalid_hello_is_not_started() {
    let error = refused("read line; echo 'Listening on port 3000'; cat >/dev/null").await;
    assert!(
        error.contains("wrote \"Listening on port 3000\" instead of a line of JSON"),
        "{error}"
    );
    let error = refused(r#"read line; echo '{"id":0,"client":"x"}'; cat >/dev/null"#).await;
    assert!(error.contains("its hello is not understood: missing field `version`"), "{error}");
}

#[tokio::test]
async fn adapter_that_exits_during_a_scenario_fails_it() {
    insta::assert_snapshot!(report("read line; echo out of memory >&2; exit 3").await);
}

#[tokio::test]
async fn invalid_reply_fails_its_scenario() {
    insta::assert_snapshot!(report("read line; echo 'DEBUG starting'; cat >/dev/null").await);
}

#[tokio::test]
async fn reply_to_another_message_fails_its_scenario() {
    insta::assert_snapshot!(
        report(r#"read line; echo '{"id":9,"status":"pending"}'; cat >/dev/null"#).await
    );
}

#[tokio::test]
async fn oversized_reply_fails_its_scenario() {
    insta::assert_snapshot!(report("yes '{}'").await);
}

#[tokio::test]
async fn adapter_without_requests_fails_its_scenario() {
    insta::assert_snapshot!(
        report(r#"read line; echo '{"id":1,"status":"pending"}'; cat >/dev/null"#).await
    );
}

#[tokio::test]
async fn unsupported_operation_is_not_a_failure() {
    let then = r#"read line; echo '{"id":1,"status":"unsupported","error":"no sign-up here"}'; cat >/dev/null"#;
    let pool = AdapterPool::start(&adapter(then), None).await.expect("the hello is valid");
    let report = report_of(&correct_server().await, ClientChoice::Adapter(Arc::new(pool))).await;
    assert!(
        report.contains("unsupported  TEST-START") && report.contains("no sign-up here"),
        "{report}"
    );
    assert!(report.ends_with("0 passed, 1 unsupported TIME\n"), "{report}");
}
