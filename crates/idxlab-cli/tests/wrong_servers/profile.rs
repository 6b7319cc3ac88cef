//! Servers that accept invalid profiles and phone numbers, or refuse valid ones.

use serde_json::{Value, json};

use crate::WrongServer;
use crate::client_request::{ClientRequest, Handling};

const EMAIL: &str = "/userProfile/email";
const LOGIN: &str = "/userProfile/login";
const NUMBER: &str = "/authenticator/phoneNumber";

pub(crate) const WRONG: &[WrongServer] = &[
    WrongServer::request(
        "accepts an email address that another user has",
        "profile/email-taken",
        |request, history| {
            let is_taken =
                request.text(EMAIL).is_some_and(|submitted| history.has_returned(&submitted));
            Handling::Forward(if is_taken {
                request.with(EMAIL, "somebody.else@example.com")
            } else {
                request
            })
        },
    ),
    WrongServer::request(
        "accepts a login that another user has",
        "profile/login-taken",
        |request, history| {
            let is_taken = request
                .text(LOGIN)
                .is_some_and(|submitted| history.has_returned(&submitted.to_lowercase()));
            Handling::Forward(if is_taken {
                request.with(LOGIN, "somebody.else@example.com")
            } else {
                request
            })
        },
    ),
    WrongServer::request(
        "uses the email address as the login",
        "token/login-and-email",
        |request, _| match (request.text(LOGIN), request.text(EMAIL)) {
            (Some(_), Some(address)) => Handling::Forward(request.with(LOGIN, address)),
            _ => Handling::Forward(request),
        },
    ),
    WrongServer::request(
        "finds users by their email address",
        "sign-in/login-is-the-username",
        |request, history| {
            let is_address =
                request.text("/identifier").is_some_and(|name| !name.contains("users."));
            let login = "mary.jo@users.example";
            let known = is_address && history.has_returned(login);
            Handling::Forward(if known { request.with("/identifier", login) } else { request })
        },
    ),
    WrongServer::request(
        "accepts a login that is not an email address",
        "profile/login-malformed",
        |request, _| {
            with_valid_member(
                request,
                "login",
                |submitted| submitted == "maryjo",
                json!("mary.jo@example.com"),
            )
        },
    ),
    WrongServer::request("ignores the login pattern", "profile/login-pattern", |request, _| {
        with_valid_member(request, "login", |submitted| submitted == "mary jo", json!("maryjoe"))
    }),
    WrongServer::request(
        "does not send codes to the login",
        "profile/login-without-email",
        |request, _| match request.text(LOGIN) {
            Some(_) => Handling::Forward(request.with(LOGIN, "somebody.else@example.com")),
            None => Handling::Forward(request),
        },
    ),
    WrongServer::request(
        "refuses an email address with non-ASCII characters",
        "profile/email-international [an accent before the sign]",
        |request, _| match request.text(EMAIL) {
            Some(submitted) if !submitted.is_ascii() => {
                Handling::Forward(request.with(EMAIL, "malformed"))
            }
            _ => Handling::Forward(request),
        },
    ),
    WrongServer::org("emails a link to every user", "email-code/without-link", |org| {
        org["authenticators"] = json!({});
    }),
    WrongServer::org("sends codes to toll-free numbers", "phone/toll-free-denied", |org| {
        org["authenticators"] = json!({});
    }),
    WrongServer::request(
        "accepts a name of spaces only",
        "profile/blank-names [blanks]",
        |request, _| {
            with_valid_member(request, "firstName", |submitted| submitted == "   ", json!("Mary"))
        },
    ),
    WrongServer::request(
        "accepts an email address without a dot in its domain",
        "profile/email-malformed [no dot in the domain]",
        |request, _| with_valid_email(request, "invalid@email"),
    ),
    WrongServer::request(
        "accepts an email address with two at signs",
        "profile/email-malformed [two signs]",
        |request, _| with_valid_email(request, "a@b@example.com"),
    ),
    WrongServer::request(
        "accepts an email address with a space",
        "profile/email-malformed [a space inside]",
        |request, _| with_valid_email(request, "mary jo@example.com"),
    ),
    WrongServer::request(
        "refuses an email address with a plus sign",
        "profile/email-accepted [with a plus]",
        |request, _| match request.text(EMAIL) {
            Some(submitted) if submitted.contains('+') => {
                Handling::Forward(request.with(EMAIL, "malformed"))
            }
            _ => Handling::Forward(request),
        },
    ),
    WrongServer::request(
        "does not require a last name",
        "profile/attribute-missing [last name]",
        |request, _| with_missing_member(request, "lastName", json!("Jo")),
    ),
    WrongServer::request(
        "does not require a first name",
        "profile/attribute-missing [first name]",
        |request, _| with_missing_member(request, "firstName", json!("Mary")),
    ),
    WrongServer::request(
        "does not require an email address",
        "profile/attribute-missing [email]",
        |request, _| with_missing_member(request, "email", json!("made.up@example.com")),
    ),
    WrongServer::request(
        "does not require a custom attribute",
        "profile/custom-attribute-missing",
        |request, history| {
            let is_asked = history.has_returned("employeeNumber");
            if is_asked {
                with_missing_member(request, "employeeNumber", json!("E0042"))
            } else {
                Handling::Forward(request)
            }
        },
    ),
    WrongServer::request(
        "accepts members that are not in the form",
        "profile/attribute-unknown",
        |request, _| {
            if !request.is("/enroll/new") {
                return Handling::Forward(request);
            }
            let mut profile = request.json()["userProfile"].take();
            profile.as_object_mut().expect("a profile is an object").remove("passcode");
            Handling::Forward(request.with("/userProfile", profile))
        },
    ),
    WrongServer::request(
        "accepts a value that does not match its pattern",
        "profile/attribute-pattern [a pattern]",
        |request, _| {
            with_valid_member(request, "badge", |submitted| submitted == "ab12", json!("AB123"))
        },
    ),
    WrongServer::request(
        "accepts a value that is not an option",
        "profile/attribute-pattern [an enum]",
        |request, _| with_valid_member(request, "size", |submitted| submitted == "M", json!("L")),
    ),
    WrongServer::request(
        "accepts a value that is too short",
        "profile/attribute-length [too short]",
        |request, _| {
            with_valid_member(request, "nickName", |submitted| submitted == "M", json!("Mary"))
        },
    ),
    WrongServer::request(
        "accepts a value that is too long",
        "profile/attribute-length [too long]",
        |request, _| {
            with_valid_member(
                request,
                "nickName",
                |submitted| submitted == "Maryamaryam",
                json!("Mary"),
            )
        },
    ),
    WrongServer::request(
        "accepts a fraction as an integer",
        "profile/custom-attribute-types [an integer]",
        |request, _| with_valid_member(request, "seats", |submitted| submitted == 1.5, json!(1)),
    ),
    WrongServer::request(
        "accepts a string as a boolean",
        "profile/custom-attribute-types [a boolean]",
        |request, _| {
            with_valid_member(
                request,
                "newsletter",
                |submitted| submitted == "perhaps",
                json!(true),
            )
        },
    ),
    WrongServer::request(
        "accepts a phone number that is too long",
        "phone/number-refused [sixteen digits]",
        |request, _| with_valid_number(request, "+4412345678901234"),
    ),
    WrongServer::request(
        "accepts a phone number without a country code",
        "phone/number-refused [three digits]",
        |request, _| with_valid_number(request, "123"),
    ),
    WrongServer::request(
        "refuses every phone number",
        "phone/number-accepted [plain]",
        |request, _| with_invalid_number(request, "+15551234567"),
    ),
    WrongServer::request(
        "refuses a phone number with spaces",
        "phone/number-accepted [with spaces]",
        |request, _| with_invalid_number(request, "+1 555 123 4567"),
    ),
    WrongServer::request(
        "refuses a phone number with brackets",
        "phone/number-accepted [with brackets and dashes]",
        |request, _| with_invalid_number(request, "+1 (555) 123-4567"),
    ),
    WrongServer::request(
        "refuses a phone number with a trunk zero",
        "phone/number-accepted [with a trunk zero]",
        |request, _| with_invalid_number(request, "+4407400 123456"),
    ),
    WrongServer::request(
        "refuses a phone number of a small country",
        "phone/number-accepted [of a small country]",
        |request, _| with_invalid_number(request, "+690 7290"),
    ),
    WrongServer::request(
        "refuses the phone number of the SDK samples",
        "phone/number-accepted [the short one of the SDK samples]",
        |request, _| with_invalid_number(request, "+5551234567"),
    ),
    WrongServer::request(
        "does not remove the trunk zero of a phone number",
        "phone/number-accepted [with a trunk zero]",
        |request, _| with_replaced_value(request, NUMBER, "+4407400 123456", "+447400123450"),
    ),
];

fn with_valid_email(request: ClientRequest, malformed: &str) -> Handling {
    with_replaced_value(request, EMAIL, malformed, "well.formed@example.com")
}

fn with_valid_number(request: ClientRequest, invalid: &str) -> Handling {
    with_replaced_value(request, NUMBER, invalid, "+15551234567")
}

fn with_invalid_number(request: ClientRequest, valid: &str) -> Handling {
    with_replaced_value(request, NUMBER, valid, "123")
}

/// Forwards the request. Replaces the value at the pointer if the client submitted this one.
fn with_replaced_value(
    request: ClientRequest,
    pointer: &str,
    submitted: &str,
    sent: &str,
) -> Handling {
    let is_submitted = request.text(pointer).as_deref() == Some(submitted);
    Handling::Forward(if is_submitted { request.with(pointer, sent) } else { request })
}

/// Adds a value if the client omits this member of the profile.
fn with_missing_member(request: ClientRequest, member: &str, value: Value) -> Handling {
    let is_missing =
        request.is("/enroll/new") && request.json()["userProfile"].get(member).is_none();
    Handling::Forward(if is_missing {
        request.with(&format!("/userProfile/{member}"), value)
    } else {
        request
    })
}

/// Replaces a member of the profile by a valid value if a correct server refuses it.
fn with_valid_member(
    request: ClientRequest,
    member: &str,
    is_refused: fn(&Value) -> bool,
    value: Value,
) -> Handling {
    let is_invalid = request.json()["userProfile"].get(member).is_some_and(is_refused);
    Handling::Forward(if is_invalid {
        request.with(&format!("/userProfile/{member}"), value)
    } else {
        request
    })
}
