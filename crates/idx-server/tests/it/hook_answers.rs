//! What each answer of a registration inline hook does, with a hook that is played by a mock server.

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

/// The same, with a timeout for each call of the hook.
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
        ResponseTemplate::new(500),
        ResponseTemplate::new(404).set_body_json(json!({})),
        ResponseTemplate::new(200).set_body_string("<html>"),
        saying(&json!([{"type": "com.okta.unknown"}])),
    ];
    for answer in answers {
        let (reply, users, calls) = sign_up(answer).await;
        assert_eq!((reply.status, calls.len()), (400, 1), "{reply:?}");
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
