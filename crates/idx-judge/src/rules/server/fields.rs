//! The fields of a form.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::page::{items, name_of};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;
use idx_scenario::protocol::Form;

pub(super) static RULES: &[&Rule] = &[
    &FIELD_SHAPE,
    &FIELD_NAMES_UNIQUE,
    &FIELD_FIXED,
    &FIELD_MEMBERS_KNOWN,
    &FORM_FIELDS,
    &PASSCODE_FIELD,
    &CHALLENGE_FIELDS,
    &IDENTIFY_FIELDS,
    &PROFILE_OPTIONS,
    &PROFILE_FIELDS,
];

const FLAGS: &[&str] = &["required", "visible", "mutable", "secret", "customLabel"];
const TEXTS: &[&str] = &["label", "type", "desc", "descKey", "hint"];
const LENGTHS: &[&str] = &["minLength", "maxLength"];
const OTHERS: &[&str] = &["name", "value", "form", "options", "messages", "relatesTo"];

static FIELD_SHAPE: Rule = Rule {
    id: "server.field-shape",
    level: Level::Must,
    says: "The server must give every field a name, and send required, mutable, secret and visible as booleans, label and type as strings, and lengths as numbers.",
    reason: "Typed clients refuse the whole response if one member has another type.",
    source: "recorded responses; okta-idx-java, okta-mobile-swift, okta-mobile-kotlin",
    check: Check::Response(shape),
};

fn shape(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    for (place, field) in exchange.fields() {
        let mut check = |member: &str, fits: fn(&Value) -> bool| {
            if let Some(value) = field.get(member) {
                findings.check(fits(value), exchange, || format!("{place}: {member} is {value}"));
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
        findings.check(!name.is_empty(), exchange, || {
            format!("{place}: its name is {}", field["name"])
        });
    }
}

static FIELD_NAMES_UNIQUE: Rule = Rule {
    id: "server.field-names-unique",
    level: Level::Must,
    says: "The server must give each field of a form its own name.",
    reason: "The second field would overwrite the first in the request.",
    source: "recorded responses",
    check: Check::Response(unique),
};

fn unique(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let fields = exchange.fields();
    for (index, (place, _)) in fields.iter().enumerate() {
        let repeated = fields[..index].iter().any(|(other, _)| other == place);
        findings.check(!repeated, exchange, || format!("{place} appears twice"));
    }
}

static FIELD_FIXED: Rule = Rule {
    id: "server.field-fixed",
    level: Level::Must,
    says: "The server must give a value to every field that is not mutable.",
    reason: "The client cannot provide the value.",
    source: "the actions of a page, as recorded",
    check: Check::Response(fixed),
};

fn fixed(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    for (place, field) in exchange.fields() {
        let fits = field["mutable"] != false || field["value"].is_string();
        findings.check(fits, exchange, || format!("{place}: its value is {}", field["value"]));
    }
}

static FIELD_MEMBERS_KNOWN: Rule = Rule {
    id: "server.field-members-known",
    level: Level::Should,
    says: "The server should put only recorded members on a field.",
    reason: "An unknown member is a new feature or a misspelt name.",
    source: "the keys in use",
    check: Check::Response(known),
};

fn known(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    for (place, field) in exchange.fields() {
        for member in field.as_object().into_iter().flat_map(|members| members.keys()) {
            let is_known = [FLAGS, TEXTS, LENGTHS, OTHERS]
                .iter()
                .any(|names| names.contains(&member.as_str()));
            findings.check(is_known, exchange, || format!("{place}: it has {member}"));
        }
    }
}

static FORM_FIELDS: Rule = Rule {
    id: "server.form-fields",
    level: Level::Must,
    says: "The server must give each form the fields that belong to its name, in the recorded order.",
    reason: "Clients fill fields by these names.",
    source: "the forms of a sign-up, as recorded",
    check: Check::Response(form_fields),
};

fn form_fields(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    for (place, form) in exchange.idx_forms() {
        let names: Vec<_> = items(form.get("value")).into_iter().map(name_of).collect();
        let fits = Form::has_fields(name_of(form), &names);
        findings.check(fits, exchange, || format!("{place}: its fields are {}", names.join(", ")));
    }
}

static PASSCODE_FIELD: Rule = Rule {
    id: "server.passcode-field",
    level: Level::Must,
    says: "The server must send credentials as a required object with one passcode: secret and labelled Enter password for a new password, labelled Enter code for a code.",
    reason: "The widget builds its input from these members, and shows the text of a field that is not secret.",
    source: "the forms of a sign-up, as recorded",
    check: Check::Response(passcode),
};

fn passcode(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    let current = exchange
        .current_authenticator()
        .or_else(|| page.0.pointer("/currentAuthenticatorEnrollment/value"));
    let is_password = current.is_some_and(|current| current["key"] == "okta_password");
    for name in ["enroll-authenticator", "challenge-authenticator", "enroll-profile"] {
        let fields = items(page.remediation(name).and_then(|form| form.get("value")));
        if let Some(credentials) = fields.into_iter().find(|field| name_of(field) == "credentials")
        {
            check_credentials(
                exchange,
                credentials,
                is_password || name == "enroll-profile",
                findings,
            );
        }
    }
}

fn check_credentials(
    exchange: &ParsedExchange<'_>,
    credentials: &Value,
    is_password: bool,
    findings: &mut Findings,
) {
    let inner = items(credentials.pointer("/form/value"));
    let fits =
        credentials["type"] == "object" && credentials["required"] == true && inner.len() == 1;
    findings.check(fits, exchange, || format!("credentials is {credentials}"));
    let Some(passcode) = inner.first() else { return };
    findings.check(passcode["name"] == "passcode", exchange, || {
        format!("its field is {}", passcode["name"])
    });
    let labels = if is_password {
        ["Enter password", "Enter Password"]
    } else {
        ["Enter code", "Enter Code"]
    };
    let labelled = labels.iter().any(|label| passcode["label"] == *label);
    findings.check(labelled, exchange, || format!("the label is {}", passcode["label"]));
    findings.check((passcode["secret"] == true) == is_password, exchange, || {
        format!("secret is {}", passcode["secret"])
    });
    let empty = passcode.get("value").is_none_or(Value::is_null);
    findings.check(empty, exchange, || "the response repeats the passcode".into());
}

static CHALLENGE_FIELDS: Rule = Rule {
    id: "server.challenge-fields",
    level: Level::Must,
    says: "On a challenge page during a sign-up, the server must send `id` and `methodType` as fixed values. On the page that asks whether to stay signed in, it must send a required boolean field with a label.",
    reason: "Clients respond to these pages without asking the user.",
    source: "the forms of a sign-up, as recorded; recorded by every SDK",
    check: Check::Response(challenge),
};

fn challenge(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
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
        findings.check(fits, exchange, || format!("authenticator-verification-data is {form}"));
    }
    if let Some(form) = page.remediation("keep-me-signed-in") {
        let field = &form["value"][0];
        let fits =
            field["type"] == "boolean" && field["label"].is_string() && field["required"] == true;
        findings.check(fits, exchange, || format!("keepMeSignedIn is {field}"));
    }
    if let Some(credentials) = page
        .remediation("enroll-profile")
        .map(|form| &form["value"][1])
        .filter(|f| name_of(f) == "credentials")
    {
        let related = credentials["relatesTo"] == "$.currentAuthenticator";
        let required = credentials.pointer("/form/value/0/required") == Some(&Value::from(true));
        findings.check(related && required, exchange, || format!("credentials is {credentials}"));
    }
}

static IDENTIFY_FIELDS: Rule = Rule {
    id: "server.identify-fields",
    level: Level::Must,
    says: "On the start page, the server must ask for Username and, if required, for Password as a secret field. It can also offer to remember the device.",
    reason: "The widget builds its first page from these fields.",
    source: "the forms of a sign-up, as recorded",
    check: Check::Response(identify),
};

fn identify(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(form) = exchange.page().and_then(|page| page.remediation("identify")) else { return };
    let fields = items(form.get("value"));
    let mut check = |what: &str, fits: bool| {
        findings.check(fits, exchange, || {
            format!("{what} differs from the recordings: {}", form["value"])
        })
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

static PROFILE_OPTIONS: Rule = Rule {
    id: "server.profile-options",
    level: Level::Must,
    says: "If an attribute allows only certain values, the server must list them in display, together with the input type.",
    reason: "The widget builds a choice from it.",
    source: "the forms of a sign-up, as recorded",
    check: Check::Response(options),
};

fn options(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(form) = exchange.page().and_then(|page| page.remediation("enroll-profile")) else {
        return;
    };
    for attribute in items(form.pointer("/value/0/form/value")) {
        let Some(list) = attribute.get("options") else { continue };
        let [shown] = items(Some(list))[..] else {
            findings.broken(exchange, format!("{}: options is {list}", name_of(attribute)));
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
        findings.check(fits, exchange, || format!("{}: options is {list}", name_of(attribute)));
    }
}

static PROFILE_FIELDS: Rule = Rule {
    id: "server.profile-fields",
    level: Level::Must,
    says: "The server must give every profile attribute a name and a label, and require email, or login if the form has no email.",
    reason: "Error messages name an attribute by its label.",
    source: "the forms of a sign-up, as recorded",
    check: Check::Response(profile),
};

fn profile(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(form) = exchange.page().and_then(|page| page.remediation("enroll-profile")) else {
        return;
    };
    let attributes = items(form.pointer("/value/0/form/value"));
    for attribute in &attributes {
        let label = attribute["label"].as_str().unwrap_or_default();
        findings.check(!label.is_empty(), exchange, || {
            format!("{}: the label is {}", name_of(attribute), attribute["label"])
        });
        let is_flag = attribute["required"].is_boolean();
        findings.check(is_flag, exchange, || {
            format!("{}: required is {}", name_of(attribute), attribute["required"])
        });
    }
    let named = |name: &str| attributes.iter().find(|attribute| name_of(attribute) == name);
    let identity = named("email").or_else(|| named("login"));
    findings.check(identity.is_some_and(|field| field["required"] == true), exchange, || {
        "email or login is missing or not required".into()
    });
}
