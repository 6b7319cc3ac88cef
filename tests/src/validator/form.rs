//! Checks a form: its URL, its fields, and the stateHandle as the last field.

use serde_json::json;

use super::node::{JsonType, Node, Report};
use super::{field, relates_to};

const MEMBERS: [&str; 9] =
    ["rel", "name", "relatesTo", "href", "method", "produces", "refresh", "value", "accepts"];
const ION: &str = "application/ion+json; okta-version=1.0.0";
const JSON: &str = "application/json; okta-version=1.0.0";

/// The path of each form. `poll`, `resend`, `recover` and `cancel` are actions; the others are remediations.
const ADDRESSES: [(&str, &str); 16] = [
    ("authenticator-enrollment-data", "/idp/idx/credential/enroll"),
    ("authenticator-verification-data", "/idp/idx/challenge"),
    ("cancel", "/idp/idx/cancel"),
    ("challenge-authenticator", "/idp/idx/challenge/answer"),
    ("enroll-authenticator", "/idp/idx/challenge/answer"),
    ("enroll-profile", "/idp/idx/enroll/new"),
    ("identify", "/idp/idx/identify"),
    ("keep-me-signed-in", "/idp/idx/keep-me-signed-in"),
    ("poll", "/idp/idx/challenge/poll"),
    ("recover", "/idp/idx/recover"),
    ("resend", "/idp/idx/challenge/resend"),
    ("select-authenticator-enroll", "/idp/idx/credential/enroll"),
    ("select-enroll-profile", "/idp/idx/enroll"),
    ("select-identify", "/idp/idx/identify/select"),
    ("skip", "/idp/idx/skip"),
    ("unlock-account", "/idp/idx/unlock-account"),
];

/// Checks a remediation or an action.
pub(super) fn check(report: &mut Report, root: &Node<'_>, form: &Node<'_>, origin: Option<&str>) {
    report.only(form, &MEMBERS);
    report.constant(form, "rel", &json!(["create-form"]));
    report.constant(form, "method", &json!("POST"));
    report.constant(form, "produces", &json!(ION));
    report.constant(form, "accepts", &json!(JSON));
    check_address(report, form, origin);
    if let Some(refresh) = report.optional(form, "refresh", JsonType::Integer)
        && form.member_text("name").is_some_and(|name| !name.ends_with("poll"))
    {
        report.problem(&refresh, "is a poll interval, but this form is not a poll");
    }
    if let Some(paths) = report.optional(form, "relatesTo", JsonType::Array) {
        for path in paths.items() {
            relates_to::resolve(report, root, &path);
        }
    }
    let Some(value) = report.required(form, "value", JsonType::Array) else { return };
    for field in value.items() {
        field::check(report, root, &field);
    }
    check_state_handle(report, root, &value);
}

/// The URL must be absolute and on the expected origin: .NET refuses another host, and Kotlin throws on a relative URL.
pub(super) fn check_address(report: &mut Report, form: &Node<'_>, origin: Option<&str>) {
    let name = report.required(form, "name", JsonType::Text).and_then(|name| name.text());
    let Some(href) = report.required(form, "href", JsonType::Text) else { return };
    let Some((host, path)) = href.text().and_then(split_address) else {
        return report.problem(&href, format!("is {}, not an absolute URL", href.value));
    };
    if origin.is_some_and(|origin| origin != host) {
        report.problem(&href, format!("has the origin {host}, not the origin of the response"));
    }
    let expected = ADDRESSES.iter().find(|(known, _)| Some(*known) == name).map(|(_, path)| *path);
    if expected.is_some_and(|expected| expected != path) {
        report.problem(&href, format!("has the path {path}, not {}", expected.unwrap_or_default()));
    }
}

/// Splits `http://host:1/a/b` into `("http://host:1", "/a/b")`.
fn split_address(href: &str) -> Option<(&str, &str)> {
    let after_scheme = href.find("://")? + 3;
    if !href.starts_with("http") {
        return None;
    }
    let slash = after_scheme + href[after_scheme..].find('/')?;
    (slash > after_scheme).then(|| href.split_at(slash))
}

fn check_state_handle(report: &mut Report, root: &Node<'_>, fields: &Node<'_>) {
    let fields = (fields, fields.items());
    let Some(last) =
        fields.1.last().filter(|field| field.member_text("name") == Some("stateHandle"))
    else {
        return report.problem(fields.0, "does not have stateHandle as the last field");
    };
    report.constant(last, "required", &json!(true));
    report.constant(last, "visible", &json!(false));
    // If the field is mutable, auth-js omits the handle from its second request.
    report.constant(last, "mutable", &json!(false));
    if last.member_text("value") != root.member_text("stateHandle") {
        report.problem(last, "is not the stateHandle of the document");
    }
}
