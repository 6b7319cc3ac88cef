//! A second message or link is an event of its own, even if it equals the first.

use idx_engine::{Call, Endpoint, LinkCall, Reply};
use serde_json::json;

use crate::lab::Lab;
use crate::walk::{Walk, message_keys, names};

const EMAIL: &str = "mary@example.com";
const NUMBER: &str = "+15551234567";
/// With a frozen clock, the second of two such codes equals the first in every member.
const FIXED_CODES: &str = "[testCodes]\n\"+15551234567\" = \"123456\"\n\"mary@example.com\" = \"123456\"\n\
                           [authenticators.okta_email]\nsendLink = false\n";

fn on_list(settings: &str) -> (Lab, Walk) {
    let mut lab = Lab::document(&format!("{FIXED_CODES}{settings}"));
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    (lab, walk)
}

fn choose_phone(lab: &mut Lab, walk: &mut Walk, method: &str) {
    let id = walk.authenticator_id("phone_number");
    let choice = json!({ "id": id, "methodType": method, "phoneNumber": NUMBER });
    walk.take(lab, "select-authenticator-enroll", json!({ "authenticator": choice }));
    assert_eq!(names(&walk.page)[0], "enroll-authenticator");
}

fn channels(lab: &Lab) -> Vec<&str> {
    lab.sent.iter().map(|message| message.channel.name()).collect()
}

#[test]
fn resend_of_a_fixed_code_sends_another_message() {
    for method in ["sms", "voice"] {
        let (mut lab, mut walk) = on_list("");
        choose_phone(&mut lab, &mut walk, method);
        walk.send(&mut lab, Endpoint::ChallengeResend, json!({}));
        assert_eq!((walk.status, channels(&lab)), (200, vec![method; 2]));
    }
    let (mut lab, mut walk) = on_list("");
    walk.choose(&mut lab, "okta_email");
    walk.send(&mut lab, Endpoint::ChallengeResend, json!({}));
    assert_eq!((walk.status, channels(&lab)), (200, vec!["email"; 2]));
}

#[test]
fn phone_chosen_again_with_a_fixed_code_sends_another_message() {
    let (mut lab, mut walk) = on_list("");
    choose_phone(&mut lab, &mut walk, "sms");
    choose_phone(&mut lab, &mut walk, "sms");
    assert_eq!(channels(&lab), ["sms", "sms"]);
}

#[test]
fn resend_of_a_fixed_code_counts_toward_the_limit() {
    let (mut lab, mut walk) = on_list("[rateLimits]\nphoneEnrollment = true\n");
    choose_phone(&mut lab, &mut walk, "sms");
    for _ in 1..15 {
        walk.send(&mut lab, Endpoint::ChallengeResend, json!({}));
        assert_eq!(walk.status, 200);
    }
    walk.send(&mut lab, Endpoint::ChallengeResend, json!({}));
    assert_eq!((walk.status, lab.sent.len()), (429, 15));
}

#[test]
fn resend_of_a_fixed_code_rotates_the_handle() {
    let mut lab = Lab::document(&format!("rotateHandles = true\n{FIXED_CODES}"));
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    choose_phone(&mut lab, &mut walk, "sms");
    let before = walk.page["stateHandle"].clone();
    walk.send(&mut lab, Endpoint::ChallengeResend, json!({}));
    assert_ne!(walk.page["stateHandle"], before);
}

/// Nothing was sent, so nothing happens: neither a new version nor a new handle.
#[test]
fn password_chosen_again_changes_nothing() {
    let mut lab = Lab::document("rotateHandles = true\n");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.choose(&mut lab, "okta_password");
    let before = lab.introspect(&walk.interaction_handle);
    walk.choose(&mut lab, "okta_password");
    assert_eq!((walk.status, walk.page.clone()), before);
}

fn link_page(lab: &mut Lab, link: &str) -> String {
    let token = link.split_once("token=").map(|(_, token)| token.to_owned());
    match lab.call(Call::EmailLink(LinkCall { token, browser: None })).reply {
        Reply::Page { html, .. } => html,
        other => panic!("no page: {other:?}"),
    }
}

/// The user has not used the link, so it is out of date.
#[test]
fn link_of_a_page_that_the_user_left_is_stale() {
    let leave: [fn(&mut Lab, &mut Walk); 2] = [
        |lab, walk| walk.choose(lab, "phone_number"),
        |lab, walk| walk.take(lab, "skip", json!({})),
    ];
    for leave in leave {
        let mut lab = Lab::preset("password-only-policy");
        let mut walk = Walk::with_profile(&mut lab, EMAIL);
        walk.password(&mut lab);
        walk.choose(&mut lab, "okta_email");
        let link = lab.sent.last().and_then(|mail| mail.link.clone()).unwrap();
        leave(&mut lab, &mut walk);
        assert_eq!((walk.status, message_keys(&walk.page).len()), (200, 0));
        assert!(link_page(&mut lab, &link).contains("idx.return.stale"));
    }
}

#[test]
fn link_of_an_answered_email_is_used() {
    let mut lab = Lab::preset("password-only-policy");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    walk.choose(&mut lab, "okta_email");
    let link = lab.sent.last().and_then(|mail| mail.link.clone()).unwrap();
    let code = lab.code(EMAIL);
    walk.answer(&mut lab, &code);
    assert!(link_page(&mut lab, &link).contains("idx.return.error"));
}
