//! Clients that take several answers in one call, and clients that are slow to say so.

mod double;
// Each test binary uses the parts of the wiremock server that it needs.
#[expect(dead_code, reason = "most answers of wrong servers are for another test")]
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
    Page, events, profile_page, replace, report_of, right_server, settings, start_page, terminal,
};

/// What .NET does: everything up to the profile in one call, and the page that is reached then.
fn all_at_once(client: &mut Client, message: &Value) -> Value {
    if message["op"] == "start" {
        client.remember(message);
        return json!({"deferred": true});
    }
    client.register(&message["values"]);
    refused_profile()
}

/// The same, with a reply of its own to the page that is reached.
fn at_last(client: &mut Client, message: &Value, reply: Value) -> Value {
    match all_at_once(client, message) {
        deferred if message["op"] == "start" => deferred,
        _ => reply,
    }
}

/// What the client shows of the right server's last answer.
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

/// The report from the first failure on.
fn failure(report: &str) -> String {
    report.lines().skip_while(|line| !line.starts_with("failed")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn client_that_combines_several_answers_passes() {
    let server = right_server().await;
    let told = events(&["start"], settings(&server, double::client(all_at_once).await)).await;
    let report = terminal(&told);
    assert!(report.contains("1 step not shown by the client"), "{report}");
    assert!(report.ends_with("1 passed TIME\n"), "{report}");
    let case = case(&told);
    assert_eq!(case.unseen, 1, "no operation belongs to the step between");
    let exchanges: Vec<_> = case.steps.iter().map(|step| step.exchanges.clone()).collect();
    assert_eq!(exchanges, [0..2, 2..3, 3..4], "each step has its own requests");
}

#[tokio::test]
async fn deferred_steps_are_judged_at_their_own_exchanges() {
    let server = right_server().await;
    let mut body = start_page();
    body["remediation"]["value"].as_array_mut().expect("a list").reverse();
    replace(&server, "introspect", Page::new(200, body)).await;
    let report = report_of(&server, double::client(all_at_once).await).await;
    insta::assert_snapshot!(failure(&report));
}

#[tokio::test]
async fn failed_deferred_step_prevents_judging_later_steps() {
    let server = right_server().await;
    replace(&server, "introspect", Page::new(200, profile_page(json!(null)))).await;
    replace(&server, "enroll/new", Page::new(200, start_page())).await;
    let told = events(&["start"], settings(&server, double::client(all_at_once).await)).await;
    let failed: Vec<_> = case(&told).steps.iter().map(|step| !step.failures.is_empty()).collect();
    assert_eq!(failed, [true, false, false]);
}

#[tokio::test]
async fn final_page_of_the_client_is_judged() {
    let answering = |client: &mut Client, message: &Value| {
        let without_message = json!({"status": "pending", "step": {"name": "enroll-profile"}});
        at_last(client, message, without_message)
    };
    let report = report_of(&right_server().await, double::client(answering).await).await;
    insta::assert_snapshot!(failure(&report));
}

#[tokio::test]
async fn hidden_api_error_fails_the_scenario() {
    let silent = |client: &mut Client, message: &Value| {
        at_last(client, message, json!({"status": "terminal"}))
    };
    let telling = |client: &mut Client, message: &Value| {
        at_last(client, message, json!({"status": "error", "error": "429: Too many requests."}))
    };
    // Some clients have words of their own for a code.
    let rewording = |client: &mut Client, message: &Value| {
        let words = json!([{"key": "E0000047", "text": "Slow down."}]);
        at_last(client, message, json!({"status": "pending", "messages": words}))
    };
    let server = right_server().await;
    let error = json!({"errorCode": "E0000047", "errorSummary": "Too many requests."});
    replace(&server, "enroll/new", Page::new(429, error)).await;
    let report = report_of(&server, double::client(silent).await).await;
    let missing =
        "client messages\n        expected \"Too many requests.\"\n        actual   not shown";
    assert!(report.contains(missing), "{report}");
    for answering in [telling, rewording] {
        let report = report_of(&server, double::client(answering).await).await;
        assert!(!report.contains("client messages"), "{report}");
    }
}

#[tokio::test]
async fn client_that_always_defers_fails_every_step() {
    let answering = |_: &mut Client, _: &Value| json!({"deferred": true});
    let report = report_of(&right_server().await, double::client(answering).await).await;
    insta::assert_snapshot!(failure(&report));
}

#[tokio::test]
async fn invalid_reply_after_deferring_fails_the_scenario() {
    let answering = |_: &mut Client, message: &Value| match message["op"].as_str() {
        Some("start") => json!({"deferred": true}),
        _ => json!("Registering…"),
    };
    let report = report_of(&right_server().await, double::client(answering).await).await;
    insta::assert_snapshot!(failure(&report));
}

#[tokio::test]
async fn success_without_requests_fails_the_scenario() {
    let answering = |_: &mut Client, message: &Value| match message["op"].as_str() {
        Some("start") => json!({"deferred": true}),
        _ => json!({"status": "success"}),
    };
    let report = report_of(&right_server().await, double::client(answering).await).await;
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
    let report = report_of(&right_server().await, double::client(answering).await).await;
    insta::assert_snapshot!(failure(&report));
}

const HELLO: &str =
    r#"{"id":0,"client":"test","version":"1","operations":["start","fill"],"perProcess":"many"}"#;

async fn impatient(then: &str) -> ClientChoice {
    let patience = Timeouts { hello: Duration::from_secs(10), reply: Duration::from_millis(50) };
    let command = format!("read line; echo '{HELLO}'; {then}");
    let pool = AdapterPool::start_with(&command, None, patience).await.expect("its hello is good");
    ClientChoice::Adapter(Arc::new(pool))
}

#[tokio::test]
async fn hanging_client_fails_its_scenario() {
    let client = impatient("read line; read line").await;
    insta::assert_snapshot!(failure(&report_of(&right_server().await, client).await));
}

#[tokio::test]
async fn client_without_a_hello_is_not_started() {
    let patience = Timeouts { hello: Duration::from_millis(50), ..Timeouts::default() };
    let pool = AdapterPool::start_with("cat >/dev/null", None, patience).await;
    assert_eq!(
        pool.expect_err("it is silent").to_string(),
        "the client `cat >/dev/null` did not start: the client sent no hello within 50ms"
    );
}

#[tokio::test]
async fn report_of_a_failure_contains_standard_error() {
    let then = r#"read line; echo 'TypeError: x is undefined' >&2; echo '{"id":1,"status":"error","error":"gave up"}'; read line"#;
    let pool = AdapterPool::start(&format!("read line; echo '{HELLO}'; {then}"), None)
        .await
        .expect("its hello is good");
    let client = ClientChoice::Adapter(Arc::new(pool));
    insta::assert_snapshot!(failure(&report_of(&right_server().await, client).await));
}

#[tokio::test]
async fn next_scenario_gets_a_new_process() {
    // Each process dies at its first operation, so that one that is used again would say so in other words.
    let then = "read line; echo no >&2; exit 3";
    let pool = AdapterPool::start(&format!("read line; echo '{HELLO}'; {then}"), None).await;
    let client = ClientChoice::Adapter(Arc::new(pool.expect("its hello is good")));
    let told = events(&["start", "again"], settings(&right_server().await, client)).await;
    let deaths: Vec<_> = told
        .iter()
        .filter_map(|event| match event {
            Event::ScenarioFinished(result) => Some(result.cases[0].steps[0].failures[0].actual()),
            _ => None,
        })
        .collect();
    assert_eq!(deaths, ["the client ended before its reply (exit status: 3)"; 2]);
}
