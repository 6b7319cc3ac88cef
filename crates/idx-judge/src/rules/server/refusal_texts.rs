//! Refusals that repeat what the page itself says: labels and password rules.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::page::{FoundMessage, Page, items, name_of};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[&NAMES_FIELD, &LISTS_PASSWORD_RULES];

/// Messages whose only parameter is the label of the field.
const LABELLED: &[&str] = &[
    "registration.error.notUniqueWithinOrg",
    "registration.error.invalidLoginEmail",
    "registration.error.doesNotMatchPattern",
];

static NAMES_FIELD: Rule = Rule {
    id: "server.refusal-names-field",
    level: Level::Must,
    says: "The server must name a refused profile attribute by its label, in the text and as the only parameter.",
    reason: "The user looks for the field with that label.",
    source: "error catalogue E10 and E11, recorded with the labels Email and Primary email",
    check: Check::Response(names_field),
};

fn names_field(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page().filter(|_| exchange.status() >= 400) else { return };
    let Some(form) = page.remediation("enroll-profile") else { return };
    for field in items(form.pointer("/value/0/form/value")) {
        let place = format!("userProfile.{}", name_of(field));
        let label = &field["label"];
        for message in page.messages().into_iter().filter(|message| message.at == place) {
            let key = message.key.as_deref().unwrap_or_default();
            if !LABELLED.contains(&key) {
                continue;
            }
            let named = message.params == Value::Array(vec![label.clone()]);
            findings.check(named, exchange, || {
                format!("params of {key} must be [{label}], and are {}", message.params)
            });
        }
    }
}

static LISTS_PASSWORD_RULES: Rule = Rule {
    id: "server.refusal-lists-password-rules",
    level: Level::Must,
    says: "The server must refuse a password with a message that lists every rule that the page shows, in the recorded order.",
    reason: "The user reads in one message what the password must contain.",
    source: "password messages as recorded and in the widget's texts",
    check: Check::Response(lists_rules),
};

fn lists_rules(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    let is_refused = |message: &FoundMessage| {
        message.key.as_deref() == Some("password.passwordRequirementsNotMet")
    };
    let Some(message) = page.messages().into_iter().find(is_refused) else { return };
    let Some(settings) = settings_of(page) else { return };
    let list = format!("Password requirements: {}.", rules_of(&settings["complexity"]).join(", "));
    // Without `age`, the page does not say how many passwords the server remembers.
    let history = settings.pointer("/age/historyCount").and_then(Value::as_u64);
    let expected = match history {
        None | Some(0) => list,
        Some(count) => {
            format!("{list} Your password cannot be any of your last {count} passwords.")
        }
    };
    let actual = message.params[0].as_str().unwrap_or_default();
    let fits = actual == expected || (history.is_none() && actual.starts_with(&expected));
    findings
        .check(fits, exchange, || format!("params[0] must be \"{expected}\", and is \"{actual}\""));
}

fn settings_of(page: Page<'_>) -> Option<&Value> {
    let current = page.0.pointer("/currentAuthenticator/value")?;
    current.get("settings").filter(|_| current["key"] == "okta_password")
}

/// The phrases of the rules that `complexity` sets.
fn rules_of(complexity: &Value) -> Vec<String> {
    let number = |name: &str| complexity[name].as_u64().unwrap_or_default();
    let excludes = |attribute: &str| {
        items(complexity.get("excludeAttributes")).into_iter().any(|name| name == attribute)
    };
    let repeating = number("maxConsecutiveRepeatingCharacters");
    let phrases = [
        (number("minLength") > 0, format!("at least {} characters", number("minLength"))),
        (number("minLowerCase") > 0, "a lowercase letter".into()),
        (number("minUpperCase") > 0, "an uppercase letter".into()),
        (number("minNumber") > 0, "a number".into()),
        (number("minSymbol") > 0, "a symbol".into()),
        (complexity["excludeUsername"] == true, "no parts of your username".into()),
        (excludes("firstName"), "does not include your first name".into()),
        (excludes("lastName"), "does not include your last name".into()),
        (repeating > 0, format!("maximum {repeating} consecutive repeating characters")),
    ];
    phrases.into_iter().filter(|(is_set, _)| *is_set).map(|(_, phrase)| phrase).collect()
}
