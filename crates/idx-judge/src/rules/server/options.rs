//! The options of the list of authenticators.

use serde_json::{Value, json};

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use crate::page::{Page, items, name_of};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.option-id-first",
        Check::Answer(id_first),
        [
            "an option's first field is id: required, not mutable, with the authenticator's id",
            "Go takes the first field of an option for the id without a look at its name",
            "answers, as recorded; what the SDKs of five languages demand",
        ],
    ),
    Rule::must(
        "server.option-label",
        Check::Answer(label),
        [
            "an option is labelled with its authenticator's display name",
            "Go finds authenticators by these labels, letter by letter",
            "answers, as recorded; what the SDKs of five languages demand",
        ],
    ),
    Rule::must(
        "server.option-method",
        Check::Answer(method),
        [
            "an option with one method fixes methodType to it; one with several offers them, and a phone asks for phoneNumber",
            "clients send what stands there",
            "answers, as recorded",
        ],
    ),
    Rule::must(
        "server.options-of-list",
        Check::Answer(list),
        [
            "the options are an object field of the form, one for each of authenticators, in their order",
            ".NET shows authenticators.value, others the options: both must offer the same",
            "answers, as recorded; the forms of a sign-up, as recorded",
        ],
    ),
    Rule::must(
        "server.enrollment-data",
        Check::Answer(enrollment_data),
        [
            "the page that asks for a number has id, methodType and phoneNumber, in this order, under the label Phone",
            "Java takes the label apart to find the authenticator",
            "the forms of a sign-up, as recorded; okta-idx-java",
        ],
    ),
];

fn inner(option: &Value) -> Vec<&Value> {
    items(option.pointer("/value/form/value"))
}

/// The authenticator that an option stands for; null where its path leads nowhere.
fn related<'v>(page: Page<'v>, option: &Value) -> &'v Value {
    option["relatesTo"].as_str().and_then(|path| page.resolve(path)).unwrap_or(&Value::Null)
}

/// One member of each item of a list, where it is text.
fn texts<'v>(list: Option<&'v Value>, member: &str) -> Vec<&'v str> {
    items(list).into_iter().filter_map(|item| item[member].as_str()).collect()
}

fn id_first(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    for option in read.options() {
        let related = related(page, option);
        let right =
            json!({"name": "id", "required": true, "value": related["id"], "mutable": false});
        let found = inner(option).first().copied().cloned().unwrap_or_default();
        findings.add_unless(found == right, read, || {
            format!("{}: the first field is {found}", option["label"])
        });
    }
}

fn label(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    for option in read.options() {
        let related = related(page, option);
        let fits = option["label"] == related["displayName"];
        findings.add_unless(fits, read, || {
            format!("the label of {} is {}", related["displayName"], option["label"])
        });
    }
}

fn method(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    for option in read.options() {
        let related = related(page, option);
        let methods = texts(related.get("methods"), "type");
        let fields = inner(option);
        let names: Vec<_> = fields.iter().map(|field| name_of(field)).collect();
        let field = |name: &str| {
            fields.iter().copied().find(|field| name_of(field) == name).unwrap_or(&Value::Null)
        };
        let method_type = field("methodType");
        let fits = if related["type"] == "phone" {
            let offered = texts(method_type.get("options"), "value");
            let number = field("phoneNumber");
            offered == methods
                && method_type["type"] == "string"
                && number["label"] == "Phone number"
                && names == ["id", "methodType", "phoneNumber"]
                && number["required"] == false
        } else {
            methods.len() == 1
                && method_type["value"] == methods[0]
                && method_type["mutable"] == false
                && names == ["id", "methodType"]
        };
        let optional = method_type["required"] == false;
        findings.add_unless(fits && optional, read, || {
            format!("{}: its fields are {}", option["label"], json!(fields))
        });
        check_method_labels(read, method_type, findings);
    }
}

fn check_method_labels(read: &Read<'_>, method_type: &Value, findings: &mut Findings) {
    for offered in items(method_type.get("options")) {
        let label = match offered["value"].as_str() {
            Some("sms") => "SMS",
            Some("voice") => "Voice call",
            _ => continue,
        };
        findings.add_unless(offered["label"] == label, read, || {
            format!("the method {offered} is not labelled {label}")
        });
    }
}

fn list(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    let Some(form) = page.remediation("select-authenticator-enroll") else { return };
    let kind = &form["value"][0]["type"];
    findings.add_unless(kind == "object", read, || {
        format!("the field authenticator is of type {kind}")
    });
    let offered = page.offered_authenticators();
    let listed: Vec<_> = read
        .authenticators()
        .into_iter()
        .filter_map(|authenticator| authenticator["key"].as_str())
        .collect();
    findings.add_unless(!offered.is_empty(), read, || "there is no option".into());
    findings.add_unless(offered == listed, read, || {
        format!("options {}; authenticators {}", offered.join(", "), listed.join(", "))
    });
}

fn enrollment_data(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(form) = read.page().and_then(|page| page.remediation("authenticator-enrollment-data"))
    else {
        return;
    };
    let field = &form["value"][0];
    findings
        .add_unless(field["label"] == "Phone", read, || format!("the label is {}", field["label"]));
    let fields = items(field.pointer("/form/value"));
    let names: Vec<_> = fields.iter().map(|field| name_of(field)).collect();
    findings.add_unless(names == ["id", "methodType", "phoneNumber"], read, || {
        format!("its fields are {}", names.join(", "))
    });
    let current = read.current_authenticator().unwrap_or(&Value::Null);
    let methods = texts(current.get("methods"), "type");
    for field in fields {
        let fits = match name_of(field) {
            "id" => field["value"] == current["id"] && field["mutable"] == false,
            "methodType" => {
                let offered = texts(field.get("options"), "value");
                check_method_labels(read, field, findings);
                offered == methods && field["type"] == "string"
            }
            _ => true,
        };
        findings.add_unless(fits && field["required"] == true, read, || {
            format!("{} is {field}", name_of(field))
        });
    }
}
