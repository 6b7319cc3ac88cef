//! What stands in a client's answers.

use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use super::{actions, forms_for, page_known};
use crate::newer_server;
use crate::page::{fixed_members, items, name_of};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "client.hidden-fields",
        Check::Whole(hidden),
        [
            "fields that the form fixes are sent with the value that it fixes",
            "they carry what the server needs to know the answer again",
            "the actions of a page, as recorded",
        ],
    ),
    Rule::must(
        "client.required-fields",
        Check::Whole(required),
        [
            "required fields are sent",
            "the server refuses the answer without them",
            "the forms of a sign-up, as recorded",
        ],
    ),
    Rule::should(
        "client.invents-nothing",
        Check::Whole(invented),
        [
            "an answer has no member that its form does not have",
            "Okta ignores some and refuses others; the Java sample sends credentials that nobody asked for",
            "the actions of a page, as recorded",
        ],
    ),
    Rule::must(
        "client.profile-members",
        Check::Whole(profile),
        [
            "userProfile has members of the profile form alone",
            "Okta refuses others: '[userProfile.x]' cannot be modified.",
            "error catalogue E15",
        ],
    ),
    Rule::must(
        "client.chosen-authenticator",
        Check::Whole(chosen),
        [
            "an authenticator is chosen by an id that the page offers",
            "ids differ from org to org",
            "answers, as recorded",
        ],
    ),
    Rule::must(
        "client.chosen-method",
        Check::Whole(method),
        [
            "methodType, where it is sent, is one that the page offers, or the authenticator's type",
            "an org may have switched voice off",
            "the actions of a page, as recorded",
        ],
    ),
    Rule::must(
        "client.passcode-text",
        Check::Whole(passcode),
        [
            "a passcode is sent as a string",
            "a number loses its leading zeros",
            "leading zeros occur",
        ],
    ),
    Rule::should(
        "client.phone-number",
        Check::Whole(phone),
        [
            "a phone number begins with + and its country",
            "Okta takes no other for valid",
            "error catalogue E23",
        ],
    ),
];

/// Answers with a body and the forms they may be for.
fn answers<'r, 'c>(
    conversation: &'r Conversation<'c>,
) -> Vec<(&'r Read<'c>, &'r Value, Vec<&'r Value>)> {
    actions(conversation)
        .filter_map(|read| {
            let sent = read.sent.as_ref().filter(|sent| sent.is_object())?;
            let forms = forms_for(read, page_known(read, conversation)?);
            (!forms.is_empty()).then_some((read, sent, forms))
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

fn hidden(conversation: &Conversation<'_>, findings: &mut Findings) {
    for (read, sent, forms) in answers(conversation) {
        let missing = forms.iter().map(|form| {
            let mut fixed = fixed_members(&fields(form));
            // The handle has rules of its own.
            fixed.remove("stateHandle");
            Value::Object(fixed)
        });
        let missing: Vec<_> = missing.filter(|fixed| !has_all(sent, fixed)).collect();
        findings.add_unless(missing.len() < forms.len(), read, || {
            format!("the form fixes {}", missing[0])
        });
    }
}

fn required(conversation: &Conversation<'_>, findings: &mut Findings) {
    for (read, sent, forms) in answers(conversation) {
        let missing: Vec<_> =
            forms.iter().map(|form| missing_field("", &fields(form), sent)).collect();
        if let Some(Some(field)) = missing.first().filter(|_| missing.iter().all(Option::is_some)) {
            findings.add(read, format!("{field} is missing"));
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

fn invented(conversation: &Conversation<'_>, findings: &mut Findings) {
    for (read, sent, forms) in answers(conversation) {
        let known: Vec<_> = forms.iter().flat_map(|form| fields(form)).map(name_of).collect();
        for member in sent.as_object().into_iter().flat_map(|members| members.keys()) {
            if member == newer_server::MEMBER {
                continue;
            }
            findings
                .add_unless(known.contains(&member.as_str()), read, || format!("it has {member}"));
        }
    }
}

fn profile(conversation: &Conversation<'_>, findings: &mut Findings) {
    for (read, sent, forms) in answers(conversation) {
        let Some(form) = forms.iter().find(|form| name_of(form) == "enroll-profile") else {
            continue;
        };
        let known: Vec<_> =
            items(form.pointer("/value/0/form/value")).into_iter().map(name_of).collect();
        for member in sent["userProfile"].as_object().into_iter().flat_map(|members| members.keys())
        {
            findings.add_unless(known.contains(&member.as_str()), read, || {
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

fn chosen(conversation: &Conversation<'_>, findings: &mut Findings) {
    for (read, sent, forms) in answers(conversation) {
        let choices = choices(&forms);
        if choices.is_empty() {
            continue;
        }
        let id = &sent["authenticator"]["id"];
        let is_unknown = id == newer_server::AUTHENTICATOR_ID;
        let fits = is_unknown || choices.iter().any(|choice| id_of(choice) == id);
        findings.add_unless(fits, read, || format!("the id is {id}"));
    }
}

fn method(conversation: &Conversation<'_>, findings: &mut Findings) {
    for (read, sent, forms) in answers(conversation) {
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
        // Java sends the type of a phone with several methods.
        let fits = offered.is_empty() || offered.contains(&method) || method == "phone";
        findings.add_unless(fits, read, || {
            format!("it is {method:?}, and {} is offered", offered.join(", "))
        });
    }
}

fn passcode(conversation: &Conversation<'_>, findings: &mut Findings) {
    for (read, sent, _) in answers(conversation) {
        if let Some(passcode) = sent.pointer("/credentials/passcode") {
            findings.add_unless(passcode.is_string(), read, || "it is no string".into());
        }
    }
}

fn phone(conversation: &Conversation<'_>, findings: &mut Findings) {
    for (read, sent, _) in answers(conversation) {
        if let Some(number) = sent.pointer("/authenticator/phoneNumber").and_then(Value::as_str) {
            // A number that the server takes was good enough; one that it refuses may be a scenario's.
            let fits = number.trim_start().starts_with('+') || read.status() == 400;
            findings.add_unless(fits, read, || format!("it is {number:?}"));
        }
    }
}
