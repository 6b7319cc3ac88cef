//! Passwords that the policy refuses: each rule has the server that does not know it.

use crate::Wrong;
use crate::call::{Call, Way};

const PASSCODE: &str = "/credentials/passcode";
/// It keeps every rule of every policy that the scenarios have.
const STRONG: &str = "Zq!4719wvtrxh";

pub(crate) const WRONG: &[Wrong] = &[
    Wrong::call("takes a short password", "password/requirements [too short]", |call, _| {
        strong(call, |given| given.len() == 4)
    }),
    Wrong::call(
        "takes a password without a lowercase letter",
        "password/requirements [no lowercase letter]",
        |call, _| strong(call, |given| given.len() >= 8 && !has(given, char::is_lowercase)),
    ),
    Wrong::call(
        "takes a password without an uppercase letter",
        "password/requirements [no uppercase letter]",
        |call, _| strong(call, |given| given.len() >= 8 && !has(given, char::is_uppercase)),
    ),
    Wrong::call(
        "takes a password without a number",
        "password/requirements [no number]",
        |call, _| strong(call, |given| given.len() >= 8 && !has(given, char::is_numeric)),
    ),
    Wrong::call(
        "takes a password with a part of the username",
        "password/requirements [a part of the username]",
        |call, _| strong(call, |given| given.contains("Example")),
    ),
    Wrong::call(
        "splits the username at any sign",
        "password/username-parts [a plus separates no parts]",
        |call, _| match call.text("/credentials/passcode") {
            Some(given) if given == "Smith1Rocks" => {
                Way::On(call.with("/credentials/passcode", "k"))
            }
            _ => Way::On(call),
        },
    ),
    Wrong::call("takes a password with a short name", "password/short-name", |call, _| {
        strong(call, |given| given.contains("jo"))
    }),
    Wrong::call("takes a blank for a symbol", "password/symbols [a blank]", |call, _| {
        strong(call, |given| given.contains(' '))
    }),
    Wrong::call(
        "takes a password with the first name",
        "password/requirements [the first name]",
        |call, _| strong(call, |given| given.contains("MARY")),
    ),
    Wrong::call(
        "takes a password with the last name",
        "password/requirements [the last name]",
        |call, _| strong(call, |given| given.contains("FONTAINE")),
    ),
    Wrong::call("takes a password that many people use", "password/common", |call, _| {
        strong(call, |given| given == "Password1")
    }),
    Wrong::call("takes a password that repeats itself", "password/repeats", |call, _| {
        strong(call, |given| given.contains("7777"))
    }),
    Wrong::call("takes a password without a symbol", "password/symbol-required", |call, _| {
        strong(call, |given| given.len() >= 12 && !given.contains('!'))
    }),
    Wrong::call(
        "takes a password shorter than its own policy's",
        "password/symbol-required",
        |call, _| strong(call, |given| given.len() < 12 && given.contains('!')),
    ),
    Wrong::call(
        "takes a weak password on the profile form",
        "password/on-profile-page",
        |call, _| strong(call, |given| given == "weak"),
    ),
];

/// A strong password in place of one that this server should refuse.
fn strong(call: Call, is_refused: fn(&str) -> bool) -> Way {
    match call.text(PASSCODE) {
        Some(given) if is_refused(&given) => Way::On(call.with(PASSCODE, STRONG)),
        _ => Way::On(call),
    }
}

fn has(text: &str, is_it: fn(char) -> bool) -> bool {
    text.chars().any(is_it)
}
