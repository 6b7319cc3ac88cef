//! Checks the list of remediations: the names, the order, and the members that each remediation requires.

use serde_json::{Value, json};

use super::form;
use super::node::{JsonType, Node, Report};

/// The recorded remediations, in recorded order. Java derives its status from the first remediation, so the order is part of the contract.
const ORDER: [&[&str]; 5] = [
    &[
        "identify",
        "enroll-profile",
        "enroll-authenticator",
        "authenticator-enrollment-data",
        // Pages of a sign-in, which some orgs show during a sign-up.
        "authenticator-verification-data",
        "challenge-authenticator",
        "keep-me-signed-in",
    ],
    &["select-authenticator-enroll", "select-enroll-profile", "select-identify"],
    &["unlock-account"],
    &["redirect-idp"],
    &["skip"],
];

pub(super) fn check_all(report: &mut Report, root: &Node<'_>, origin: Option<&str>) {
    let Some(remediation) = report.required(root, "remediation", JsonType::Object) else { return };
    report.constant(&remediation, "type", &json!("array"));
    let Some(list) = report.required(&remediation, "value", JsonType::Array) else { return };
    let forms = list.items();
    if forms.is_empty() {
        report.problem(&list, "is empty; without remediations, the member must be absent");
    }
    check_order(report, &list, &forms);
    for remediation in &forms {
        check(report, root, remediation, origin);
    }
}

fn check_order(report: &mut Report, list: &Node<'_>, forms: &[Node<'_>]) {
    let names: Vec<&str> = forms.iter().filter_map(|form| form.member_text("name")).collect();
    let rank = |name: &str| ORDER.iter().position(|group| group.contains(&name));
    for (form, name) in forms.iter().zip(&names) {
        if rank(name).is_none() {
            report.problem(form, format!("is {name:?}, which is not a remediation of a sign-up"));
        }
    }
    let ranks: Vec<usize> = names.iter().filter_map(|name| rank(name)).collect();
    if !ranks.is_sorted() {
        report.problem(list, format!("is not in recorded order: {}", names.join(", ")));
    }
    let repeated = names
        .iter()
        .enumerate()
        .any(|(at, name)| *name != "redirect-idp" && names[..at].contains(name));
    if repeated {
        report.problem(list, format!("offers a remediation twice: {}", names.join(", ")));
    }
}

fn check(report: &mut Report, root: &Node<'_>, remediation: &Node<'_>, origin: Option<&str>) {
    let name = remediation.member_text("name").unwrap_or_default();
    if name == "redirect-idp" {
        // This form is a link and has no rel and no value.
        return form::check_address(report, remediation, None);
    }
    form::check(report, root, remediation, origin);
    match name {
        "enroll-profile" => needs_fields(report, remediation, "userProfile", &["email"]),
        "identify" => {
            needs_field(report, remediation, "identifier");
        }
        "select-authenticator-enroll" => needs_options(report, root, remediation),
        "enroll-authenticator" => {
            needs_current(report, root, remediation, "currentAuthenticator");
            needs_fields(report, remediation, "credentials", &["passcode"]);
            // All 39 recorded pages with this remediation have this member; none of the 13 pages with the next remediation has it.
            if !root.has("enrollmentAuthenticator") {
                report.missing(root, "enrollmentAuthenticator");
            }
        }
        "authenticator-enrollment-data" => {
            needs_current(report, root, remediation, "currentAuthenticator");
            needs_fields(
                report,
                remediation,
                "authenticator",
                &["id", "methodType", "phoneNumber"],
            );
            report.absent(
                root,
                "enrollmentAuthenticator",
                "this page does not verify an authenticator",
            );
        }
        "authenticator-verification-data" => {
            needs_current(report, root, remediation, "currentAuthenticatorEnrollment");
            needs_fields(report, remediation, "authenticator", &["id", "methodType"]);
        }
        "challenge-authenticator" => {
            needs_current(report, root, remediation, "currentAuthenticatorEnrollment");
            needs_fields(report, remediation, "credentials", &["passcode"]);
        }
        "keep-me-signed-in" => {
            needs_field(report, remediation, "keepMeSignedIn");
        }
        _ => {}
    }
}

fn needs_current(report: &mut Report, root: &Node<'_>, remediation: &Node<'_>, member: &str) {
    report.constant(remediation, "relatesTo", &json!([format!("$.{member}")]));
    if !root.has(member) {
        report.missing(root, member);
    }
}

fn needs_field<'a>(report: &mut Report, remediation: &Node<'a>, name: &str) -> Option<Node<'a>> {
    let found =
        remediation.listed().into_iter().find(|field| field.member_text("name") == Some(name));
    if found.is_none() {
        report.problem(remediation, format!("has no field {name}"));
    }
    found
}

fn needs_fields(report: &mut Report, remediation: &Node<'_>, object: &str, names: &[&str]) {
    let Some(field) = needs_field(report, remediation, object) else { return };
    let nested = field.member("form").map(|form| form.listed()).unwrap_or_default();
    let found: Vec<&str> = nested.iter().filter_map(|field| field.member_text("name")).collect();
    for name in names.iter().filter(|name| !found.contains(name)) {
        report.problem(&field, format!("has no field {name}"));
    }
    if found.first() != Some(&"id") && names.contains(&"id") {
        report.problem(&field, "does not start with the field id");
    }
}

fn needs_options(report: &mut Report, root: &Node<'_>, remediation: &Node<'_>) {
    if !root.has("authenticators") {
        report.missing(root, "authenticators");
    }
    let Some(field) = needs_field(report, remediation, "authenticator") else { return };
    report.constant(&field, "type", &json!("object"));
    let options = field.value.get("options").and_then(Value::as_array);
    if options.is_none_or(Vec::is_empty) {
        report.problem(&field, "offers no option");
    }
}
