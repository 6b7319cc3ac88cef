//! Servers that accept a password that the policy refuses: one server per rule.

use crate::WrongServer;
use crate::client_request::{ClientRequest, Handling};

const PASSCODE: &str = "/credentials/passcode";
/// A password that satisfies the policy of each scenario.
const STRONG: &str = "Zq!4719wvtrxh";

pub(crate) const WRONG: &[WrongServer] = &[
    WrongServer::request(
        "accepts a short password",
        "password/requirements [too short]",
        |request, _| with_strong_password(request, |submitted| submitted.len() == 4),
    ),
    WrongServer::request(
        "accepts a password without a lowercase letter",
        "password/requirements [no lowercase letter]",
        |request, _| {
            with_strong_password(request, |submitted| {
                submitted.len() >= 8 && !has(submitted, char::is_lowercase)
            })
        },
    ),
    WrongServer::request(
        "accepts a password without an uppercase letter",
        "password/requirements [no uppercase letter]",
        |request, _| {
            with_strong_password(request, |submitted| {
                submitted.len() >= 8 && !has(submitted, char::is_uppercase)
            })
        },
    ),
    WrongServer::request(
        "accepts a password without a number",
        "password/requirements [no number]",
        |request, _| {
            with_strong_password(request, |submitted| {
                submitted.len() >= 8 && !has(submitted, char::is_numeric)
            })
        },
    ),
    WrongServer::request(
        "accepts a password with a part of the username",
        "password/requirements [a part of the username]",
        |request, _| with_strong_password(request, |submitted| submitted.contains("Example")),
    ),
    WrongServer::request(
        "splits the username at any punctuation",
        "password/username-parts [a plus separates no parts]",
        |request, _| match request.text("/credentials/passcode") {
            Some(submitted) if submitted == "Smith1Rocks" => {
                Handling::Forward(request.with("/credentials/passcode", "k"))
            }
            _ => Handling::Forward(request),
        },
    ),
    WrongServer::request(
        "accepts a password with a short name",
        "password/short-name",
        |request, _| with_strong_password(request, |submitted| submitted.contains("jo")),
    ),
    WrongServer::request(
        "counts a space as a symbol",
        "password/symbols [a blank]",
        |request, _| with_strong_password(request, |submitted| submitted.contains(' ')),
    ),
    WrongServer::request(
        "accepts a password with the first name",
        "password/requirements [the first name]",
        |request, _| with_strong_password(request, |submitted| submitted.contains("MARY")),
    ),
    WrongServer::request(
        "accepts a password with the last name",
        "password/requirements [the last name]",
        |request, _| with_strong_password(request, |submitted| submitted.contains("FONTAINE")),
    ),
    WrongServer::request("accepts a common password", "password/common", |request, _| {
        with_strong_password(request, |submitted| submitted == "Password1")
    }),
    WrongServer::request(
        "accepts a password with repeated characters",
        "password/repeats",
        |request, _| with_strong_password(request, |submitted| submitted.contains("7777")),
    ),
    WrongServer::request(
        "accepts a password without a symbol",
        "password/symbol-required",
        |request, _| {
            with_strong_password(request, |submitted| {
                submitted.len() >= 12 && !submitted.contains('!')
            })
        },
    ),
    WrongServer::request(
        "accepts a password shorter than the policy's minimum",
        "password/symbol-required",
        |request, _| {
            with_strong_password(request, |submitted| {
                submitted.len() < 12 && submitted.contains('!')
            })
        },
    ),
    WrongServer::request(
        "accepts a weak password on the profile form",
        "password/on-profile-page",
        |request, _| with_strong_password(request, |submitted| submitted == "weak"),
    ),
];

/// Replaces the password by a strong one if a correct server refuses it.
fn with_strong_password(request: ClientRequest, is_refused: fn(&str) -> bool) -> Handling {
    match request.text(PASSCODE) {
        Some(submitted) if is_refused(&submitted) => {
            Handling::Forward(request.with(PASSCODE, STRONG))
        }
        _ => Handling::Forward(request),
    }
}

fn has(text: &str, is_match: fn(char) -> bool) -> bool {
    text.chars().any(is_match)
}
