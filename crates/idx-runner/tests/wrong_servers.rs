//! The runner's reports about servers with one error each.

mod support;

use serde_json::json;
use support::{
    Page, correct_server, invalid_email, message, page, profile_page, replace, report, start_page,
};
use wiremock::ResponseTemplate;

#[tokio::test]
async fn correct_server_passes() {
    let report = report(&correct_server().await).await;
    assert!(report.ends_with("1 passed TIME\n"), "{report}");
}

#[tokio::test]
async fn wrong_remediation_order_is_reported() {
    let server = correct_server().await;
    let mut body = start_page();
    body["remediation"]["value"].as_array_mut().expect("a list").reverse();
    replace(&server, "introspect", Page::new(200, body)).await;
    insta::assert_snapshot!(report(&server).await);
}

#[tokio::test]
async fn missing_remediation_is_reported() {
    let server = correct_server().await;
    let body = page(&start_page()["remediation"]["value"].as_array().expect("a list")[..1]);
    replace(&server, "introspect", Page::new(200, body)).await;
    insta::assert_snapshot!(report(&server).await);
}

#[tokio::test]
async fn form_without_a_state_handle_is_reported() {
    let server = correct_server().await;
    let mut body = start_page();
    body["remediation"]["value"][1]["value"] = json!([]);
    replace(&server, "introspect", Page::new(200, body)).await;
    let missing = json!({"version": "1.0.0", "messages": message("api.error.field_required", "'stateHandle' is required.")});
    let refused = ResponseTemplate::new(400).set_body_json(missing);
    let mock = wiremock::Mock::given(wiremock::matchers::path("/idp/idx/enroll"))
        .and(wiremock::matchers::body_json(json!({})));
    mock.respond_with(refused).with_priority(1).mount(&server).await;
    insta::assert_snapshot!(report(&server).await);
}

#[tokio::test]
async fn wrong_message_is_reported() {
    let server = correct_server().await;
    let other = message(
        "registration.error.doesNotMatchPattern",
        "Provided value for property 'Email' does not match",
    );
    replace(&server, "enroll/new", Page::new(400, profile_page(other))).await;
    insta::assert_snapshot!(report(&server).await);
}

#[tokio::test]
async fn missing_message_is_reported() {
    let server = correct_server().await;
    replace(&server, "enroll/new", Page::new(400, profile_page(json!(null)))).await;
    insta::assert_snapshot!(report(&server).await);
}

#[tokio::test]
async fn wrong_status_is_reported() {
    let server = correct_server().await;
    replace(&server, "enroll/new", Page::new(200, profile_page(invalid_email()))).await;
    insta::assert_snapshot!(report(&server).await);
}

#[tokio::test]
async fn html_instead_of_json_is_reported() {
    let server = correct_server().await;
    let html = ResponseTemplate::new(200)
        .set_body_raw("<!DOCTYPE html><title>Sign in</title>", "text/html");
    replace(&server, "introspect", html).await;
    insta::assert_snapshot!(report(&server).await);
}

#[tokio::test]
async fn address_on_another_host_is_reported() {
    let server = correct_server().await;
    let mut body = start_page();
    body["remediation"]["value"][1]["href"] = json!("https://elsewhere.example.org/idp/idx/enroll");
    replace(&server, "introspect", Page::new(200, body)).await;
    insta::assert_snapshot!(report(&server).await);
}

#[tokio::test]
async fn refused_org_is_reported() {
    let server = correct_server().await;
    let refusal = ResponseTemplate::new(400)
        .set_body_json(json!({"error": "wrong", "detail": "unknown preset `x`"}));
    wiremock::Mock::given(wiremock::matchers::path("/_idxlab/api/orgs"))
        .respond_with(refusal)
        .with_priority(1)
        .mount(&server)
        .await;
    insta::assert_snapshot!(report(&server).await);
}
