//! Assurance and `amr` count what the user proved in this transaction, not what the user has enrolled.

use idx_engine::{Call, Endpoint, Reply};
use serde_json::json;

use crate::lab::{Lab, activation_call, document};
use crate::variants::staged;
use crate::walk::{Walk, names};

const EMAIL: &str = "mary@example.com";
const NUMBER: &str = "+15551234567";

/// Starts a transaction with an activation token.
fn activate(lab: &mut Lab, token: &str) -> Walk {
    let response = document(&lab.call(Call::Interact(activation_call(token)))).1;
    let interaction_handle = response["interaction_handle"].as_str().unwrap().to_owned();
    let (status, page) = lab.introspect(&interaction_handle);
    Walk { interaction_handle, status, page, email: EMAIL.to_owned() }
}

#[test]
fn enrollment_in_another_transaction_adds_no_proof() {
    let mut lab = Lab::preset("password-plus-another-factor");
    let token = staged(&mut lab);
    let mut first = activate(&mut lab, &token);
    let second = activate(&mut lab, &token);
    first.password(&mut lab);
    let (status, page) = lab.introspect(&second.interaction_handle);
    let mut second = Walk { status, page, ..second };
    // The app requires two factors. The token proves the address; the password counts only in the first transaction.
    assert_eq!(names(&second.page), ["select-authenticator-enroll"]);
    second.phone_code(&mut lab, NUMBER);
    let code = second.code().unwrap().to_owned();
    let Reply::Tokens(tokens) = lab.redeem_as_web(&code).reply else { panic!("no tokens") };
    assert_eq!(tokens.id.unwrap().amr, ["mfa", "sms", "mca", "email"]);
}

#[test]
fn cancel_discards_the_proofs() {
    let mut lab = Lab::preset("password-plus-another-factor");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    walk.email_code(&mut lab);
    walk.send(&mut lab, Endpoint::Cancel, json!({}));
    walk.take(&mut lab, "select-enroll-profile", json!({}));
    walk.email = "second@example.com".to_owned();
    let profile = walk.profile();
    walk.take(&mut lab, "enroll-profile", profile);
    walk.password(&mut lab);
    assert_eq!(names(&walk.page), ["select-authenticator-enroll"]);
}
