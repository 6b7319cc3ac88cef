//! What each answer of a registration inline hook does, with a hook that is played by a mock server.

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Reply, Running, profile};

/// Signs a person up past a hook that answers so: what they are told, who was made, and what the hook was asked.
async fn sign_up(answer: ResponseTemplate) -> (Reply, Value, Vec<Value>) {
    let hook = MockServer::start().await;
    Mock::given(method("POST")).and(path("/hook")).respond_with(answer).mount(&hook).await;
    let document = format!(
        "[profileEnrollment]\npreRegistrationInlineHooks = [{{ url = \"{}/hook\", timeoutMillis = 200 }}]\n",
        hook.uri()
    );
    let org = Running::start(&document).await;
    let handle = org.on_profile_page().await;
    let told = org.idx("enroll/new", &profile(&handle, "mary@example.com")).await.unwrap();
    let made = org.control("GET", "users", &Value::Null).await["users"].clone();
    let asked = hook.received_requests().await.unwrap();
    (told, made, asked.iter().map(|request| request.body_json().unwrap()).collect())
}

fn saying(commands: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "commands": commands }))
}

#[tokio::test]
async fn it_is_asked_once_in_the_words_of_okta() {
    let allow = json!([{"type": "com.okta.action.update", "value": {"registration": "ALLOW"}}]);
    let (told, _, asked) = sign_up(saying(&allow)).await;
    assert_eq!(told.remediations(), ["select-authenticator-enroll"]);
    let [question] = asked.as_slice() else { panic!("asked {} times", asked.len()) };
    assert_eq!(question["eventType"], "com.okta.user.pre-registration");
    assert_eq!(question["requestType"], "self.service.registration");
    assert_eq!(question["data"]["action"], "ALLOW");
    assert_eq!(question["data"]["context"]["request"]["url"]["value"], "/idp/idx/enroll/new");
    assert_eq!(question["data"]["userProfile"]["login"], "mary@example.com");
}

#[tokio::test]
async fn it_can_change_the_profile() {
    let update = json!([{"type": "com.okta.user.profile.update", "value": {"title": "Captain"}}]);
    let (told, made, _) = sign_up(saying(&update)).await;
    assert_eq!(told.status, 200);
    assert_eq!(made[0]["profile"]["title"], "Captain");
}

#[tokio::test]
async fn one_that_is_down_or_answers_nonsense_fails_the_registration() {
    let answers = [
        ResponseTemplate::new(500),
        ResponseTemplate::new(404).set_body_json(json!({})),
        ResponseTemplate::new(200).set_body_string("<html>"),
        saying(&json!([{"type": "com.okta.unknown"}])),
    ];
    for answer in answers {
        let (told, made, asked) = sign_up(answer).await;
        assert_eq!((told.status, asked.len()), (400, 1), "{told:?}");
        assert!(told.body.contains("registration.error.generic"), "{told:?}");
        assert_eq!(made, json!([]));
    }
}

#[tokio::test]
async fn one_that_is_slow_is_asked_twice_and_then_fails_the_registration() {
    let (told, made, asked) = sign_up(saying(&json!([])).set_delay(Duration::from_secs(5))).await;
    assert_eq!((told.status, asked.len()), (400, 2), "{told:?}");
    assert!(told.body.contains("registration.error.generic"), "{told:?}");
    assert_eq!(made, json!([]));
}
