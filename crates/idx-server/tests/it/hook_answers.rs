//! The effect of each response of a registration inline hook. The hook is a mock server.

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Reply, Running, profile};

/// Signs a user up with a hook that returns a response. Returns the reply, the created users and the bodies of the hook calls.
async fn sign_up(answer: ResponseTemplate) -> (Reply, Value, Vec<Value>) {
    // On a busy machine, even an immediate response can take a second.
    sign_up_within(Duration::from_secs(10), answer).await
}

/// As the previous function, with a timeout for each hook call.
async fn sign_up_within(timeout: Duration, answer: ResponseTemplate) -> (Reply, Value, Vec<Value>) {
    let hook = MockServer::start().await;
    Mock::given(method("POST")).and(path("/hook")).respond_with(answer).mount(&hook).await;
    let document = format!(
        "[profileEnrollment]\npreRegistrationInlineHooks = [{{ url = \"{}/hook\", timeoutMillis = {} }}]\n",
        hook.uri(),
        timeout.as_millis()
    );
    let org = Running::start(&document).await;
    let handle = org.on_profile_page().await;
    let reply = org.idx("enroll/new", &profile(&handle, "mary@example.com")).await.unwrap();
    let users = org.control("GET", "users", &Value::Null).await["users"].clone();
    let calls = hook.received_requests().await.unwrap();
    (reply, users, calls.iter().map(|request| request.body_json().unwrap()).collect())
}

fn saying(commands: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "commands": commands }))
}

#[tokio::test]
async fn hook_receives_oktas_request_once() {
    let allow = json!([{"type": "com.okta.action.update", "value": {"registration": "ALLOW"}}]);
    let (reply, _, calls) = sign_up(saying(&allow)).await;
    assert_eq!(reply.remediations(), ["select-authenticator-enroll"]);
    let [question] = calls.as_slice() else { panic!("called {} times", calls.len()) };
    assert_eq!(question["eventType"], "com.okta.user.pre-registration");
    assert_eq!(question["requestType"], "self.service.registration");
    assert_eq!(question["data"]["action"], "ALLOW");
    assert_eq!(question["data"]["context"]["request"]["url"]["value"], "/idp/idx/enroll/new");
    assert_eq!(question["data"]["userProfile"]["login"], "mary@example.com");
}

#[tokio::test]
async fn hook_can_change_the_profile() {
    let update = json!([{"type": "com.okta.user.profile.update", "value": {"title": "Captain"}}]);
    let (reply, users, _) = sign_up(saying(&update)).await;
    assert_eq!(reply.status, 200);
    assert_eq!(users[0]["profile"]["title"], "Captain");
}

#[tokio::test]
async fn unreachable_or_invalid_hook_fails_registration() {
    let answers = [
        (ResponseTemplate::new(500), 2),
        (ResponseTemplate::new(404).set_body_json(json!({})), 1),
        (ResponseTemplate::new(200).set_body_string("<html>"), 1),
        (saying(&json!([{"type": "com.okta.unknown"}])), 1),
    ];
    for (answer, times) in answers {
        let (reply, users, calls) = sign_up(answer).await;
        assert_eq!((reply.status, calls.len()), (400, times), "{reply:?}");
        assert!(reply.body.contains("registration.error.generic"), "{reply:?}");
        assert_eq!(users, json!([]));
    }
}

#[tokio::test]
async fn slow_hook_is_called_twice_and_fails_registration() {
    let slow = saying(&json!([])).set_delay(Duration::from_secs(5));
    let (reply, users, calls) = sign_up_within(Duration::from_millis(200), slow).await;
    assert_eq!((reply.status, calls.len()), (400, 2), "{reply:?}");
    assert!(reply.body.contains("registration.error.generic"), "{reply:?}");
    assert_eq!(users, json!([]));
}

#[tokio::test]
async fn hook_receives_numbers_as_the_client_wrote_them_and_the_secret_header() {
    let hook = MockServer::start().await;
    Mock::given(method("POST")).respond_with(saying(&json!([]))).mount(&hook).await;
    let document = format!(
        "preset = \"custom-attributes\"\n[profileEnrollment]\npreRegistrationInlineHooks = [{{ url = \"{}/hook\", timeoutMillis = 10000, \
         authScheme = {{ type = \"HEADER\", key = \"Authorization\", value = \"s3cret\" }}, headers = [{{ key = \"x-tenant\", value = \"7\" }}] }}]\n",
        hook.uri(),
    );
    let org = Running::start(&document).await;
    let handle = org.on_profile_page().await;
    let mut body = profile(&handle, "mary@example.com");
    body["userProfile"]["employeeNumber"] = json!("E0042");
    let text = body.to_string().replace(
        "\"employeeNumber\"",
        "\"seats\":7,\"share\":12345678901234567.50,\"employeeNumber\"",
    );
    let reply = org.send("POST", "/idp/idx/enroll/new", "application/json", &text).await.unwrap();
    assert_eq!(reply.status, 200, "{reply:?}");
    let calls = hook.received_requests().await.unwrap();
    let sent = String::from_utf8(calls[0].body.clone()).unwrap();
    assert!(sent.contains("\"seats\":7,\"share\":12345678901234567.50"), "{sent}");
    assert_eq!(calls[0].headers["authorization"], "s3cret");
    assert_eq!(calls[0].headers["x-tenant"], "7");
    let event: Value = serde_json::from_str(&sent).unwrap();
    assert_eq!(event["eventId"].as_str().unwrap().as_bytes()[14], b'4', "{event}");
}

#[tokio::test]
async fn hook_sets_the_login_which_must_be_unused() {
    let update = json!([{"type": "com.okta.user.profile.update", "value": {"login": "Mary.Jo@users.example"}}]);
    let hook = MockServer::start().await;
    Mock::given(method("POST")).respond_with(saying(&update)).mount(&hook).await;
    let org = Running::start(&format!(
        "[profileEnrollment]\npreRegistrationInlineHooks = [{{ url = \"{}/hook\", timeoutMillis = 10000 }}]\n",
        hook.uri()
    ))
    .await;
    let handle = org.on_profile_page().await;
    let reply = org.idx("enroll/new", &profile(&handle, "mary@example.com")).await.unwrap();
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(reply.body.contains("\"identifier\":\"mary.jo@users.example\""), "{reply:?}");
    let handle = org.on_profile_page().await;
    let reply = org.idx("enroll/new", &profile(&handle, "ann@example.com")).await.unwrap();
    assert_eq!(reply.status, 400, "{reply:?}");
    assert!(reply.body.contains("registration.error.notUniqueWithinOrg"), "{reply:?}");
}
