//! Adapters that misbehave: before the first scenario they were never started, after that they fail their scenario alone.

// Each test binary uses the parts of the wiremock server that it needs.
#[expect(dead_code, reason = "the answers of wrong servers are for another test")]
mod support;

use std::sync::Arc;

use idx_runner::AdapterPool;
use idx_runner::ClientChoice;
use support::{report_of, right_server};

/// Says a good hello, then does `then`.
fn adapter(then: &str) -> String {
    let hello = r#"{"id":0,"client":"test","version":"1","operations":["start","fill"],"perProcess":"one","clock":"ignored"}"#;
    format!("read line; echo '{hello}'; {then}")
}

async fn refused(command: &str) -> String {
    AdapterPool::start(command, None).await.expect_err("it is no adapter").to_string()
}

async fn report(then: &str) -> String {
    let pool = AdapterPool::start(&adapter(then), None).await.expect("its hello is good");
    let report = report_of(&right_server().await, ClientChoice::Adapter(Arc::new(pool))).await;
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
    let pool = AdapterPool::start(&adapter(then), None).await.expect("its hello is good");
    let report = report_of(&right_server().await, ClientChoice::Adapter(Arc::new(pool))).await;
    assert!(
        report.contains("unsupported  TEST-START") && report.contains("no sign-up here"),
        "{report}"
    );
    assert!(report.ends_with("0 passed, 1 unsupported TIME\n"), "{report}");
}
