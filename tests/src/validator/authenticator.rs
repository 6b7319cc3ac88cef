//! Checks authenticators in all lists of a document: offered, enrolled, current. As strict as Kotlin's and Swift's decoders combined.

use serde_json::json;

use super::form;
use super::node::{JsonType, Node, Report};

const MEMBERS: [&str; 13] = [
    "resend",
    "poll",
    "recover",
    "type",
    "key",
    "id",
    "displayName",
    "methods",
    "settings",
    "contextualData",
    "allowedFor",
    "gracePeriod",
    "profile",
];

/// Key, type, display name and methods.
const KNOWN: [(&str, &str, &str, &[&str]); 4] = [
    ("okta_password", "password", "Password", &["password"]),
    ("okta_email", "email", "Email", &["email"]),
    ("phone_number", "phone", "Phone", &["sms", "voice"]),
    ("security_question", "security_question", "Security Question", &["security_question"]),
];

const COMPLEXITY: [&str; 6] =
    ["minLength", "minLowerCase", "minUpperCase", "minNumber", "minSymbol", "excludeUsername"];

pub(super) fn check_all(report: &mut Report, root: &Node<'_>, origin: Option<&str>) {
    for name in ["authenticators", "authenticatorEnrollments"] {
        let Some(list) = report.optional(root, name, JsonType::Object) else { continue };
        report.constant(&list, "type", &json!("array"));
        report.required(&list, "value", JsonType::Array);
        for authenticator in list.listed() {
            check(report, root, &authenticator, origin);
        }
        let names: Vec<_> =
            list.listed().iter().filter_map(|each| each.member_text("displayName")).collect();
        if !names.is_sorted() {
            report.problem(&list, format!("is not sorted by displayName: {}", names.join(", ")));
        }
    }
    for name in ["currentAuthenticator", "enrollmentAuthenticator"] {
        let Some(authenticator) = report.optional(root, name, JsonType::Object) else { continue };
        report.constant(&authenticator, "type", &json!("object"));
        if let Some(value) = report.required(&authenticator, "value", JsonType::Object) {
            check(report, root, &value, origin);
        }
    }
    check_current(report, root);
}

fn check(report: &mut Report, root: &Node<'_>, authenticator: &Node<'_>, origin: Option<&str>) {
    report.only(authenticator, &MEMBERS);
    for name in ["type", "key", "id", "displayName"] {
        report.required(authenticator, name, JsonType::Text);
    }
    check_constants(report, authenticator);
    for method in authenticator.member("methods").iter().flat_map(Node::items) {
        report.required(&method, "type", JsonType::Text);
        check_texts(report, &method);
    }
    if let Some(profile) = report.optional(authenticator, "profile", JsonType::Object) {
        check_texts(report, &profile);
    }
    for name in ["resend", "poll", "recover"] {
        if let Some(action) = report.optional(authenticator, name, JsonType::Object) {
            form::check(report, root, &action, origin);
            report.constant(&action, "name", &json!(name));
        }
    }
    if let Some(poll) = authenticator.member("poll") {
        report.required(&poll, "refresh", JsonType::Integer);
    }
    if let Some(settings) = report.optional(authenticator, "settings", JsonType::Object) {
        check_settings(report, &settings);
    }
}

fn check_constants(report: &mut Report, authenticator: &Node<'_>) {
    let key = authenticator.member_text("key");
    let Some((_, expected_type, name, methods)) = KNOWN.iter().find(|known| Some(known.0) == key)
    else {
        return;
    };
    report.constant(authenticator, "type", &json!(expected_type));
    report.constant(authenticator, "displayName", &json!(name));
    let Some(list) = report.required(authenticator, "methods", JsonType::Array) else { return };
    let found: Vec<&str> =
        list.items().iter().filter_map(|method| method.member_text("type")).collect();
    if found.is_empty() || found.iter().any(|method| !methods.contains(method)) {
        report.problem(
            &list,
            format!("is [{}], but recordings contain {}", found.join(", "), methods.join(", ")),
        );
    }
}

/// All values must be strings: Kotlin rejects the whole response if one value is a number.
fn check_texts(report: &mut Report, map: &Node<'_>) {
    for (name, value) in map.value.as_object().into_iter().flatten() {
        if !value.is_string() {
            let path = format!("{}.{name}", map.path);
            report.problem(&Node { path, value }, format!("is {value}, but Kotlin reads a string"));
        }
    }
}

/// The password policy. Kotlin requires all seven members of `complexity`, and a complete `age`.
fn check_settings(report: &mut Report, settings: &Node<'_>) {
    report.only(settings, &["complexity", "age"]);
    if let Some(complexity) = report.required(settings, "complexity", JsonType::Object) {
        for name in COMPLEXITY {
            let expected =
                if name == "excludeUsername" { JsonType::Boolean } else { JsonType::Integer };
            report.required(&complexity, name, expected);
        }
        report.required(&complexity, "excludeAttributes", JsonType::Array);
        report.optional(&complexity, "maxConsecutiveRepeatingCharacters", JsonType::Integer);
    }
    if let Some(age) = report.optional(settings, "age", JsonType::Object) {
        report.required(&age, "minAgeMinutes", JsonType::Integer);
        report.required(&age, "historyCount", JsonType::Integer);
    }
}

/// Checks the actions and settings of the current authenticator during its enrollment.
fn check_current(report: &mut Report, root: &Node<'_>) {
    let Some(current) =
        root.member("currentAuthenticator").and_then(|current| current.member("value"))
    else {
        return;
    };
    let verifying = root.has("enrollmentAuthenticator");
    match current.member_text("key") {
        Some("okta_password") if verifying => {
            report.required(&current, "settings", JsonType::Object);
            report.absent(&current, "resend", "there is no message to resend for a password");
        }
        Some("okta_email") if verifying => {
            report.required(&current, "resend", JsonType::Object);
        }
        Some("phone_number") => {
            report.required(&current, "resend", JsonType::Object);
            report.absent(&current, "poll", "no recorded phone has poll");
        }
        _ => {}
    }
    if let Some(enrolling) =
        root.member("enrollmentAuthenticator").and_then(|enrolling| enrolling.member("value"))
    {
        report.absent(&enrolling, "resend", "only currentAuthenticator has it");
        report.absent(&enrolling, "poll", "only currentAuthenticator has it");
        if enrolling.member_text("id") != current.member_text("id") {
            report.problem(&enrolling, "is not the current authenticator");
        }
    }
}
