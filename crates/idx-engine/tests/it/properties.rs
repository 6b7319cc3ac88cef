//! Properties of every sequence of requests, valid and invalid.

use idx_engine::{Answer, Change, Endpoint, Reply};
use idx_walker::page::authenticators;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::lab::{Lab, PASSWORD, document};
use crate::walk::{Walk, endpoint, form, names, offered};

const PRESETS: [&str; 3] =
    ["password-plus-another-factor", "password-only-policy", "email-and-password-required"];
const EMAIL: &str = "mary@example.com";

/// A request of a random client: the index of an offered endpoint and the type of body.
#[derive(Debug, Clone, Copy)]
struct Move {
    pick: usize,
    kind: u8,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    proptest::collection::vec(
        (any::<usize>(), 0..8u8).prop_map(|(pick, kind)| Move { pick, kind }),
        1..24,
    )
}

/// A request body for an endpoint: usually valid, sometimes invalid.
fn body(lab: &Lab, page: &Value, endpoint: Endpoint, kind: u8) -> Value {
    let good = kind < 6;
    match endpoint {
        Endpoint::EnrollNew if good => {
            json!({ "userProfile": { "firstName": "Mary", "lastName": "Jo", "email": EMAIL } })
        }
        Endpoint::EnrollNew => {
            json!({ "userProfile": { "firstName": "Mary", "email": "nowhere" } })
        }
        Endpoint::CredentialEnroll => {
            let listed: Vec<_> = authenticators(page).collect();
            let id =
                listed.get(usize::from(kind) % listed.len().max(1)).map_or("aut0", |(_, id)| id);
            match kind % 4 {
                0 => json!({ "authenticator": { "id": id } }),
                1 => json!({ "authenticator": { "id": id, "methodType": "phone" } }),
                2 => {
                    json!({ "authenticator": { "id": id, "methodType": "sms", "phoneNumber": "+15551234567" } })
                }
                _ => {
                    json!({ "authenticator": { "id": id, "methodType": "sms", "phoneNumber": "123" } })
                }
            }
        }
        Endpoint::ChallengeAnswer => {
            let code =
                lab.sent.last().and_then(|delivery| delivery.otp.clone()).unwrap_or_default();
            let is_password = page["currentAuthenticator"]["value"]["key"] == "okta_password";
            let right = if is_password { PASSWORD.to_owned() } else { code };
            json!({ "credentials": { "passcode": if good { right } else { "weak".to_owned() } } })
        }
        Endpoint::Identify => json!({ "identifier": EMAIL, "credentials": { "passcode": "x" } }),
        _ => json!({}),
    }
}

/// Sends random requests and calls `check` with each request and response.
fn walk(preset: &str, moves: &[Move], mut check: impl FnMut(&Lab, &Walk, &Answer)) -> (Lab, Walk) {
    let mut lab = Lab::preset(preset);
    let mut walk = Walk::begin(&mut lab, EMAIL);
    for Move { pick, kind } in moves {
        let choices = offered(&walk.page);
        let endpoint = choices[pick % choices.len()];
        let mut body = body(&lab, &walk.page, endpoint, *kind);
        body["stateHandle"] = walk.page["stateHandle"].clone();
        let before = lab.clone();
        let answer = lab.idx(endpoint, body);
        check(&before, &walk, &answer);
        let (status, page) = document(&answer);
        if status == 200 {
            walk.page = page;
        } else {
            walk.page = lab.introspect(&walk.interaction_handle).1;
        }
    }
    (lab, walk)
}

fn body_of(answer: &Answer) -> Vec<u8> {
    match &answer.reply {
        Reply::Idx { body, .. } | Reply::Json { body, .. } => body.clone(),
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    /// Skips `identify` and `recover`: Okta offers them, but sign-in is not emulated.
    #[test]
    fn request_is_accepted_if_and_only_if_it_was_offered(preset in 0..PRESETS.len(), moves in moves()) {
        let (mut lab, walk) = walk(PRESETS[preset], &moves, |_, _, _| {});
        let choices = offered(&walk.page);
        for endpoint in Endpoint::ALL.iter().copied() {
            if matches!(endpoint, Endpoint::Introspect | Endpoint::Identify | Endpoint::Recover) {
                continue;
            }
            let mut body = body(&lab, &walk.page, endpoint, 0);
            body["stateHandle"] = walk.page["stateHandle"].clone();
            let answer = lab.clone().idx(endpoint, body);
            let not_offered = matches!(answer.trace.refusal, Some("E43" | "E18"));
            if choices.contains(&endpoint) {
                prop_assert!(!not_offered, "{endpoint:?} is offered and refused: {:?}", names(&walk.page));
            } else {
                prop_assert!(answer.changes.is_empty(), "{endpoint:?} is not offered and changes something: {:?}", names(&walk.page));
                // A form sent twice and a stale poll return the current page.
                let returns_page = matches!(endpoint, Endpoint::EnrollNew | Endpoint::ChallengePoll);
                prop_assert!(not_offered || returns_page, "{endpoint:?} is not offered and accepted: {:?}", names(&walk.page));
            }
        }
        let _ = &mut lab;
    }

    #[test]
    fn refused_request_changes_only_counters(preset in 0..PRESETS.len(), moves in moves()) {
        walk(PRESETS[preset], &moves, |before, walk, answer| {
            let (status, _) = document(answer);
            if status == 200 {
                return;
            }
            assert!(answer.effects.is_empty());
            assert!(answer.changes.iter().all(|change| matches!(change, Change::Counter(_))), "{:?}", answer.changes);
            let mut after = before.clone();
            after.records.commit(&answer.changes, after.now).unwrap();
            let page = |lab: &Lab| lab.clone().introspect(&walk.interaction_handle);
            assert_eq!(page(before), page(&after));
        });
    }

    #[test]
    fn same_seed_clock_and_calls_produce_the_same_bytes(preset in 0..PRESETS.len(), moves in moves()) {
        let run = || {
            let mut bytes = Vec::new();
            walk(PRESETS[preset], &moves, |_, _, answer| bytes.push(body_of(answer)));
            bytes
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn every_page_offers_an_action_or_is_terminal(preset in 0..PRESETS.len(), moves in moves()) {
        let (_, walk) = walk(PRESETS[preset], &moves, |_, _, _| {});
        let goes_on = names(&walk.page).iter().any(|name| !matches!(*name, "identify" | "skip"));
        let ends = walk.code().is_some() || !walk.page["messages"].is_null();
        prop_assert!(goes_on || ends, "{}", walk.page);
        for name in names(&walk.page) {
            let form = form(&walk.page, name).unwrap();
            prop_assert_eq!(form["method"].as_str(), Some("POST"));
            let _ = endpoint(form["href"].as_str().unwrap());
        }
    }
}

#[test]
fn responses_to_one_user_do_not_depend_on_other_users() {
    let alone = || {
        let mut lab = Lab::preset("password-plus-another-factor");
        let walk = Walk::with_profile(&mut lab, "mary@example.com");
        (lab, walk)
    };
    let (mut quiet, mut walk) = alone();
    walk.password(&mut quiet);
    let (mut busy, mut same) = alone();
    let mut other = Walk::with_profile(&mut busy, "another@example.com");
    other.password(&mut busy);
    same.password(&mut busy);
    assert_eq!(walk.page, same.page);
}
