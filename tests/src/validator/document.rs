//! The whole of an IDX document: the envelope, which members stand together, and which status goes with it.

use serde_json::json;

use super::node::{Kind, Node, Report};
use super::{Answer, authenticator, form, message, remediation, success};

const MEMBERS: [&str; 20] = [
    "version",
    "stateHandle",
    "expiresAt",
    "intent",
    "remediation",
    "messages",
    "currentAuthenticator",
    "currentAuthenticatorEnrollment",
    "authenticators",
    "authenticatorEnrollments",
    "enrollmentAuthenticator",
    "user",
    "cancel",
    "app",
    "authentication",
    "successWithInteractionCode",
    "captcha",
    "failure",
    "success",
    "uiDisplay",
];

pub(super) fn check(report: &mut Report, root: &Node<'_>, answer: Answer<'_>) {
    report.only(root, &MEMBERS);
    report.constant(root, "version", &json!("1.0.0"));
    message::check_list(report, root);
    check_status(report, root, answer);
    if !root.has("stateHandle") {
        return check_no_session(report, root);
    }
    check_envelope(report, root, answer.origin);
    check_user(report, root);
    authenticator::check_all(report, root, answer.origin);
    if root.has("successWithInteractionCode") {
        success::check(report, root, answer.origin);
    } else if root.has("remediation") {
        remediation::check_all(report, root, answer.origin);
    } else if !root.has("messages") {
        report.problem(root, "offers no remediation, no interaction code and no message");
    }
}

fn check_status(report: &mut Report, root: &Node<'_>, answer: Answer<'_>) {
    if let Some(media_type) = answer.media_type
        && !media_type.starts_with("application/ion+json")
        && !media_type.starts_with("application/json")
    {
        report.problem(
            root,
            format!("is sent as {media_type}, and .NET and Java read application/ion+json only"),
        );
    }
    let Some(status) = answer.status else { return };
    let refused = message::on_a_field(root) || (root.has("messages") && root.has("remediation"));
    let no_session = !root.has("stateHandle");
    match status {
        200 if refused => report
            .problem(root, "carries an error message on a 200; Go and Java treat any as a failure"),
        200 if no_session => report.problem(root, "is sent with 200, and tells of no session"),
        200 => {}
        400..=499 if refused || root.has("messages") => {}
        400..=499 => report
            .problem(root, format!("is sent with {status}, and says nothing of what went wrong")),
        _ => report.problem(
            root,
            format!("is sent with {status}; clients read a document on 200 and on 4xx only"),
        ),
    }
}

/// `{version, messages}` and nothing else: the handle is unknown or too old.
fn check_no_session(report: &mut Report, root: &Node<'_>) {
    report.only(root, &["version", "messages"]);
    if !root.has("messages") {
        report.missing(root, "messages");
    }
}

fn check_envelope(report: &mut Report, root: &Node<'_>, origin: Option<&str>) {
    if let Some(handle) = report.required(root, "stateHandle", Kind::Text)
        && !handle.text().is_some_and(|text| text.starts_with("02") && text.len() >= 42)
    {
        report.problem(&handle, "is not `02` and forty characters or more");
    }
    if let Some(expires_at) = report.required(root, "expiresAt", Kind::Text)
        && !expires_at.text().is_some_and(is_instant)
    {
        report
            .problem(&expires_at, format!("is {}, not yyyy-MM-ddTHH:mm:ss.SSSZ", expires_at.value));
    }
    report.constant(root, "intent", &json!("LOGIN"));
    match root.member("cancel") {
        Some(cancel) => form::check(report, root, &cancel, origin),
        None if root.has("remediation") || root.has("successWithInteractionCode") => {
            report.missing(root, "cancel")
        }
        None => {}
    }
    if let Some(app) = report.required(root, "app", Kind::Object)
        && let Some(value) = report.required(&app, "value", Kind::Object)
    {
        report.constant(&app, "type", &json!("object"));
        report.constant(&value, "name", &json!("oidc_client"));
        report.required(&value, "label", Kind::Text);
        report.required(&value, "id", Kind::Text);
    }
}

fn check_user(report: &mut Report, root: &Node<'_>) {
    let Some(user) = report.optional(root, "user", Kind::Object) else { return };
    report.constant(&user, "type", &json!("object"));
    let Some(value) = report.required(&user, "value", Kind::Object) else { return };
    report.only(&value, &["id", "identifier", "profile"]);
    if let Some(id) = report.required(&value, "id", Kind::Text)
        && !id.text().is_some_and(|text| text.starts_with("00u") && text.len() == 20)
    {
        report.problem(&id, "is not `00u` and seventeen characters");
    }
    report.optional(&value, "identifier", Kind::Text);
    if let Some(profile) = report.optional(&value, "profile", Kind::Object) {
        for name in ["firstName", "lastName", "timeZone", "locale"] {
            report.optional(&profile, name, Kind::Text);
        }
    }
    // .NET reads `.AuthenticatorEnrollments.Value` unguarded once there is a person.
    if root.has("remediation") && !root.has("authenticatorEnrollments") {
        report.missing(root, "authenticatorEnrollments");
    }
}

/// `2026-01-01T00:00:00.000Z`, to the character: Kotlin and Swift parse with a fixed pattern.
fn is_instant(text: &str) -> bool {
    let pattern = b"dddd-dd-ddTdd:dd:dd.dddZ";
    text.len() == pattern.len()
        && text.bytes().zip(pattern).all(|(byte, &expected)| match expected {
            b'd' => byte.is_ascii_digit(),
            _ => byte == expected,
        })
}
