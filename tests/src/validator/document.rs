//! Checks an IDX document: the envelope, the combination of members, and the status.

use serde_json::json;

use super::node::{JsonType, Node, Report};
use super::{Response, authenticator, form, message, remediation, success};

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

pub(super) fn check(report: &mut Report, root: &Node<'_>, response: Response<'_>) {
    report.only(root, &MEMBERS);
    report.constant(root, "version", &json!("1.0.0"));
    message::check_list(report, root);
    check_status(report, root, response);
    if !root.has("stateHandle") {
        return check_no_session(report, root);
    }
    check_envelope(report, root, response.origin);
    check_user(report, root);
    authenticator::check_all(report, root, response.origin);
    if root.has("successWithInteractionCode") {
        success::check(report, root, response.origin);
    } else if root.has("remediation") {
        remediation::check_all(report, root, response.origin);
    } else if !root.has("messages") {
        report.problem(root, "contains no remediation, interaction code or message");
    }
}

fn check_status(report: &mut Report, root: &Node<'_>, response: Response<'_>) {
    if let Some(media_type) = response.media_type
        && !media_type.starts_with("application/ion+json")
        && !media_type.starts_with("application/json")
    {
        report.problem(
            root,
            format!("is sent as {media_type}, but .NET and Java read only application/ion+json"),
        );
    }
    let Some(status) = response.status else { return };
    let refused = message::on_a_field(root) || (root.has("messages") && root.has("remediation"));
    let no_session = !root.has("stateHandle");
    match status {
        200 if refused => report.problem(
            root,
            "has status 200 and an error message, which Go and Java treat as a failure",
        ),
        200 if no_session => report.problem(root, "has status 200 but no session"),
        200 => {}
        400..=499 if refused || root.has("messages") => {}
        400..=499 => report.problem(root, format!("has status {status} but no message")),
        _ => report.problem(
            root,
            format!("has status {status}, but clients read documents only with 200 or 4xx"),
        ),
    }
}

/// Exactly `{version, messages}`: the handle is unknown or expired.
fn check_no_session(report: &mut Report, root: &Node<'_>) {
    report.only(root, &["version", "messages"]);
    if !root.has("messages") {
        report.missing(root, "messages");
    }
}

fn check_envelope(report: &mut Report, root: &Node<'_>, origin: Option<&str>) {
    if let Some(handle) = report.required(root, "stateHandle", JsonType::Text)
        && !handle.text().is_some_and(|text| text.starts_with("02") && text.len() >= 42)
    {
        report.problem(&handle, "is not `02` followed by at least forty characters");
    }
    if let Some(expires_at) = report.required(root, "expiresAt", JsonType::Text)
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
    if let Some(app) = report.required(root, "app", JsonType::Object)
        && let Some(value) = report.required(&app, "value", JsonType::Object)
    {
        report.constant(&app, "type", &json!("object"));
        report.constant(&value, "name", &json!("oidc_client"));
        report.required(&value, "label", JsonType::Text);
        report.required(&value, "id", JsonType::Text);
    }
}

fn check_user(report: &mut Report, root: &Node<'_>) {
    let Some(user) = report.optional(root, "user", JsonType::Object) else { return };
    report.constant(&user, "type", &json!("object"));
    let Some(value) = report.required(&user, "value", JsonType::Object) else { return };
    report.only(&value, &["id", "identifier", "profile"]);
    if let Some(id) = report.required(&value, "id", JsonType::Text)
        && !id.text().is_some_and(|text| text.starts_with("00u") && text.len() == 20)
    {
        report.problem(&id, "is not `00u` followed by seventeen characters");
    }
    report.optional(&value, "identifier", JsonType::Text);
    if let Some(profile) = report.optional(&value, "profile", JsonType::Object) {
        for name in ["firstName", "lastName", "timeZone", "locale"] {
            report.optional(&profile, name, JsonType::Text);
        }
    }
    // Once there is a user, .NET reads `.AuthenticatorEnrollments.Value` without a null check.
    if root.has("remediation") && !root.has("authenticatorEnrollments") {
        report.missing(root, "authenticatorEnrollments");
    }
}

/// Exactly the format `2026-01-01T00:00:00.000Z`, because Kotlin and Swift parse with a fixed pattern.
fn is_instant(text: &str) -> bool {
    let pattern = b"dddd-dd-ddTdd:dd:dd.dddZ";
    text.len() == pattern.len()
        && text.bytes().zip(pattern).all(|(byte, &expected)| match expected {
            b'd' => byte.is_ascii_digit(),
            _ => byte == expected,
        })
}
