//! Checks the fields of a form, at any depth, and the options of a field.

use super::node::{JsonType, Node, Report};
use super::{message, relates_to};

const MEMBERS: [&str; 18] = [
    "name",
    "type",
    "label",
    "required",
    "value",
    "visible",
    "mutable",
    "secret",
    "form",
    "options",
    "messages",
    "minLength",
    "maxLength",
    "customLabel",
    "desc",
    "descKey",
    "hint",
    "relatesTo",
];

pub(super) fn check(report: &mut Report, root: &Node<'_>, field: &Node<'_>) {
    report.only(field, &MEMBERS);
    report.required(field, "name", JsonType::Text);
    for name in ["label", "hint", "desc", "descKey"] {
        report.optional(field, name, JsonType::Text);
    }
    for name in ["required", "visible", "mutable", "secret", "customLabel"] {
        report.optional(field, name, JsonType::Boolean);
    }
    for name in ["minLength", "maxLength"] {
        report.optional(field, name, JsonType::Integer);
    }
    if let Some(field_type) = report.optional(field, "type", JsonType::Text)
        && !matches!(
            field_type.text(),
            Some("string" | "boolean" | "object" | "number" | "integer")
        )
    {
        report.problem(&field_type, format!("is {}, a type without a recording", field_type.value));
    }
    if let Some(path) = report.optional(field, "relatesTo", JsonType::Text) {
        relates_to::resolve(report, root, &path);
    }
    message::check_list(report, field);
    check_nested(report, root, field);
    if let Some(options) = report.optional(field, "options", JsonType::Array) {
        for option in options.items() {
            check_option(report, root, &option);
        }
    }
}

/// Checks `form.value[]` in a field or an option's value, and returns the fields.
fn check_nested<'a>(report: &mut Report, root: &Node<'_>, owner: &Node<'a>) -> Vec<Node<'a>> {
    let Some(form) = report.optional(owner, "form", JsonType::Object) else { return Vec::new() };
    report.only(&form, &["value"]);
    let Some(value) = report.required(&form, "value", JsonType::Array) else { return Vec::new() };
    let fields = value.items();
    for field in &fields {
        check(report, root, field);
    }
    fields
}

/// An option is a simple choice (`{"label","value":"sms"}`), a display format of an attribute, or an authenticator.
fn check_option(report: &mut Report, root: &Node<'_>, option: &Node<'_>) {
    report.only(option, &["label", "value", "relatesTo"]);
    report.required(option, "label", JsonType::Text);
    let Some(value) = option.member("value") else { return report.missing(option, "value") };
    if value.text().is_some() {
        return;
    }
    if !value.has("form") {
        // Java accepts an object only if it has `form` or `type`.
        report.required(&value, "type", JsonType::Text);
        return;
    }
    let fields = check_nested(report, root, &value);
    let authenticator = match report.required(option, "relatesTo", JsonType::Text) {
        Some(path) => relates_to::resolve(report, root, &path),
        None => None,
    };
    let Some(id) = fields.first().filter(|field| field.member_text("name") == Some("id")) else {
        return report.problem(&value, "does not start with the field id, where Go reads it");
    };
    let Some(authenticator) = authenticator else { return };
    if id.member_text("value") != authenticator.get("id").and_then(|id| id.as_str()) {
        report.problem(id, "is not the id of the authenticator in relatesTo");
    }
    if let Some(label) = option.member("label")
        && Some(label.value) != authenticator.get("displayName")
    {
        report.problem(
            &label,
            format!("is {}, but Go expects the authenticator's displayName", label.value),
        );
    }
}
