//! Whole sign-ups, page by page.

use idx_engine::{Endpoint, Reply, Status};
use serde_json::json;

use crate::lab::{Lab, PASSWORD, VERIFIER};
use crate::walk::{Walk, message_keys, names};

const EMAIL: &str = "mary@example.com";
const NUMBER: &str = "+15551234567";

#[test]
fn password_and_email_then_skip_complete_the_sign_up() {
    let mut lab = Lab::preset("password-plus-another-factor");
    let mut walk = Walk::begin(&mut lab, EMAIL);
    assert_eq!(names(&walk.page), ["identify", "select-enroll-profile"]);
    assert_eq!(walk.page["expiresAt"], "2026-01-01T02:00:00.000Z");
    walk.take(&mut lab, "select-enroll-profile", json!({}));
    assert_eq!(names(&walk.page), ["enroll-profile", "select-identify"]);
    let profile = walk.profile();
    walk.take(&mut lab, "enroll-profile", profile);
    assert_eq!(
        (names(&walk.page), walk.listed()),
        (vec!["select-authenticator-enroll"], vec!["okta_password"])
    );
    assert_eq!(walk.page["expiresAt"], "2026-01-01T00:05:00.000Z");
    walk.choose(&mut lab, "okta_password");
    assert_eq!(names(&walk.page), ["enroll-authenticator", "select-authenticator-enroll"]);
    walk.answer(&mut lab, PASSWORD);
    // The app requires two factors, so the page does not offer skip.
    assert_eq!(
        (names(&walk.page), walk.listed()),
        (vec!["select-authenticator-enroll"], vec!["okta_email", "phone_number"])
    );
    walk.email_code(&mut lab);
    assert_eq!(
        (names(&walk.page), walk.listed()),
        (vec!["select-authenticator-enroll", "skip"], vec!["phone_number"])
    );
    walk.take(&mut lab, "skip", json!({}));
    assert_eq!(names(&walk.page), Vec::<&str>::new());
    assert_eq!(walk.page["expiresAt"], "2026-01-01T00:01:00.000Z");
    let code = walk.code().unwrap().to_owned();
    let Reply::Tokens(tokens) = lab.redeem(&code, VERIFIER).reply else { panic!("no tokens") };
    assert_eq!(tokens.id.unwrap().amr, ["pwd", "mfa", "email"]);
    assert_eq!(lab.records.users().next().unwrap().status, Status::Active);
}

#[test]
fn all_three_authenticators_complete_the_sign_up_without_skip() {
    let mut lab = Lab::preset("password-plus-another-factor");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    walk.email_code(&mut lab);
    walk.phone_code(&mut lab, NUMBER);
    assert!(walk.code().is_some(), "{}", walk.page);
}

#[test]
fn one_authenticator_suffices_if_the_app_requires_one_factor() {
    let mut lab = Lab::preset("password-only-policy");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    assert_eq!(names(&walk.page), ["select-authenticator-enroll", "skip"]);
    walk.take(&mut lab, "skip", json!({}));
    assert!(walk.code().is_some());
}

#[test]
fn required_authenticators_can_be_enrolled_in_any_order() {
    let mut lab = Lab::preset("email-and-password-required");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    assert_eq!(walk.listed(), ["okta_email", "okta_password"]);
    walk.email_code(&mut lab);
    assert_eq!(
        (names(&walk.page), walk.listed()),
        (vec!["select-authenticator-enroll"], vec!["okta_password"])
    );
    walk.password(&mut lab);
    assert_eq!(
        (names(&walk.page), walk.listed()),
        (vec!["select-authenticator-enroll", "skip"], vec!["phone_number"])
    );
}

#[test]
fn server_selects_email_if_only_email_is_required() {
    let mut lab = Lab::document(
        "[authenticatorEnrollment]\nokta_password = \"OPTIONAL\"\nokta_email = \"REQUIRED\"\n[appSignOn]\nfactorMode = \"1FA\"\n",
    );
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    assert_eq!(
        (names(&walk.page), walk.listed()),
        (vec!["enroll-authenticator", "select-authenticator-enroll"], vec!["okta_email"])
    );
    let code = lab.code(EMAIL);
    walk.answer(&mut lab, &code);
    assert_eq!(
        (names(&walk.page), walk.listed()),
        (vec!["select-authenticator-enroll", "skip"], vec!["okta_password", "phone_number"])
    );
}

#[test]
fn sixth_code_is_refused_until_five_minutes_after_the_first() {
    // The code is valid for an hour, so it is still correct when the server refuses it.
    let mut lab = Lab::document("[authenticators.okta_email]\ntokenLifetimeInMinutes = 60\n");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    walk.choose(&mut lab, "okta_email");
    let right = lab.code(EMAIL);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        walk.answer(&mut lab, wrong);
        assert_eq!(
            (walk.status, message_keys(&walk.page)),
            (401, vec!["api.authn.error.PASSCODE_INVALID".to_owned()])
        );
    }
    lab.advance(200);
    walk.send(&mut lab, Endpoint::ChallengeResend, json!({}));
    let right = lab.code(EMAIL);
    walk.answer(&mut lab, &right);
    assert_eq!((walk.status, message_keys(&walk.page)), (429, vec!["tooManyRequests".to_owned()]));
    assert_eq!(names(&walk.page)[0], "enroll-authenticator");
    lab.advance(99);
    walk.answer(&mut lab, &right);
    assert_eq!(walk.status, 429);
    lab.advance(1);
    walk.answer(&mut lab, &right);
    assert_eq!(walk.status, 200, "{}", walk.page);
}

#[test]
fn superseded_or_expired_code_is_refused() {
    let mut lab = Lab::document("[authenticators.okta_email]\ntokenLifetimeInMinutes = 1\n");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    walk.choose(&mut lab, "okta_email");
    let old = lab.code(EMAIL);
    walk.send(&mut lab, Endpoint::ChallengeResend, json!({}));
    let new = lab.code(EMAIL);
    assert_ne!(old, new);
    walk.answer(&mut lab, &old);
    assert_eq!(walk.status, 401);
    lab.advance(60);
    walk.answer(&mut lab, &new);
    assert_eq!(walk.status, 401);
}

#[test]
fn form_sent_twice_returns_the_current_page() {
    let mut lab = Lab::preset("password-plus-another-factor");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    let before = walk.page.clone();
    let profile = walk.profile();
    walk.send(&mut lab, Endpoint::EnrollNew, profile);
    assert_eq!((walk.status, &walk.page), (200, &before));
    assert_eq!(lab.records.users().count(), 1);
}

#[test]
fn transaction_expires_and_is_deleted_an_hour_later() {
    let mut lab = Lab::preset("password-plus-another-factor");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    lab.advance(300);
    walk.send(&mut lab, Endpoint::CredentialEnroll, json!({}));
    assert_eq!(walk.status, 401);
    assert_eq!(lab.introspect(&walk.interaction_handle).0, 401);
    // The user still exists, so the address is already in use.
    let mut again = Walk::begin(&mut lab, EMAIL);
    again.take(&mut lab, "select-enroll-profile", json!({}));
    let profile = again.profile();
    again.take(&mut lab, "enroll-profile", profile);
    assert_eq!(
        (again.status, message_keys(&again.page)),
        (400, vec!["registration.error.notUniqueWithinOrg".to_owned()])
    );
}
