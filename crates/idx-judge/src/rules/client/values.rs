//! The values in a client's requests.

use serde_json::{Map, Value};

use super::super::rule::{Check, Findings, Rule};
use super::actions::{actions, forms_for, page_known};
use crate::future_features;
use crate::page::{immutable_members, items, name_of};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[
    &HIDDEN_FIELDS,
    &REQUIRED_FIELDS,
    &INVENTS_NOTHING,
    &PROFILE_MEMBERS,
    &CHOSEN_AUTHENTICATOR,
    &CHOSEN_METHOD,
    &PASSCODE_TEXT,
    &PHONE_NUMBER,
];

/// Answers with a body and the forms they may be for.
fn answers<'r, 'c>(
    traffic: &'r Traffic<'c>,
) -> Vec<(&'r ParsedExchange<'c>, &'r Value, Vec<&'r Value>)> {
    actions(traffic)
        .filter_map(|exchange| {
            let sent = exchange.sent.as_ref().filter(|sent| sent.is_object())?;
            let forms = forms_for(exchange, page_known(exchange, traffic)?);
            (!forms.is_empty()).then_some((exchange, sent, forms))
        })
        .collect()
}

fn fields(form: &Value) -> Vec<&Value> {
    items(form.get("value"))
}

/// Whether a body has every member of another, with its value.
fn has_all(body: &Value, wanted: &Value) -> bool {
    match (body, wanted) {
        (Value::Object(body), Value::Object(wanted)) => wanted
            .iter()
            .all(|(name, value)| body.get(name).is_some_and(|found| has_all(found, value))),
        _ => body == wanted,
    }
}

static HIDDEN_FIELDS: Rule = Rule {
    id: "client.hidden-fields",
    level: Level::Must,
    says: "The client must send every fixed field of the form with its fixed value.",
    reason: "The server needs these values to recognise the request.",
    source: "the actions of a page, as recorded",
    check: Check::Case(hidden),
};

fn hidden(traffic: &Traffic<'_>, findings: &mut Findings) {
    for (exchange, sent, forms) in answers(traffic) {
        let fixed = forms.iter().map(|form| {
            let mut fixed = immutable_members(&fields(form));
            // The handle has rules of its own.
            fixed.remove("stateHandle");
            fixed
        });
        let fixed: Vec<_> = fixed.map(Value::Object).collect();
        if fixed.iter().all(|fixed| *fixed == Value::Object(Map::new())) {
            continue;
        }
        let missing: Vec<_> = fixed.into_iter().filter(|fixed| !has_all(sent, fixed)).collect();
        findings.check(missing.len() < forms.len(), exchange, || {
            format!("the form fixes {}", missing[0])
        });
    }
}

static REQUIRED_FIELDS: Rule = Rule {
    id: "client.required-fields",
    level: Level::Must,
    says: "The client must send every required field.",
    reason: "The server refuses the request without them.",
    source: "the forms of a sign-up, as recorded",
    check: Check::Case(required),
};

fn required(traffic: &Traffic<'_>, findings: &mut Findings) {
    for (exchange, sent, forms) in answers(traffic) {
        findings.checked(exchange);
        let missing: Vec<_> =
            forms.iter().map(|form| missing_field("", &fields(form), sent)).collect();
        if let Some(Some(field)) = missing.first().filter(|_| missing.iter().all(Option::is_some)) {
            findings.broken(exchange, format!("{field} is missing"));
        }
    }
}

fn missing_field(parent: &str, fields: &[&Value], sent: &Value) -> Option<String> {
    fields.iter().find_map(|field| {
        let name = name_of(field);
        let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
        let value = sent.get(name);
        if value.is_none_or(Value::is_null) {
            // The handle has rules of its own, and a phone's number may follow later.
            let counts = field["required"] == true
                && name != "stateHandle"
                && !path.starts_with("authenticator.");
            return counts.then_some(path);
        }
        missing_field(&path, &items(field.pointer("/form/value")), value.unwrap_or(&Value::Null))
    })
}

static INVENTS_NOTHING: Rule = Rule {
    id: "client.invents-nothing",
    level: Level::Should,
    says: "The client should send only members that the form has.",
    reason: "Okta ignores some other members and refuses others. The Java sample sends credentials that no form asked for.",
    source: "the actions of a page, as recorded",
    check: Check::Case(invented),
};

fn invented(traffic: &Traffic<'_>, findings: &mut Findings) {
    for (exchange, sent, forms) in answers(traffic) {
        let known: Vec<_> = forms.iter().flat_map(|form| fields(form)).map(name_of).collect();
        for member in sent.as_object().into_iter().flat_map(|members| members.keys()) {
            if member == future_features::MEMBER {
                continue;
            }
            findings
                .check(known.contains(&member.as_str()), exchange, || format!("it has {member}"));
        }
    }
}

static PROFILE_MEMBERS: Rule = Rule {
    id: "client.profile-members",
    level: Level::Must,
    says: "The client must put only members of the profile form into userProfile.",
    reason: "Okta refuses others: '[userProfile.x]' cannot be modified.",
    source: "error catalogue E15",
    check: Check::Case(profile),
};

fn profile(traffic: &Traffic<'_>, findings: &mut Findings) {
    for (exchange, sent, forms) in answers(traffic) {
        let Some(form) = forms.iter().find(|form| name_of(form) == "enroll-profile") else {
            continue;
        };
        let known: Vec<_> =
            items(form.pointer("/value/0/form/value")).into_iter().map(name_of).collect();
        for member in sent["userProfile"].as_object().into_iter().flat_map(|members| members.keys())
        {
            findings.check(known.contains(&member.as_str()), exchange, || {
                format!("userProfile has {member}")
            });
        }
    }
}

/// The inner fields of what a choice can be: of every option, or of the form itself.
fn choices<'f>(forms: &[&'f Value]) -> Vec<Vec<&'f Value>> {
    let authenticator = forms
        .iter()
        .flat_map(|form| fields(form))
        .filter(|field| name_of(field) == "authenticator");
    authenticator
        .flat_map(|field| {
            let options = items(field.get("options"))
                .into_iter()
                .map(|option| items(option.pointer("/value/form/value")));
            let own = items(field.pointer("/form/value"));
            options
                .chain(std::iter::once(own))
                .filter(|fields| !fields.is_empty())
                .collect::<Vec<_>>()
        })
        .collect()
}

fn id_of<'f>(choice: &[&'f Value]) -> &'f Value {
    choice.iter().find(|field| name_of(field) == "id").map_or(&Value::Null, |field| &field["value"])
}

static CHOSEN_AUTHENTICATOR: Rule = Rule {
    id: "client.chosen-authenticator",
    level: Level::Must,
    says: "The client must choose an authenticator by an id that the page offers.",
    reason: "The ids differ between orgs.",
    source: "recorded responses",
    check: Check::Case(chosen),
};

fn chosen(traffic: &Traffic<'_>, findings: &mut Findings) {
    for (exchange, sent, forms) in answers(traffic) {
        let choices = choices(&forms);
        if choices.is_empty() {
            continue;
        }
        let id = &sent["authenticator"]["id"];
        let is_unknown = id == future_features::AUTHENTICATOR_ID;
        let fits = is_unknown || choices.iter().any(|choice| id_of(choice) == id);
        findings.check(fits, exchange, || format!("the id is {id}"));
    }
}

static CHOSEN_METHOD: Rule = Rule {
    id: "client.chosen-method",
    level: Level::Must,
    says: "If the client sends methodType, the page must offer it, or it must be the authenticator's type.",
    reason: "An org may have disabled voice calls.",
    source: "the actions of a page, as recorded",
    check: Check::Case(method),
};

fn method(traffic: &Traffic<'_>, findings: &mut Findings) {
    for (exchange, sent, forms) in answers(traffic) {
        let Some(method) = sent["authenticator"]["methodType"].as_str() else { continue };
        let choices = choices(&forms);
        let of_id = choices.iter().filter(|choice| *id_of(choice) == sent["authenticator"]["id"]);
        let offered: Vec<_> = of_id
            .flatten()
            .filter(|field| name_of(field) == "methodType")
            .flat_map(|field| {
                items(field.get("options"))
                    .into_iter()
                    .map(|o| &o["value"])
                    .chain(field.get("value"))
            })
            .filter_map(Value::as_str)
            .collect();
        if offered.is_empty() {
            continue;
        }
        // Java sends the type of a phone with several methods.
        let fits = offered.contains(&method) || method == "phone";
        findings.check(fits, exchange, || {
            format!("it is {method:?}, and the page offers {}", offered.join(", "))
        });
    }
}

static PASSCODE_TEXT: Rule = Rule {
    id: "client.passcode-text",
    level: Level::Must,
    says: "The client must send a passcode as a string.",
    reason: "A number loses its leading zeros.",
    source: "leading zeros occur",
    check: Check::Case(passcode),
};

fn passcode(traffic: &Traffic<'_>, findings: &mut Findings) {
    for (exchange, sent, _) in answers(traffic) {
        if let Some(passcode) = sent.pointer("/credentials/passcode") {
            findings.check(passcode.is_string(), exchange, || "it is not a string".into());
        }
    }
}

static PHONE_NUMBER: Rule = Rule {
    id: "client.phone-number",
    level: Level::Should,
    says: "The client should send a phone number that starts with + and the country code.",
    reason: "Okta refuses other phone numbers.",
    source: "error catalogue E23",
    check: Check::Case(phone),
};

fn phone(traffic: &Traffic<'_>, findings: &mut Findings) {
    for (exchange, sent, _) in answers(traffic) {
        if let Some(number) = sent.pointer("/authenticator/phoneNumber").and_then(Value::as_str) {
            // A number that the server takes was good enough; one that it refuses may be a scenario's.
            let fits = number.trim_start().starts_with('+') || exchange.status() == 400;
            findings.check(fits, exchange, || format!("it is {number:?}"));
        }
    }
}
