//! The fields of a form.

use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use crate::page::{items, name_of};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.field-shape",
        Check::Answer(shape),
        [
            "a field has a name; flags are booleans, texts are strings, lengths are numbers",
            "typed clients refuse the whole answer for one member of another type",
            "answers, as recorded; okta-idx-java, okta-mobile-swift, okta-mobile-kotlin",
        ],
    ),
    Rule::must(
        "server.field-names-unique",
        Check::Answer(unique),
        [
            "no form has two fields of one name",
            "the second takes the place of the first in the body",
            "answers, as recorded",
        ],
    ),
    Rule::must(
        "server.field-fixed",
        Check::Answer(fixed),
        [
            "a field that is not mutable has a value",
            "a client can give it none",
            "the actions of a page, as recorded",
        ],
    ),
    Rule::should(
        "server.field-members-known",
        Check::Answer(known),
        [
            "a field has no member that no recording shows",
            "a mistyped name is told apart from a new feature by looking",
            "the keys in use",
        ],
    ),
    Rule::must(
        "server.form-fields",
        Check::Answer(form_fields),
        [
            "each form has the fields that its name promises, in the recorded order",
            "clients fill fields by these names",
            "the forms of a sign-up, as recorded",
        ],
    ),
    Rule::must(
        "server.passcode-field",
        Check::Answer(passcode),
        [
            "credentials is a required object with one passcode; a new password is secret and labelled Enter password, a code is Enter code",
            "the widget draws its input by these, and shows what is not secret",
            "the forms of a sign-up, as recorded",
        ],
    ),
    Rule::must(
        "server.challenge-fields",
        Check::Answer(challenge),
        [
            "the pages of a sign-in in the middle of a sign-up fix the authenticator and its method, and ask a plain question",
            "clients answer them without a look at the person",
            "the forms of a sign-up, as recorded; recorded by every SDK",
        ],
    ),
    Rule::must(
        "server.identify-fields",
        Check::Answer(identify),
        [
            "the start page asks for Username, for a secret Password where it asks for one, and offers to remember the device",
            "the widget draws its first page from these",
            "the forms of a sign-up, as recorded",
        ],
    ),
    Rule::must(
        "server.profile-options",
        Check::Answer(options),
        [
            "an attribute with fixed values lists them under display, with the way in which they are shown",
            "the widget draws a choice from it",
            "the forms of a sign-up, as recorded",
        ],
    ),
    Rule::must(
        "server.profile-fields",
        Check::Answer(profile),
        [
            "the profile form has attributes with a name and a label, the required email among them",
            "the label is what error messages speak of",
            "the forms of a sign-up, as recorded",
        ],
    ),
];

const FLAGS: &[&str] = &["required", "visible", "mutable", "secret", "customLabel"];
const TEXTS: &[&str] = &["label", "type", "desc", "descKey", "hint"];
const LENGTHS: &[&str] = &["minLength", "maxLength"];
const OTHERS: &[&str] = &["name", "value", "form", "options", "messages", "relatesTo"];

fn shape(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    for (place, field) in read.fields() {
        let mut check = |member: &str, fits: fn(&Value) -> bool| {
            if let Some(value) = field.get(member) {
                findings.add_unless(fits(value), read, || format!("{place}: {member} is {value}"));
            }
        };
        FLAGS.iter().for_each(|member| check(member, Value::is_boolean));
        TEXTS.iter().for_each(|member| check(member, Value::is_string));
        LENGTHS.iter().for_each(|member| check(member, Value::is_u64));
        check("type", |kind| {
            ["string", "boolean", "object", "number", "integer", "array"]
                .iter()
                .any(|known| kind == known)
        });
        check("options", |options| {
            items(Some(options))
                .iter()
                .all(|option| option["label"].is_string() && option.get("value").is_some())
        });
        check("form", |form| !items(form.get("value")).is_empty());
        let name = field["name"].as_str().unwrap_or_default();
        findings.add_unless(!name.is_empty(), read, || {
            format!("{place}: its name is {}", field["name"])
        });
    }
}

fn unique(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let fields = read.fields();
    for (index, (place, _)) in fields.iter().enumerate() {
        let repeated = fields[..index].iter().any(|(other, _)| other == place);
        findings.add_unless(!repeated, read, || format!("{place} is there twice"));
    }
}

fn fixed(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    for (place, field) in read.fields() {
        let fits = field["mutable"] != false || field["value"].is_string();
        findings.add_unless(fits, read, || format!("{place}: its value is {}", field["value"]));
    }
}

fn known(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    for (place, field) in read.fields() {
        for member in field.as_object().into_iter().flat_map(|members| members.keys()) {
            let is_known = [FLAGS, TEXTS, LENGTHS, OTHERS]
                .iter()
                .any(|names| names.contains(&member.as_str()));
            findings.add_unless(is_known, read, || format!("{place}: it has {member}"));
        }
    }
}

fn form_fields(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    for (place, form) in read.idx_forms() {
        let names: Vec<_> = items(form.get("value")).into_iter().map(name_of).collect();
        let fits = match name_of(form) {
            "identify" => {
                names == ["identifier", "rememberMe", "stateHandle"]
                    || names == ["identifier", "credentials", "rememberMe", "stateHandle"]
            }
            "enroll-profile" => names.starts_with(&["userProfile"]),
            "enroll-authenticator" | "challenge-authenticator" => {
                names == ["credentials", "stateHandle"]
            }
            "keep-me-signed-in" => names == ["keepMeSignedIn", "stateHandle"],
            "select-authenticator-enroll"
            | "authenticator-enrollment-data"
            | "authenticator-verification-data" => names == ["authenticator", "stateHandle"],
            _ => names == ["stateHandle"],
        };
        findings.add_unless(fits, read, || format!("{place}: its fields are {}", names.join(", ")));
    }
}

fn passcode(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    let current = read
        .current_authenticator()
        .or_else(|| page.0.pointer("/currentAuthenticatorEnrollment/value"));
    let is_password = current.is_some_and(|current| current["key"] == "okta_password");
    for name in ["enroll-authenticator", "challenge-authenticator", "enroll-profile"] {
        let fields = items(page.remediation(name).and_then(|form| form.get("value")));
        if let Some(credentials) = fields.into_iter().find(|field| name_of(field) == "credentials")
        {
            check_credentials(read, credentials, is_password || name == "enroll-profile", findings);
        }
    }
}

fn check_credentials(
    read: &Read<'_>,
    credentials: &Value,
    is_password: bool,
    findings: &mut Findings,
) {
    let inner = items(credentials.pointer("/form/value"));
    let fits =
        credentials["type"] == "object" && credentials["required"] == true && inner.len() == 1;
    findings.add_unless(fits, read, || format!("credentials is {credentials}"));
    let Some(passcode) = inner.first() else { return };
    findings.add_unless(passcode["name"] == "passcode", read, || {
        format!("its field is {}", passcode["name"])
    });
    let labels = if is_password {
        ["Enter password", "Enter Password"]
    } else {
        ["Enter code", "Enter Code"]
    };
    let labelled = labels.iter().any(|label| passcode["label"] == *label);
    findings.add_unless(labelled, read, || format!("the label is {}", passcode["label"]));
    findings.add_unless((passcode["secret"] == true) == is_password, read, || {
        format!("secret is {}", passcode["secret"])
    });
    let empty = passcode.get("value").is_none_or(Value::is_null);
    findings.add_unless(empty, read, || "the passcode is sent back".into());
}

fn challenge(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    if let Some(form) = page.remediation("authenticator-verification-data") {
        let field = &form["value"][0];
        let current =
            page.0.pointer("/currentAuthenticatorEnrollment/value").unwrap_or(&Value::Null);
        let inner = items(field.pointer("/form/value"));
        let names: Vec<_> = inner.iter().map(|field| name_of(field)).collect();
        let fixed =
            inner.iter().all(|field| field["mutable"] == false && field["required"].is_boolean());
        let method = inner.get(1).is_some_and(|field| {
            items(current.get("methods")).iter().any(|m| m["type"] == field["value"])
        });
        let related = form["relatesTo"] == serde_json::json!(["$.currentAuthenticatorEnrollment"]);
        let labelled = field["label"] == current["displayName"];
        let fits = names == ["id", "methodType"] && fixed && method && related && labelled;
        findings.add_unless(fits, read, || format!("authenticator-verification-data is {form}"));
    }
    if let Some(form) = page.remediation("keep-me-signed-in") {
        let field = &form["value"][0];
        let fits =
            field["type"] == "boolean" && field["label"].is_string() && field["required"] == true;
        findings.add_unless(fits, read, || format!("keepMeSignedIn is {field}"));
    }
    if let Some(credentials) = page
        .remediation("enroll-profile")
        .map(|form| &form["value"][1])
        .filter(|f| name_of(f) == "credentials")
    {
        let related = credentials["relatesTo"] == "$.currentAuthenticator";
        let required = credentials.pointer("/form/value/0/required") == Some(&Value::from(true));
        findings.add_unless(related && required, read, || format!("credentials is {credentials}"));
    }
}

fn identify(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(form) = read.page().and_then(|page| page.remediation("identify")) else { return };
    let fields = items(form.get("value"));
    let mut check = |what: &str, fits: bool| {
        findings.add_unless(fits, read, || format!("{what} is wrong: {}", form["value"]))
    };
    for field in fields {
        match name_of(field) {
            "identifier" => check(
                "identifier",
                field["label"] == "Username" && field.get("required").is_none_or(|r| r == true),
            ),
            "rememberMe" => check(
                "rememberMe",
                field["type"] == "boolean" && field["label"] == "Remember this device",
            ),
            "credentials" => {
                let inner = items(field.pointer("/form/value"));
                let passcode = inner.first().copied().unwrap_or(&Value::Null);
                let named = passcode["name"] == "passcode"
                    && passcode["label"] == "Password"
                    && passcode["secret"] == true;
                check(
                    "credentials",
                    named
                        && inner.len() == 1
                        && field["type"] == "object"
                        && field["required"] == true,
                );
            }
            "stateHandle" => {}
            other => check(other, false),
        }
    }
}

fn options(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(form) = read.page().and_then(|page| page.remediation("enroll-profile")) else {
        return;
    };
    for attribute in items(form.pointer("/value/0/form/value")) {
        let Some(list) = attribute.get("options") else { continue };
        let [shown] = items(Some(list))[..] else {
            findings.add(read, format!("{}: options is {list}", name_of(attribute)));
            continue;
        };
        let value = &shown["value"];
        let choices = items(value.pointer("/value/options"));
        let labelled =
            choices.iter().all(|choice| choice["label"].is_string() && choice["value"].is_string());
        let unique =
            choices.iter().enumerate().all(|(index, choice)| !choices[..index].contains(choice));
        let kind = ["radio", "select", "checkbox", "text"]
            .iter()
            .any(|kind| value["value"]["inputType"] == *kind);
        let has_choices = !choices.is_empty() || value["value"]["inputType"] == "checkbox";
        let fits = shown["label"] == "display"
            && value["type"] == "object"
            && labelled
            && unique
            && kind
            && has_choices;
        findings.add_unless(fits, read, || format!("{}: options is {list}", name_of(attribute)));
    }
}

fn profile(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(form) = read.page().and_then(|page| page.remediation("enroll-profile")) else {
        return;
    };
    let attributes = items(form.pointer("/value/0/form/value"));
    for attribute in &attributes {
        let label = attribute["label"].as_str().unwrap_or_default();
        findings.add_unless(!label.is_empty(), read, || {
            format!("{}: the label is {}", name_of(attribute), attribute["label"])
        });
        let is_flag = attribute["required"].is_boolean();
        findings.add_unless(is_flag, read, || {
            format!("{}: required is {}", name_of(attribute), attribute["required"])
        });
    }
    let email = attributes.iter().find(|attribute| name_of(attribute) == "email");
    findings.add_unless(email.is_some_and(|email| email["required"] == true), read, || {
        "no required email".into()
    });
}
