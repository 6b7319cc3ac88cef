//! Sign-ups in different orders over HTTP. The independent validator checks every response.

use idx_tests::org::PASSWORD;
use idx_walker::Walker as _;
use serde_json::{Value, json};

use crate::Org;

#[tokio::test]
async fn password_and_email_then_skip_succeeds() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    assert_eq!(mary.offered(), ["identify", "select-enroll-profile"]);
    mary.answer("select-enroll-profile", json!({})).await;
    assert_eq!(mary.offered(), ["enroll-profile", "select-identify"]);
    let profile = json!({"firstName": "Mary", "lastName": "Jo", "email": "mary@example.com"});
    mary.answer("enroll-profile", json!({"userProfile": profile})).await;
    assert_eq!(
        (mary.offered(), mary.listed()),
        (vec!["select-authenticator-enroll"], vec!["Password"])
    );
    mary.choose("okta_password", json!({})).await;
    assert_eq!(mary.offered(), ["enroll-authenticator", "select-authenticator-enroll"]);
    mary.passcode(PASSWORD).await;
    assert_eq!(
        (mary.offered(), mary.listed()),
        (vec!["select-authenticator-enroll"], vec!["Email", "Phone"])
    );
    mary.email("mary@example.com").await;
    assert_eq!(
        (mary.offered(), mary.listed()),
        (vec!["select-authenticator-enroll", "skip"], vec!["Phone"])
    );
    mary.skip().await;
    assert_eq!(mary.interaction_code().len(), 43);
    assert_eq!(org.logins().await, ["mary@example.com"]);
}

#[tokio::test]
async fn password_and_phone_then_skip_succeeds() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.password().await;
    mary.phone("+1 (555) 123-4567").await;
    assert_eq!(
        (mary.offered(), mary.listed()),
        (vec!["select-authenticator-enroll", "skip"], vec!["Email"])
    );
    mary.skip().await;
    mary.interaction_code();
}

#[tokio::test]
async fn all_three_authenticators_succeed_without_skip() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.password().await;
    mary.email("mary@example.com").await;
    mary.phone("+15551234567").await;
    mary.interaction_code();
}

#[tokio::test]
async fn password_only_policy_succeeds_with_a_password() {
    let org = Org::preset("password-only-policy").await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.password().await;
    assert_eq!(mary.offered(), ["select-authenticator-enroll", "skip"]);
    mary.skip().await;
    mary.interaction_code();
}

#[tokio::test]
async fn required_authenticators_are_listed_together_and_can_be_chosen_in_any_order() {
    let org = Org::preset("email-and-password-required").await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    assert_eq!(
        (mary.offered(), mary.listed()),
        (vec!["select-authenticator-enroll"], vec!["Email", "Password"])
    );
    mary.email("mary@example.com").await;
    assert_eq!(
        (mary.offered(), mary.listed()),
        (vec!["select-authenticator-enroll"], vec!["Password"])
    );
    mary.password().await;
    assert_eq!(mary.offered(), ["select-authenticator-enroll", "skip"]);
    mary.skip().await;
    mary.interaction_code();
}

#[tokio::test]
async fn denied_sign_up_is_not_offered() {
    let org = Org::preset("sign-up-denied").await;
    assert_eq!(org.sign_up().await.offered(), ["identify"]);
}

#[tokio::test]
async fn repeated_introspect_returns_the_same_page() {
    let org = Org::start().await;
    org.freeze("2030-01-01T00:00:00.000Z").await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.choose("okta_password", json!({})).await;
    let page = mary.page.clone();
    for _ in 0..3 {
        mary.introspect().await;
        assert_eq!(mary.page, page);
    }
}

#[tokio::test]
async fn wrong_code_is_refused_on_its_field_and_the_correct_code_is_accepted() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.password().await;
    mary.choose("okta_email", json!({})).await;
    let code = org.code_for("mary@example.com").await;
    let reply = mary.passcode(&another_code(&code)).await;
    assert_eq!(reply.status, 401);
    assert_eq!(mary.offered()[0], "enroll-authenticator");
    assert_eq!(passcode_messages(&mary.page)[0]["i18n"]["key"], "api.authn.error.PASSCODE_INVALID");
    assert_eq!(mary.passcode(&code).await.status, 200);
    assert_eq!(mary.listed(), ["Phone"]);
}

#[tokio::test]
async fn resent_code_invalidates_the_old_code() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.password().await;
    mary.choose("okta_email", json!({})).await;
    mary.act("resend").await;
    let messages = org.messages("mary@example.com").await;
    let codes: Vec<&str> = messages.iter().filter_map(|message| message["otp"].as_str()).collect();
    assert_eq!(codes.len(), 2);
    assert_eq!(mary.passcode(codes[0]).await.status, 401);
    assert_eq!(mary.passcode(codes[1]).await.status, 200);
}

#[tokio::test]
async fn cancel_returns_the_start_page_with_a_new_state_handle() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.answer("select-enroll-profile", json!({})).await;
    let before = mary.page["stateHandle"].clone();
    mary.cancel().await;
    assert_eq!(mary.offered(), ["identify", "select-enroll-profile"]);
    assert_ne!(mary.page["stateHandle"], before);
}

#[tokio::test]
async fn transaction_expires_five_minutes_after_its_last_step() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    org.advance("PT5M1S").await;
    let reply = mary.introspect().await;
    assert_eq!(reply.status, 401);
    assert_eq!(reply.json()["messages"]["value"][0]["i18n"]["key"], "idx.session.expired");
}

fn passcode_messages(page: &Value) -> &Value {
    &page["remediation"]["value"][0]["value"][0]["form"]["value"][0]["messages"]["value"]
}

fn another_code(code: &str) -> String {
    if code == "000000" { "000001".into() } else { "000000".into() }
}
