//! Concurrent calls: if two calls have loaded the same records, only one can commit. The other is handled again with the new records.

use idx_engine::{Call, Conflict, Endpoint, Reply, handle, needs};
use serde_json::json;

use crate::lab::{Lab, PASSWORD, VERIFIER, document, idx_call, token_call, without_hook_call};
use crate::walk::{Walk, message_keys};

/// Both calls load their records before a commit. The first call is committed. The second has a conflict and is handled again.
pub(crate) fn race(
    lab: &mut Lab,
    first: Call,
    second: Call,
) -> (idx_engine::Answer, idx_engine::Answer) {
    let requests = [first, second].map(|call| lab.request(call));
    let answers = requests.each_ref().map(|request| {
        let loaded = lab.records.load(&needs(request), lab.now);
        let mut env = loaded.env();
        without_hook_call(handle(&loaded, &mut env, request))
    });
    let [one, two] = answers;
    lab.records.commit(&one.changes, lab.now).unwrap();
    assert_eq!(lab.records.commit(&two.changes, lab.now), Err(Conflict));
    let [_, request] = requests;
    let again = lab.call(request.call);
    (one, again)
}

#[test]
fn two_sign_ups_for_one_email_create_one_user() {
    let mut lab = Lab::preset("password-plus-another-factor");
    let calls = ["one", "two"].map(|_| {
        let mut walk = Walk::begin(&mut lab, "mary@example.com");
        walk.take(&mut lab, "select-enroll-profile", json!({}));
        let mut body = walk.profile();
        body["stateHandle"] = walk.page["stateHandle"].clone();
        idx_call(Endpoint::EnrollNew, body)
    });
    let [first, second] = calls;
    let (one, two) = race(&mut lab, first, second);
    assert_eq!(document(&one).0, 200);
    assert_eq!(
        (document(&two).0, message_keys(&document(&two).1)),
        (400, vec!["registration.error.notUniqueWithinOrg".to_owned()])
    );
    assert_eq!(lab.records.users().count(), 1);
}

#[test]
fn code_submitted_twice_in_parallel_is_accepted_once() {
    let mut lab = Lab::preset("password-plus-another-factor");
    let mut walk = Walk::with_profile(&mut lab, "mary@example.com");
    walk.password(&mut lab);
    walk.choose(&mut lab, "okta_email");
    let body = json!({ "credentials": { "passcode": lab.code("mary@example.com") }, "stateHandle": walk.page["stateHandle"] });
    let call = || idx_call(Endpoint::ChallengeAnswer, body.clone());
    let (one, two) = race(&mut lab, call(), call());
    assert_eq!(document(&one).0, 200);
    assert_eq!(
        (document(&two).0, message_keys(&document(&two).1)),
        (400, vec!["E0000020".to_owned()])
    );
}

#[test]
fn correct_code_beyond_the_limit_is_refused() {
    let mut lab = Lab::preset("password-plus-another-factor");
    let mut walk = Walk::with_profile(&mut lab, "mary@example.com");
    walk.password(&mut lab);
    walk.choose(&mut lab, "okta_email");
    let right = lab.code("mary@example.com");
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..4 {
        walk.answer(&mut lab, wrong);
    }
    let call = |passcode: &str| {
        idx_call(
            Endpoint::ChallengeAnswer,
            json!({ "credentials": { "passcode": passcode }, "stateHandle": walk.page["stateHandle"] }),
        )
    };
    let (fifth, sixth) = race(&mut lab, call(wrong), call(&right));
    assert_eq!((document(&fifth).0, document(&sixth).0), (401, 429));
}

#[test]
fn interaction_code_redeemed_twice_in_parallel_returns_tokens_once() {
    let mut lab = Lab::preset("password-only-policy");
    let mut walk = Walk::with_profile(&mut lab, "mary@example.com");
    walk.choose(&mut lab, "okta_password");
    walk.answer(&mut lab, PASSWORD);
    walk.take(&mut lab, "skip", json!({}));
    let code = walk.code().unwrap().to_owned();
    let (one, two) = race(
        &mut lab,
        Call::Token(token_call(&code, VERIFIER)),
        Call::Token(token_call(&code, VERIFIER)),
    );
    assert!(matches!(one.reply, Reply::Tokens(_)));
    assert_eq!(
        document(&two).1["error_description"],
        "The interaction code is invalid or has expired."
    );
}
