//! Checks the end of a sign-up: `successWithInteractionCode` and the other members of the page.

use serde_json::json;

use super::node::{JsonType, Node, Report};

pub(super) fn check(report: &mut Report, root: &Node<'_>, origin: Option<&str>) {
    for name in [
        "remediation",
        "messages",
        "authenticators",
        "authenticatorEnrollments",
        "currentAuthenticator",
    ] {
        report.absent(root, name, "none of the 19 recorded success pages contains it");
    }
    if !root.has("user") {
        report.missing(root, "user");
    }
    let Some(form) = report.required(root, "successWithInteractionCode", JsonType::Object) else {
        return;
    };
    report.only(&form, &["rel", "name", "href", "method", "value", "accepts"]);
    report.constant(&form, "rel", &json!(["create-form"]));
    report.constant(&form, "name", &json!("issue"));
    report.constant(&form, "method", &json!("POST"));
    report.constant(&form, "accepts", &json!("application/x-www-form-urlencoded"));
    check_token_address(report, &form, origin);
    let fields = form.listed();
    let names: Vec<&str> = fields.iter().filter_map(|field| field.member_text("name")).collect();
    let public = ["grant_type", "interaction_code", "client_id", "code_verifier"];
    if names.iter().filter(|name| **name != "client_secret").ne(&public) {
        report.problem(
            &form,
            format!("has the fields {}, not {}", names.join(", "), public.join(", ")),
        );
    }
    for field in &fields {
        report.constant(field, "required", &json!(true));
        match field.member_text("name") {
            Some("grant_type") => report.constant(field, "value", &json!("interaction_code")),
            Some("interaction_code") => check_code(report, field),
            Some("client_id") => {
                report.required(field, "value", JsonType::Text);
            }
            _ => report.absent(field, "value", "only the client knows this value"),
        }
    }
}

fn check_token_address(report: &mut Report, form: &Node<'_>, origin: Option<&str>) {
    let Some(href) = report.required(form, "href", JsonType::Text) else { return };
    let text = href.text().unwrap_or_default();
    if !text.starts_with(origin.unwrap_or("http"))
        || !text.contains("/oauth2/")
        || !text.ends_with("/v1/token")
    {
        report.problem(&href, format!("is {text}, not the org's token endpoint"));
    }
}

/// 43 characters of base64url, as recorded.
fn check_code(report: &mut Report, field: &Node<'_>) {
    let code = field.member_text("value").unwrap_or_default();
    if code.len() != 43
        || !code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    {
        report.problem(
            field,
            format!("interaction_code is {code:?}, not 43 characters of base64url"),
        );
    }
}
