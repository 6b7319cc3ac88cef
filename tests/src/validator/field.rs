//! The fields of a form, to any depth, and the options of a field.

use super::node::{Kind, Node, Report};
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
    report.required(field, "name", Kind::Text);
    for name in ["label", "hint", "desc", "descKey"] {
        report.optional(field, name, Kind::Text);
    }
    for name in ["required", "visible", "mutable", "secret", "customLabel"] {
        report.optional(field, name, Kind::Boolean);
    }
    for name in ["minLength", "maxLength"] {
        report.optional(field, name, Kind::Integer);
    }
    if let Some(kind) = report.optional(field, "type", Kind::Text)
        && !matches!(kind.text(), Some("string" | "boolean" | "object" | "number" | "integer"))
    {
        report.problem(&kind, format!("is {}, a type that no recording has", kind.value));
    }
    if let Some(path) = report.optional(field, "relatesTo", Kind::Text) {
        relates_to::resolve(report, root, &path);
    }
    message::check_list(report, field);
    check_nested(report, root, field);
    if let Some(options) = report.optional(field, "options", Kind::Array) {
        for option in options.items() {
            check_option(report, root, &option);
        }
    }
}

/// `form.value[]`, in a field or in the value of an option. Gives the fields.
fn check_nested<'a>(report: &mut Report, root: &Node<'_>, owner: &Node<'a>) -> Vec<Node<'a>> {
    let Some(form) = report.optional(owner, "form", Kind::Object) else { return Vec::new() };
    report.only(&form, &["value"]);
    let Some(value) = report.required(&form, "value", Kind::Array) else { return Vec::new() };
    let fields = value.items();
    for field in &fields {
        check(report, root, field);
    }
    fields
}

/// An option is a plain choice (`{"label","value":"sms"}`), a way to display an attribute, or an authenticator.
fn check_option(report: &mut Report, root: &Node<'_>, option: &Node<'_>) {
    report.only(option, &["label", "value", "relatesTo"]);
    report.required(option, "label", Kind::Text);
    let Some(value) = option.member("value") else { return report.missing(option, "value") };
    if value.text().is_some() {
        return;
    }
    if !value.has("form") {
        // Java takes an object only when it has `form` or `type`.
        report.required(&value, "type", Kind::Text);
        return;
    }
    let fields = check_nested(report, root, &value);
    let authenticator = match report.required(option, "relatesTo", Kind::Text) {
        Some(path) => relates_to::resolve(report, root, &path),
        None => None,
    };
    let Some(id) = fields.first().filter(|field| field.member_text("name") == Some("id")) else {
        return report.problem(&value, "does not have id as its first field, where Go reads it");
    };
    let Some(authenticator) = authenticator else { return };
    if id.member_text("value") != authenticator.get("id").and_then(|id| id.as_str()) {
        report.problem(id, "does not hold the id of the authenticator that relatesTo names");
    }
    if let Some(label) = option.member("label")
        && Some(label.value) != authenticator.get("displayName")
    {
        report.problem(
            &label,
            format!("is {}, and Go looks for the authenticator's displayName", label.value),
        );
    }
}
