//! Profiles and numbers that the form refuses, or must not.

use serde_json::{Value, json};

use crate::Wrong;
use crate::call::{Call, Way};

const EMAIL: &str = "/userProfile/email";
const LOGIN: &str = "/userProfile/login";
const NUMBER: &str = "/authenticator/phoneNumber";

pub(crate) const WRONG: &[Wrong] = &[
    Wrong::call("signs up an address that somebody has", "profile/email-taken", |call, memory| {
        let is_taken = call.text(EMAIL).is_some_and(|given| memory.gave_out(&given));
        Way::On(if is_taken { call.with(EMAIL, "somebody.else@example.com") } else { call })
    }),
    Wrong::call("signs up a login that somebody has", "profile/login-taken", |call, memory| {
        let is_taken = call.text(LOGIN).is_some_and(|given| memory.gave_out(&given.to_lowercase()));
        Way::On(if is_taken { call.with(LOGIN, "somebody.else@example.com") } else { call })
    }),
    Wrong::call("takes the address as the login", "token/login-and-email", |call, _| {
        match (call.text(LOGIN), call.text(EMAIL)) {
            (Some(_), Some(address)) => Way::On(call.with(LOGIN, address)),
            _ => Way::On(call),
        }
    }),
    Wrong::call("knows users by their address", "sign-in/login-is-the-username", |call, memory| {
        let is_address = call.text("/identifier").is_some_and(|name| !name.contains("users."));
        let login = "mary.jo@users.example";
        let known = is_address && memory.gave_out(login);
        Way::On(if known { call.with("/identifier", login) } else { call })
    }),
    Wrong::call("takes a login that is no address", "profile/login-malformed", |call, _| {
        corrected(call, "login", |given| given == "maryjo", json!("mary.jo@example.com"))
    }),
    Wrong::call("heeds no pattern of logins", "profile/login-pattern", |call, _| {
        corrected(call, "login", |given| given == "mary jo", json!("maryjoe"))
    }),
    Wrong::call("sends codes to no login", "profile/login-without-email", |call, _| {
        match call.text(LOGIN) {
            Some(_) => Way::On(call.with(LOGIN, "somebody.else@example.com")),
            None => Way::On(call),
        }
    }),
    Wrong::call(
        "refuses an address outside ASCII",
        "profile/email-international [an accent before the sign]",
        |call, _| match call.text(EMAIL) {
            Some(given) if !given.is_ascii() => Way::On(call.with(EMAIL, "malformed")),
            _ => Way::On(call),
        },
    ),
    Wrong::org("sends links to everybody", "email-code/without-link", |org| {
        org["authenticators"] = json!({});
    }),
    Wrong::org("sends codes to toll-free numbers", "phone/toll-free-denied", |org| {
        org["authenticators"] = json!({});
    }),
    Wrong::call("takes a name of blanks", "profile/blank-names [blanks]", |call, _| {
        corrected(call, "firstName", |given| given == "   ", json!("Mary"))
    }),
    Wrong::call(
        "takes an address without a dot in its domain",
        "profile/email-malformed [no dot in the domain]",
        |call, _| good_address(call, "invalid@email"),
    ),
    Wrong::call(
        "takes an address with two signs",
        "profile/email-malformed [two signs]",
        |call, _| good_address(call, "a@b@example.com"),
    ),
    Wrong::call(
        "takes an address with a space",
        "profile/email-malformed [a space inside]",
        |call, _| good_address(call, "mary jo@example.com"),
    ),
    Wrong::call(
        "refuses an address with a plus",
        "profile/email-accepted [with a plus]",
        |call, _| match call.text(EMAIL) {
            Some(given) if given.contains('+') => Way::On(call.with(EMAIL, "malformed")),
            _ => Way::On(call),
        },
    ),
    Wrong::call("asks for no last name", "profile/attribute-missing [last name]", |call, _| {
        filled_in(call, "lastName", json!("Jo"))
    }),
    Wrong::call("asks for no first name", "profile/attribute-missing [first name]", |call, _| {
        filled_in(call, "firstName", json!("Mary"))
    }),
    Wrong::call("asks for no address", "profile/attribute-missing [email]", |call, _| {
        filled_in(call, "email", json!("made.up@example.com"))
    }),
    Wrong::call(
        "asks for no attribute of one's own",
        "profile/custom-attribute-missing",
        |call, memory| {
            let is_asked = memory.gave_out("employeeNumber");
            if is_asked { filled_in(call, "employeeNumber", json!("E0042")) } else { Way::On(call) }
        },
    ),
    Wrong::call(
        "takes members that the form did not ask for",
        "profile/attribute-unknown",
        |call, _| {
            if !call.is("/enroll/new") {
                return Way::On(call);
            }
            let mut profile = call.json()["userProfile"].take();
            profile.as_object_mut().expect("a profile is an object").remove("passcode");
            Way::On(call.with("/userProfile", profile))
        },
    ),
    Wrong::call(
        "takes a value that its pattern refuses",
        "profile/attribute-pattern [a pattern]",
        |call, _| corrected(call, "badge", |given| given == "ab12", json!("AB123")),
    ),
    Wrong::call(
        "takes a value that nobody can choose",
        "profile/attribute-pattern [an enum]",
        |call, _| corrected(call, "size", |given| given == "M", json!("L")),
    ),
    Wrong::call(
        "takes a value that is too short",
        "profile/attribute-length [too short]",
        |call, _| corrected(call, "nickName", |given| given == "M", json!("Mary")),
    ),
    Wrong::call(
        "takes a value that is too long",
        "profile/attribute-length [too long]",
        |call, _| corrected(call, "nickName", |given| given == "Maryamaryam", json!("Mary")),
    ),
    Wrong::call(
        "takes half a seat for an integer",
        "profile/custom-attribute-types [an integer]",
        |call, _| corrected(call, "seats", |given| given == 1.5, json!(1)),
    ),
    Wrong::call(
        "takes a word for a boolean",
        "profile/custom-attribute-types [a boolean]",
        |call, _| corrected(call, "newsletter", |given| given == "perhaps", json!(true)),
    ),
    Wrong::call(
        "takes a number that is too long",
        "phone/number-refused [sixteen digits]",
        |call, _| good_number(call, "+4412345678901234"),
    ),
    Wrong::call(
        "takes a number without a country code",
        "phone/number-refused [three digits]",
        |call, _| good_number(call, "123"),
    ),
    Wrong::call("refuses every number", "phone/number-accepted [plain]", |call, _| {
        refused_number(call, "+15551234567")
    }),
    Wrong::call(
        "refuses a number with spaces",
        "phone/number-accepted [with spaces]",
        |call, _| refused_number(call, "+1 555 123 4567"),
    ),
    Wrong::call(
        "refuses a number with brackets",
        "phone/number-accepted [with brackets and dashes]",
        |call, _| refused_number(call, "+1 (555) 123-4567"),
    ),
    Wrong::call(
        "refuses a number with a trunk zero",
        "phone/number-accepted [with a trunk zero]",
        |call, _| refused_number(call, "+4407400 123456"),
    ),
    Wrong::call(
        "refuses a number of a small country",
        "phone/number-accepted [of a small country]",
        |call, _| refused_number(call, "+690 7290"),
    ),
    Wrong::call(
        "refuses the number of the SDK samples",
        "phone/number-accepted [the short one of the SDK samples]",
        |call, _| refused_number(call, "+5551234567"),
    ),
    Wrong::call(
        "sends the code to a number with its trunk zero",
        "phone/number-accepted [with a trunk zero]",
        |call, _| replaced(call, NUMBER, "+4407400 123456", "+447400123450"),
    ),
];

fn refused_number(call: Call, valid: &str) -> Way {
    replaced(call, NUMBER, valid, "123")
}

fn good_number(call: Call, bad: &str) -> Way {
    replaced(call, NUMBER, bad, "+15551234567")
}

fn good_address(call: Call, malformed: &str) -> Way {
    replaced(call, EMAIL, malformed, "well.formed@example.com")
}

/// On its way, with another text in place of this one.
fn replaced(call: Call, pointer: &str, given: &str, sent: &str) -> Way {
    let is_it = call.text(pointer).as_deref() == Some(given);
    Way::On(if is_it { call.with(pointer, sent) } else { call })
}

/// A value for a member of the profile that was not given.
fn filled_in(call: Call, member: &str, value: Value) -> Way {
    let is_missing = call.is("/enroll/new") && call.json()["userProfile"].get(member).is_none();
    Way::On(if is_missing { call.with(&format!("/userProfile/{member}"), value) } else { call })
}

/// A good value for a member of the profile that this server should refuse.
fn corrected(call: Call, member: &str, is_refused: fn(&Value) -> bool, value: Value) -> Way {
    let is_it = call.json()["userProfile"].get(member).is_some_and(is_refused);
    Way::On(if is_it { call.with(&format!("/userProfile/{member}"), value) } else { call })
}
