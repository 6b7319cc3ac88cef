//! Two tabs with one transaction, and the back button: a request from a page that the transaction has left.

use idx_engine::Endpoint;
use serde_json::{Value, json};

use crate::lab::Lab;
use crate::walk::{Walk, message_keys, names};

/// A sign-up in which another tab has submitted the email code.
fn left_behind(preset: &str) -> (Lab, Walk) {
    let mut lab = Lab::preset(preset);
    let mut walk = Walk::with_profile(&mut lab, "mary@example.com");
    walk.password(&mut lab);
    walk.email_code(&mut lab);
    (lab, walk)
}

#[test]
fn stale_poll_returns_the_current_page() {
    let (mut lab, mut walk) = left_behind("password-plus-another-factor");
    let before = lab.last.clone();
    walk.send(&mut lab, Endpoint::ChallengePoll, json!({}));
    assert_eq!(
        (walk.status, names(&walk.page)),
        (200, vec!["select-authenticator-enroll", "skip"])
    );
    assert_eq!(lab.last, before);
}

#[test]
fn stale_poll_before_any_email_is_refused() {
    let mut lab = Lab::preset("password-plus-another-factor");
    let mut walk = Walk::with_profile(&mut lab, "mary@example.com");
    walk.send(&mut lab, Endpoint::ChallengePoll, json!({}));
    assert_eq!((walk.status, message_keys(&walk.page)), (400, vec!["E0000020".to_owned()]));
}

#[test]
fn stale_poll_after_another_tab_finished_ends_the_tab() {
    let (mut lab, mut walk) = left_behind("password-plus-another-factor");
    walk.take(&mut lab, "skip", json!({}));
    assert!(walk.code().is_some());
    walk.send(&mut lab, Endpoint::ChallengePoll, json!({}));
    assert_eq!(walk.status, 200);
    assert_eq!(message_keys(&walk.page), ["idx.transferred.to.new.tab"]);
    assert!(walk.page["successWithInteractionCode"].is_null());
}

/// Each other stale request is refused, and the page that follows is the same as before.
#[test]
fn stale_action_changes_nothing() {
    for (endpoint, body) in [
        (Endpoint::ChallengeAnswer, json!({ "credentials": { "passcode": "123456" } })),
        (Endpoint::ChallengeResend, json!({})),
        (Endpoint::Identify, json!({ "identifier": "mary@example.com" })),
        (Endpoint::IdentifySelect, json!({})),
        (Endpoint::Enroll, json!({})),
        (Endpoint::Challenge, json!({ "authenticator": { "id": "autidxlabemail000001" } })),
        (Endpoint::CredentialEnroll, json!({ "authenticator": { "id": "autidxlabemail000001" } })),
        (Endpoint::KeepMeSignedIn, json!({ "keepMeSignedIn": true })),
        (Endpoint::Recover, json!({})),
    ] {
        let (mut lab, mut walk) = left_behind("password-plus-another-factor");
        let (before, sent) = (lab.introspect(&walk.interaction_handle), lab.sent.len());
        walk.send(&mut lab, endpoint, body);
        assert_eq!(walk.status, 400, "{endpoint:?}");
        assert_eq!(lab.introspect(&walk.interaction_handle), before, "{endpoint:?}");
        assert_eq!(lab.sent.len(), sent, "{endpoint:?}");
    }
}

#[test]
fn profile_form_sent_twice_returns_the_current_page() {
    let (mut lab, mut walk) = left_behind("password-plus-another-factor");
    let before = lab.introspect(&walk.interaction_handle);
    let profile: Value = walk.profile();
    walk.send(&mut lab, Endpoint::EnrollNew, profile);
    assert_eq!((walk.status, walk.page.clone()), before);
}
