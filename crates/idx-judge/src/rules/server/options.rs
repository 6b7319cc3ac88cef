//! The options of the list of authenticators.

use serde_json::{Value, json};

use super::super::rule::{Check, Findings, Rule};
use crate::page::{Page, items, name_of};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] =
    &[&OPTION_ID_FIRST, &OPTION_LABEL, &OPTION_METHOD, &OPTIONS_OF_LIST, &ENROLLMENT_DATA];

fn inner(option: &Value) -> Vec<&Value> {
    items(option.pointer("/value/form/value"))
}

/// The authenticator that an option relates to. Null if its path does not resolve.
fn related<'v>(page: Page<'v>, option: &Value) -> &'v Value {
    option["relatesTo"].as_str().and_then(|path| page.resolve(path)).unwrap_or(&Value::Null)
}

/// One string member of each item of a list.
fn texts<'v>(list: Option<&'v Value>, member: &str) -> Vec<&'v str> {
    items(list).into_iter().filter_map(|item| item[member].as_str()).collect()
}

static OPTION_ID_FIRST: Rule = Rule {
    id: "server.option-id-first",
    level: Level::Must,
    says: "The first field of every option must be id: required, not mutable, and with the authenticator's id as its value.",
    reason: "Go takes an option's first field for the id without checking its name.",
    source: "recorded responses; requirements of the SDKs in five languages",
    check: Check::Response(id_first),
};

fn id_first(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    for option in exchange.options() {
        let related = related(page, option);
        let found = inner(option).first().copied().unwrap_or(&Value::Null);
        for (member, expected) in [
            ("name", &json!("id")),
            ("required", &json!(true)),
            ("value", &related["id"]),
            ("mutable", &json!(false)),
        ] {
            let actual = &found[member];
            findings.check(actual == expected, exchange, || {
                let label = &option["label"];
                format!("{label}: {member} of the first field must be {expected}, and is {actual}")
            });
        }
    }
}

static OPTION_LABEL: Rule = Rule {
    id: "server.option-label",
    level: Level::Must,
    says: "The server must label every option with its authenticator's display name.",
    reason: "Go finds authenticators by exactly these labels.",
    source: "recorded responses; requirements of the SDKs in five languages",
    check: Check::Response(label),
};

fn label(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    for option in exchange.options() {
        let related = related(page, option);
        let fits = option["label"] == related["displayName"];
        findings.check(fits, exchange, || {
            format!("the label of {} is {}", related["displayName"], option["label"])
        });
    }
}

static OPTION_METHOD: Rule = Rule {
    id: "server.option-method",
    level: Level::Must,
    says: "In a phone option, `methodType` must list the phone's methods, and the server must ask for `phoneNumber`. In any other option, `methodType` must have a fixed value.",
    reason: "Clients send these values.",
    source: "recorded responses",
    check: Check::Response(method),
};

fn method(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    for option in exchange.options() {
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
        findings.check(fits && optional, exchange, || {
            format!("{}: its fields are {}", option["label"], json!(fields))
        });
        check_method_labels(exchange, method_type, findings);
    }
}

fn check_method_labels(
    exchange: &ParsedExchange<'_>,
    method_type: &Value,
    findings: &mut Findings,
) {
    for offered in items(method_type.get("options")) {
        let label = match offered["value"].as_str() {
            Some("sms") => "SMS",
            Some("voice") => "Voice call",
            _ => continue,
        };
        findings.check(offered["label"] == label, exchange, || {
            format!("the method {offered} is not labelled {label}")
        });
    }
}

static OPTIONS_OF_LIST: Rule = Rule {
    id: "server.options-of-list",
    level: Level::Must,
    says: "The server must list one option per authenticator, in the order of authenticators, in an object field of the form.",
    reason: ".NET shows authenticators.value and other SDKs show the options, so both must offer the same.",
    source: "recorded responses; the forms of a sign-up, as recorded",
    check: Check::Response(list),
};

fn list(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    let Some(form) = page.remediation("select-authenticator-enroll") else { return };
    let kind = &form["value"][0]["type"];
    findings
        .check(kind == "object", exchange, || format!("the field authenticator is of type {kind}"));
    let offered = page.offered_authenticators();
    let listed: Vec<_> = exchange
        .authenticators()
        .into_iter()
        .filter_map(|authenticator| authenticator["key"].as_str())
        .collect();
    findings.check(!offered.is_empty(), exchange, || "the list has no option".into());
    findings.check(offered == listed, exchange, || {
        format!("options {}; authenticators {}", offered.join(", "), listed.join(", "))
    });
}

static ENROLLMENT_DATA: Rule = Rule {
    id: "server.enrollment-data",
    level: Level::Must,
    says: "The server must ask for a phone number with the fields id, methodType and phoneNumber, in this order, under the label Phone.",
    reason: "Java parses the label to find the authenticator.",
    source: "the forms of a sign-up, as recorded; okta-idx-java",
    check: Check::Response(enrollment_data),
};

fn enrollment_data(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(form) =
        exchange.page().and_then(|page| page.remediation("authenticator-enrollment-data"))
    else {
        return;
    };
    let field = &form["value"][0];
    findings
        .check(field["label"] == "Phone", exchange, || format!("the label is {}", field["label"]));
    let fields = items(field.pointer("/form/value"));
    let names: Vec<_> = fields.iter().map(|field| name_of(field)).collect();
    findings.check(names == ["id", "methodType", "phoneNumber"], exchange, || {
        format!("its fields are {}", names.join(", "))
    });
    let current = exchange.current_authenticator().unwrap_or(&Value::Null);
    let methods = texts(current.get("methods"), "type");
    for field in fields {
        let fits = match name_of(field) {
            "id" => field["value"] == current["id"] && field["mutable"] == false,
            "methodType" => {
                let offered = texts(field.get("options"), "value");
                check_method_labels(exchange, field, findings);
                offered == methods && field["type"] == "string"
            }
            _ => true,
        };
        findings.check(fits && field["required"] == true, exchange, || {
            format!("{} is {field}", name_of(field))
        });
    }
}
