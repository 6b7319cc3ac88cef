//! Clients that combine several operations in one call, and clients that exceed a timeout.

mod double;
// Each test binary uses only a part of the mock server.
#[expect(dead_code, reason = "other tests use the remaining responses")]
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;
use std::time::Duration;

use double::Client;
use idx_runner::ClientChoice;
use idx_runner::event::{CaseResult, Event};
use idx_runner::{AdapterPool, Timeouts};
use serde_json::{Value, json};
use support::{
    Page, correct_server, events, profile_page, replace, report_of, settings, start_page, terminal,
};

/// Replies as .NET does: performs all operations up to the profile in one call and shows the page that follows.
fn all_at_once(client: &mut Client, message: &Value) -> Value {
    if message["op"] == "start" {
        client.set_start(message);
        return json!({"deferred": true});
    }
    client.register(&message["values"]);
    refused_profile()
}

/// As [`all_at_once`], with another last reply.
fn all_at_once_with_reply(client: &mut Client, message: &Value, reply: Value) -> Value {
    match all_at_once(client, message) {
        deferred if message["op"] == "start" => deferred,
        _ => reply,
    }
}

/// The client's reply to the correct server's last response.
fn refused_profile() -> Value {
    let text = "'Email' must be in the form of an email address";
    json!({"status": "pending", "step": {"name": "enroll-profile"}, "messages": [{"class": "ERROR", "text": text}]})
}

fn case(events: &[Event]) -> CaseResult {
    let finished = events.iter().find_map(|event| match event {
        Event::ScenarioFinished(result) => result.cases.first().cloned(),
        _ => None,
    });
    finished.expect("a scenario has ended")
}

/// The report from its first failure.
fn failure(report: &str) -> String {
    report.lines().skip_while(|line| !line.starts_with("failed")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn client_that_combines_several_answers_passes() {
    let server = correct_server().await;
    let events = events(&["start"], settings(&server, double::client(all_at_once).await)).await;
    let report = terminal(&events);
    assert!(report.contains("1 step not shown by the client"), "{report}");
    assert!(report.ends_with("1 passed TIME\n"), "{report}");
    let case = case(&events);
    assert_eq!(case.unseen, 1, "the client shows no page of the step in between");
    let exchanges: Vec<_> = case.steps.iter().map(|step| step.exchanges.clone()).collect();
    assert_eq!(exchanges, [0..2, 2..3, 3..4], "each step has its own requests");
}

#[tokio::test]
async fn deferred_steps_are_judged_at_their_own_exchanges() {
    let server = correct_server().await;
    let mut body = start_page();
    body["remediation"]["value"].as_array_mut().expect("a list").reverse();
    replace(&server, "introspect", Page::new(200, body)).await;
    let report = report_of(&server, double::client(all_at_once).await).await;
    insta::assert_snapshot!(failure(&report));
}

#[tokio::test]
async fn failed_deferred_step_prevents_judging_later_steps() {
    let server = correct_server().await;
    replace(&server, "introspect", Page::new(200, profile_page(json!(null)))).await;
    replace(&server, "enroll/new", Page::new(200, start_page())).await;
    let events = events(&["start"], settings(&server, double::client(all_at_once).await)).await;
    let failed: Vec<_> = case(&events).steps.iter().map(|step| !step.failures.is_empty()).collect();
    assert_eq!(failed, [true, false, false]);
}

#[tokio::test]
async fn final_page_of_the_client_is_judged() {
    let answering = |client: &mut Client, message: &Value| {
        let without_message = json!({"status": "pending", "step": {"name": "enroll-profile"}});
        all_at_once_with_reply(client, message, without_message)
    };
    let report = report_of(&correct_server().await, double::client(answering).await).await;
    insta::assert_snapshot!(failure(&report));
}

#[tokio::test]
async fn hidden_api_error_fails_the_scenario() {
    let silent = |client: &mut Client, message: &Value| {
        all_at_once_with_reply(client, message, json!({"status": "terminal"}))
    };
    let showing = |client: &mut Client, message: &Value| {
        all_at_once_with_reply(
            client,
            message,
            json!({"status": "error", "error": "429: Too many requests."}),
        )
    };
    // Some clients use their own text for an error code.
    let rewording = |client: &mut Client, message: &Value| {
        let words = json!([{"key": "E0000047", "text": "Slow down."}]);
        all_at_once_with_reply(client, message, json!({"status": "pending", "messages": words}))
    };
    let server = correct_server().await;
    let error = json!({"errorCode": "E0000047", "errorSummary": "Too many requests."});
    replace(&server, "enroll/new", Page::new(429, error)).await;
    let report = report_of(&server, double::client(silent).await).await;
    let missing =
        "client messages\n        expected \"Too many requests.\"\n        actual   not shown";
    assert!(report.contains(missing), "{report}");
    for answering in [showing, rewording] {
        let report = report_of(&server, double::client(answering).await).await;
        assert!(!report.contains("client messages"), "{report}");
    }
}

#[tokio::test]
async fn client_that_always_defers_fails_every_step() {
    let answering = |_: &mut Client, _: &Value| json!({"deferred": true});
    let report = report_of(&correct_server().await, double::client(answering).await).await;
    insta::assert_snapshot!(failure(&report));
}

#[tokio::test]
async fn invalid_reply_after_deferring_fails_the_scenario() {
    let answering = |_: &mut Client, message: &Value| match message["op"].as_str() {
        Some("start") => json!({"deferred": true}),
        _ => json!("Registering…"),
    };
    let report = report_of(&correct_server().await, double::client(answering).await).await;
    insta::assert_snapshot!(failure(&report));
}

#[tokio::test]
async fn success_without_requests_fails_the_scenario() {
    let answering = |_: &mut Client, message: &Value| match message["op"].as_str() {
        Some("start") => json!({"deferred": true}),
        _ => json!({"status": "success"}),
    };
    let report = report_of(&correct_server().await, double::client(answering).await).await;
    insta::assert_snapshot!(failure(&report));
}

#[tokio::test]
async fn success_after_a_refusal_fails_the_scenario() {
    let answering = |client: &mut Client, message: &Value| {
        let mut reply = all_at_once(client, message);
        if message["op"] == "fill" {
            reply["status"] = json!("success");
        }
        reply
    };
    let report = report_of(&correct_server().await, double::client(answering).await).await;
    insta::assert_snapshot!(failure(&report));
}

const HELLO: &str =
    r#"{"id":0,"client":"test","version":"1","operations":["start","fill"],"perProcess":"many"}"#;

async fn client_with_short_timeout(then: &str) -> ClientChoice {
    let timeouts = Timeouts { hello: Duration::from_secs(10), reply: Duration::from_millis(50) };
    let command = format!("read line; echo '{HELLO}'; {then}");
    let pool = AdapterPool::start_with(&command, None, timeouts).await.expect("the hello is valid");
    ClientChoice::Adapter(Arc::new(pool))
}

#[tokio::test]
async fn hanging_client_fails_its_scenario() {
    let client = client_with_short_timeout("read line; read line").await;
    insta::assert_snapshot!(failure(&report_of(&correct_server().await, client).await));
}

#[tokio::test]
async fn client_without_a_hello_is_not_started() {
    let timeouts = Timeouts { hello: Duration::from_millis(50), ..Timeouts::default() };
    let pool = AdapterPool::start_with("cat >/dev/null", None, timeouts).await;
    assert_eq!(
        pool.expect_err("the client sends no hello").to_string(),
        "the client `cat >/dev/null` did not start: the client sent no hello within 50ms"
    );
}

#[tokio::test]
async fn report_of_a_failure_contains_standard_error() {
    let then = r#"read line; echo 'TypeError: x is undefined' >&2; echo '{"id":1,"status":"error","error":"gave up"}'; read line"#;
    let pool = AdapterPool::start(&format!("read line; echo '{HELLO}'; {then}"), None)
        .await
        .expect("the hello is valid");
    let client = ClientChoice::Adapter(Arc::new(pool));
    insta::assert_snapshot!(failure(&report_of(&correct_server().await, client).await));
}

#[tokio::test]
async fn next_scenario_gets_a_new_process() {
    // Each process exits during its first operation. A reused process would have a different error.
    let then = "read line; echo no >&2; exit 3";
    let pool = AdapterPool::start(&format!("read line; echo '{HELLO}'; {then}"), None).await;
    let client = ClientChoice::Adapter(Arc::new(pool.expect("the hello is valid")));
    let events = events(&["start", "again"], settings(&correct_server().await, client)).await;
    let errors: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::ScenarioFinished(result) => Some(result.cases[0].steps[0].failures[0].actual()),
            _ => None,
        })
        .collect();
    assert_eq!(errors, ["the client ended before its reply (exit status: 3)"; 2]);
}
