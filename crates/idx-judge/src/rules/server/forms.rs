//! The forms of a page.

use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use crate::page::{items, name_of};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.form-shape",
        Check::Answer(shape),
        [
            "a form has rel [\"create-form\"], a name, an href, method POST, produces, accepts and a list of fields",
            "Kotlin and Swift refuse the answer without name, method or href; Go stops at a form without fields",
            "answers, as recorded; okta-mobile-swift, okta-mobile-kotlin",
        ],
    ),
    Rule::must(
        "server.href-origin",
        Check::Answer(origin),
        [
            "every href is absolute and on the origin that was asked",
            ".NET refuses any other origin, Kotlin any relative address",
            "what the SDKs of five languages demand",
        ],
    ),
    Rule::must(
        "server.href-path",
        Check::Answer(path),
        [
            "every form leads to the endpoint that its name belongs to",
            "a client follows the href without a look at it",
            "the forms of a sign-up, as recorded",
        ],
    ),
    Rule::must(
        "server.media-types",
        Check::Answer(media_types),
        [
            "a form produces application/ion+json and accepts application/json, each with okta-version=1.0.0",
            "Go and Swift send what accepts says as their Content-Type",
            "the headers that the SDKs send",
        ],
    ),
    Rule::must(
        "server.state-handle-field",
        Check::Answer(state_handle),
        [
            "every form carries stateHandle as its last field: required, invisible, not mutable, with the page's value",
            "Java and auth-js take the handle from the form, not from the page",
            "the actions of a page, as recorded; answers, as recorded",
        ],
    ),
    Rule::must(
        "server.remediation-order",
        Check::Answer(order),
        [
            "the forms stand in the recorded order: the one to act on first, then the list or the way back, skip last",
            "Java reads its status from the first form",
            "the shape of a transaction, as recorded; what the SDKs of five languages demand",
        ],
    ),
    Rule::must(
        "server.remediation-set",
        Check::Answer(set),
        [
            "the forms of a page are a set that is recorded together, each once",
            "clients meet the forms in these combinations alone",
            "the pages of a sign-up, as recorded",
        ],
    ),
    Rule::must(
        "server.relates-to",
        Check::Answer(relates_to),
        [
            "every relatesTo resolves, is a list on a form and a string elsewhere",
            "auth-js throws where it does not resolve; Swift loses the authenticator",
            "answers, as recorded",
        ],
    ),
    Rule::must(
        "server.relates-to-current",
        Check::Answer(relates_to_current),
        [
            "enroll-authenticator and authenticator-enrollment-data relate to $.currentAuthenticator",
            "clients learn from it what is being asked for",
            "the forms of a sign-up, as recorded",
        ],
    ),
    Rule::must(
        "server.poll-refresh",
        Check::Answer(refresh),
        [
            "a poll form, and no other, has a refresh in milliseconds above zero",
            "clients wait that long between two polls",
            "the actions of a page, as recorded",
        ],
    ),
];

const ION: &str = "application/ion+json; okta-version=1.0.0";
const JSON: &str = "application/json; okta-version=1.0.0";

/// Where each form leads.
const PATHS: &[(&str, &str)] = &[
    ("identify", "identify"),
    ("select-identify", "identify/select"),
    ("select-enroll-profile", "enroll"),
    ("enroll-profile", "enroll/new"),
    ("select-authenticator-enroll", "credential/enroll"),
    ("authenticator-enrollment-data", "credential/enroll"),
    ("enroll-authenticator", "challenge/answer"),
    ("skip", "skip"),
    ("authenticator-verification-data", "challenge"),
    ("challenge-authenticator", "challenge/answer"),
    ("keep-me-signed-in", "keep-me-signed-in"),
    ("cancel", "cancel"),
    ("resend", "challenge/resend"),
    ("poll", "challenge/poll"),
    ("recover", "recover"),
];

/// The sets of forms that stand on one page, in their order.
const SETS: &[&[&str]] = &[
    &["identify", "select-enroll-profile"],
    &["identify"],
    &["enroll-profile", "select-identify"],
    &["select-authenticator-enroll"],
    &["select-authenticator-enroll", "skip"],
    &["enroll-authenticator", "select-authenticator-enroll"],
    &["enroll-authenticator", "select-authenticator-enroll", "skip"],
    &["authenticator-enrollment-data", "select-authenticator-enroll"],
    &["authenticator-enrollment-data", "select-authenticator-enroll", "skip"],
    &["authenticator-verification-data"],
    &["challenge-authenticator"],
    &["keep-me-signed-in"],
];

fn shape(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    for (place, form) in read.forms() {
        findings.add_unless(form["rel"] == serde_json::json!(["create-form"]), read, || {
            format!("{place}: rel is {}", form["rel"])
        });
        for member in ["name", "href", "accepts"] {
            findings.add_unless(form[member].is_string(), read, || {
                format!("{place}: {member} is {}", form[member])
            });
        }
        let own_name = match place.strip_prefix("currentAuthenticator ") {
            Some(name) => Some(name),
            None => (place == "cancel").then_some("cancel"),
        };
        let is_named = own_name.is_none_or(|name| form["name"] == name);
        findings.add_unless(is_named, read, || format!("{place}: its name is {}", form["name"]));
        findings.add_unless(form["method"] == "POST", read, || {
            format!("{place}: method is {}", form["method"])
        });
        findings.add_unless(!items(form.get("value")).is_empty(), read, || {
            format!("{place}: it has no fields")
        });
    }
}

fn origin(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let origin = read.origin();
    for (place, form) in read.forms() {
        let href = form["href"].as_str().unwrap_or_default();
        let fits = href.strip_prefix(&origin).is_some_and(|rest| rest.starts_with('/'));
        findings.add_unless(fits, read, || {
            format!("{place}: href is {href:?}, and {origin} was asked")
        });
    }
}

fn path(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    for (place, form) in read.idx_forms() {
        let href = form["href"].as_str().unwrap_or_default();
        let expected = PATHS
            .iter()
            .find(|(name, _)| *name == name_of(form))
            .map(|(_, path)| format!("/idp/idx/{path}"));
        let Some(expected) = expected else { continue };
        let path = href.strip_prefix(&read.origin()).unwrap_or(href);
        findings.add_unless(path == expected, read, || {
            format!("{place}: it leads to {path}, not {expected}")
        });
    }
}

fn media_types(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    for (place, form) in read.idx_forms() {
        findings.add_unless(form["produces"] == ION, read, || {
            format!("{place}: produces is {}", form["produces"])
        });
        let accepts = form["accepts"].as_str().unwrap_or_default();
        findings.add_unless([JSON, ION].contains(&accepts), read, || {
            format!("{place}: accepts is {accepts:?}")
        });
    }
}

fn state_handle(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let handle = read.page().and_then(crate::page::Page::state_handle).unwrap_or_default();
    let right = serde_json::json!({"name": "stateHandle", "required": true, "value": handle, "visible": false, "mutable": false});
    for (place, form) in read.idx_forms() {
        let fields = items(form.get("value"));
        let Some(last) = fields.last().filter(|field| name_of(field) == "stateHandle") else {
            findings.add(read, format!("{place}: the last field is not stateHandle"));
            continue;
        };
        findings.add_unless(**last == right, read, || format!("{place}: the field is {last}"));
    }
}

fn order(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    const ORDER: &[&str] = &[
        "identify",
        "enroll-profile",
        "enroll-authenticator",
        "authenticator-enrollment-data",
        "select-authenticator-enroll",
        "select-enroll-profile",
        "select-identify",
        "unlock-account",
        "redirect-idp",
        "skip",
    ];
    let Some(page) = read.page() else { return };
    let names = page.remediation_names();
    let places: Vec<_> =
        names.iter().filter_map(|name| ORDER.iter().position(|known| known == name)).collect();
    findings.add_unless(places.is_sorted(), read, || format!("the order is {}", names.join(", ")));
}

fn set(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    let names = page.remediation_names();
    if names.is_empty() {
        return;
    }
    // Forms that the sign-up page of another org may have besides.
    let own: Vec<_> = names
        .iter()
        .copied()
        .filter(|name| !["unlock-account", "redirect-idp"].contains(name))
        .collect();
    let sorted = |names: &[&str]| {
        let mut names = names.iter().map(ToString::to_string).collect::<Vec<_>>();
        names.sort();
        names
    };
    let fits = SETS.iter().any(|set| sorted(set) == sorted(&own));
    findings.add_unless(fits, read, || format!("the forms are {}", names.join(", ")));
}

fn relates_to(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    let mut check = |place: &str, path: &Value| {
        let resolves = path.as_str().is_some_and(|path| page.resolve(path).is_some());
        findings.add_unless(resolves, read, || format!("{place}: {path} leads to nothing"));
    };
    for (place, form) in read.forms() {
        match form.get("relatesTo") {
            Some(Value::Array(paths)) if paths.len() == 1 => check(&place, &paths[0]),
            Some(other) => check(&place, &Value::from(other.to_string())),
            None => {}
        }
    }
    for (place, field) in read.fields() {
        if let Some(path) = field.get("relatesTo") {
            check(&place, path);
        }
    }
    for option in read.options() {
        check("an option", option.get("relatesTo").unwrap_or(&Value::Null));
    }
}

fn relates_to_current(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    for name in ["enroll-authenticator", "authenticator-enrollment-data"] {
        if let Some(form) = page.remediation(name) {
            let fits = form["relatesTo"] == serde_json::json!(["$.currentAuthenticator"]);
            findings
                .add_unless(fits, read, || format!("{name}: relatesTo is {}", form["relatesTo"]));
        }
    }
}

fn refresh(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    for (place, form) in read.forms() {
        let refresh = form.get("refresh");
        let fits = match name_of(form) {
            "poll" => refresh.and_then(Value::as_u64).is_some_and(|refresh| refresh > 0),
            _ => refresh.is_none(),
        };
        findings.add_unless(fits, read, || format!("{place}: refresh is {refresh:?}"));
    }
}
