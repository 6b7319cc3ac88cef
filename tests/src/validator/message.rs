//! Checks messages: `{"type":"array","value":[{"message","i18n":{"key","params"?},"class"}]}`, at the top or on a field.

use serde_json::{Value, json};

use super::node::{JsonType, Node, Report};

/// Checks the member `messages` of a document or a field, if present.
pub(super) fn check_list(report: &mut Report, owner: &Node<'_>) {
    let Some(messages) = report.optional(owner, "messages", JsonType::Object) else { return };
    report.only(&messages, &["type", "value"]);
    report.constant(&messages, "type", &json!("array"));
    let Some(list) = report.required(&messages, "value", JsonType::Array) else { return };
    if list.items().is_empty() {
        report.problem(&list, "is empty; without messages, the member must be absent");
    }
    for message in list.items() {
        check(report, &message);
    }
}

fn check(report: &mut Report, message: &Node<'_>) {
    report.only(message, &["message", "i18n", "class", "links"]);
    report.required(message, "message", JsonType::Text);
    if let Some(class) = report.required(message, "class", JsonType::Text)
        && !matches!(class.text(), Some("ERROR" | "INFO" | "WARNING"))
    {
        report.problem(&class, format!("is {}, not ERROR, INFO or WARNING", class.value));
    }
    let Some(i18n) = report.optional(message, "i18n", JsonType::Object) else { return };
    report.only(&i18n, &["key", "params"]);
    report.required(&i18n, "key", JsonType::Text);
    let Some(params) = report.optional(&i18n, "params", JsonType::Array) else { return };
    for param in params.items().iter().filter(|param| param.text().is_none()) {
        report.problem(param, format!("is {}, but Java reads strings", param.value));
    }
}

/// Whether a field of a remediation has a message.
pub(super) fn on_a_field(root: &Node<'_>) -> bool {
    root.member("remediation").is_some_and(|remediation| has_message(remediation.value))
}

fn has_message(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.contains_key("messages") || members.values().any(has_message)
        }
        Value::Array(items) => items.iter().any(has_message),
        _ => false,
    }
}
