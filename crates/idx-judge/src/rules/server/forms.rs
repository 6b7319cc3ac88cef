//! The forms of a page.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::page::{is_state_handle, items, name_of};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;
use idx_scenario::protocol::{self, LINKS, OPTIONAL_REMEDIATIONS, PAGE_ORDER, PAGE_SETS};

pub(super) static RULES: &[&Rule] = &[
    &FORM_SHAPE,
    &HREF_ORIGIN,
    &HREF_PATH,
    &MEDIA_TYPES,
    &STATE_HANDLE_FIELD,
    &REMEDIATION_ORDER,
    &REMEDIATION_SET,
    &REMEDIATIONS_KNOWN,
    &IDP_LINK,
    &RELATES_TO,
    &RELATES_TO_CURRENT,
    &POLL_REFRESH,
];

/// Whether a media type is one of these with okta-version=1.0.0. Spacing, case and other parameters may differ.
fn is_versioned(text: &Value, types: &[&str]) -> bool {
    let text = text.as_str().unwrap_or_default().to_ascii_lowercase();
    let mut parts = text.split(';').map(str::trim);
    let is_listed = parts.next().is_some_and(|media_type| types.contains(&media_type));
    is_listed && parts.any(|parameter| parameter == "okta-version=1.0.0")
}

static FORM_SHAPE: Rule = Rule {
    id: "server.form-shape",
    level: Level::Must,
    says: "In every form, the server must set `rel` to [\"create-form\"] and `method` to POST, and send `name`, `href`, `produces`, `accepts` and a list of fields.",
    reason: "Kotlin and Swift refuse a form without name, method or href. Go stops at a form without fields.",
    source: "recorded responses; okta-mobile-swift, okta-mobile-kotlin",
    check: Check::Response(shape),
};

fn shape(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    for (place, form) in exchange.forms() {
        findings.check(form["rel"] == serde_json::json!(["create-form"]), exchange, || {
            format!("{place}: rel is {}", form["rel"])
        });
        for member in ["name", "href", "accepts"] {
            findings.check(form[member].is_string(), exchange, || {
                format!("{place}: {member} is {}", form[member])
            });
        }
        let own_name = match place.strip_prefix("currentAuthenticator ") {
            Some(name) => Some(name),
            None => (place == "cancel").then_some("cancel"),
        };
        let is_named = own_name.is_none_or(|name| form["name"] == name);
        findings.check(is_named, exchange, || format!("{place}: its name is {}", form["name"]));
        findings.check(form["method"] == "POST", exchange, || {
            format!("{place}: method is {}", form["method"])
        });
        findings.check(!items(form.get("value")).is_empty(), exchange, || {
            format!("{place}: it has no fields")
        });
    }
}

static HREF_ORIGIN: Rule = Rule {
    id: "server.href-origin",
    level: Level::Must,
    says: "The server must make every href absolute, on the origin that the client requested.",
    reason: ".NET refuses any other origin, and Kotlin refuses a relative URL.",
    source: "requirements of the SDKs in five languages",
    check: Check::Response(origin),
};

fn origin(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let origin = exchange.origin();
    for (place, form) in exchange.forms() {
        let href = form["href"].as_str().unwrap_or_default();
        let fits = href.strip_prefix(&origin).is_some_and(|rest| rest.starts_with('/'));
        findings.check(fits, exchange, || {
            format!("{place}: href is {href:?}, and the client requested {origin}")
        });
    }
}

static HREF_PATH: Rule = Rule {
    id: "server.href-path",
    level: Level::Must,
    says: "The server must point every form to the endpoint for the form's name.",
    reason: "A client follows the href without checking it.",
    source: "the forms of a sign-up, as recorded",
    check: Check::Response(path),
};

fn path(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    for (place, form) in exchange.idx_forms() {
        let href = form["href"].as_str().unwrap_or_default();
        let Some(expected) = protocol::form(name_of(form)).map(|form| form.path) else { continue };
        let path = href.strip_prefix(&exchange.origin()).unwrap_or(href);
        findings.check(path == expected, exchange, || {
            format!("{place}: href leads to {path}, not {expected}")
        });
    }
}

static MEDIA_TYPES: Rule = Rule {
    id: "server.media-types",
    level: Level::Must,
    says: "In every form, the server must set `produces` to application/ion+json and `accepts` to application/json or application/ion+json, all with okta-version=1.0.0.",
    reason: "Go and Swift send accepts as their Content-Type.",
    source: "the headers that the SDKs send",
    check: Check::Response(media_types),
};

fn media_types(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    for (place, form) in exchange.idx_forms() {
        let produces = &form["produces"];
        let fits = is_versioned(produces, &["application/ion+json"]);
        findings.check(fits, exchange, || format!("{place}: produces is {produces}"));
        let accepts = &form["accepts"];
        let fits = is_versioned(accepts, &["application/json", "application/ion+json"]);
        findings.check(fits, exchange, || format!("{place}: accepts is {accepts}"));
    }
}

static STATE_HANDLE_FIELD: Rule = Rule {
    id: "server.state-handle-field",
    level: Level::Must,
    says: "The server must end every form with a stateHandle field that is required, invisible and not mutable, and has a handle of the transaction.",
    reason: "Java and auth-js take the handle from the form, not from the page.",
    source: "the actions of a page, as recorded; okta-signin-widget#2100: two forms can carry different handles",
    check: Check::Response(state_handle),
};

fn state_handle(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    for (place, form) in exchange.idx_forms() {
        let fields = items(form.get("value"));
        let Some(last) = fields.last().filter(|field| name_of(field) == "stateHandle") else {
            findings.broken(exchange, format!("{place}: the last field is not stateHandle"));
            continue;
        };
        for (member, expected) in [("required", true), ("visible", false), ("mutable", false)] {
            let actual = &last[member];
            findings.check(*actual == expected, exchange, || {
                format!("{place}: {member} of stateHandle must be {expected}, and is {actual}")
            });
        }
        let handle = last["value"].as_str().unwrap_or_default();
        findings.check(is_state_handle(handle), exchange, || {
            format!("{place}: the value of stateHandle is {}, which is not a handle", last["value"])
        });
        findings.check(!traffic.is_of_another_transaction(handle, exchange), exchange, || {
            format!("{place}: the handle belongs to another transaction")
        });
    }
}

static REMEDIATION_ORDER: Rule = Rule {
    id: "server.remediation-order",
    level: Level::Must,
    says: "The server must list remediations in the recorded order: first the page's main form, then the list of authenticators or the form that goes back, and finally skip.",
    reason: "Java derives its status from the first form.",
    source: "the shape of a transaction, as recorded; requirements of the SDKs in five languages",
    check: Check::Response(order),
};

fn order(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    let names = page.remediation_names();
    let places: Vec<_> =
        names.iter().filter_map(|name| PAGE_ORDER.iter().position(|known| known == name)).collect();
    findings.check(places.is_sorted(), exchange, || format!("the order is {}", names.join(", ")));
}

static REMEDIATION_SET: Rule = Rule {
    id: "server.remediation-set",
    level: Level::Must,
    says: "The server must offer a combination of remediations that occurs in a recording, and no remediation twice.",
    reason: "Clients handle only these combinations.",
    source: "the pages of a sign-up, as recorded",
    check: Check::Response(set),
};

fn set(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    let names = page.remediation_names();
    if names.is_empty() {
        return;
    }
    let is_own =
        |name: &&str| protocol::is_known_remediation(name) && !OPTIONAL_REMEDIATIONS.contains(name);
    let own: Vec<_> = names.iter().copied().filter(is_own).collect();
    let sorted = |names: &[&str]| {
        let mut names = names.iter().map(ToString::to_string).collect::<Vec<_>>();
        names.sort();
        names
    };
    let only_links = names.iter().all(|name| LINKS.contains(name));
    let fits = only_links || PAGE_SETS.iter().any(|set| sorted(set) == sorted(&own));
    findings.check(fits, exchange, || format!("the forms are {}", names.join(", ")));
}

static REMEDIATIONS_KNOWN: Rule = Rule {
    id: "server.remediations-known",
    level: Level::Should,
    says: "The server should offer only recorded remediations.",
    reason: "An unknown remediation is a new feature or a misspelt name. Clients ignore it.",
    source: "the pages of a sign-up, as recorded; the SDKs ignore unknown remediations",
    check: Check::Response(known),
};

fn known(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    for name in exchange.page().map(|page| page.remediation_names()).unwrap_or_default() {
        let is_known = protocol::is_known_remediation(name);
        findings.check(is_known, exchange, || format!("it offers {name}"));
    }
}

static IDP_LINK: Rule = Rule {
    id: "server.idp-link",
    level: Level::Must,
    says: "If the server offers an identity provider, it must send type, idp with id and name, method GET and an absolute href.",
    reason: "The client sends the browser to that address, and shows the provider's name.",
    source: "redirect-idp, as recorded by the Java and .NET SDKs",
    check: Check::Response(idp),
};

fn idp(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    let remediations = page.remediations().into_iter();
    for link in remediations.filter(|form| LINKS.contains(&name_of(form))) {
        let name = name_of(link);
        for member in ["/type", "/idp/id", "/idp/name"] {
            let value = link.pointer(member).unwrap_or(&Value::Null);
            let fits = value.as_str().is_some_and(|text| !text.is_empty());
            findings.check(fits, exchange, || {
                format!("{name}: {} is {value}", member[1..].replace('/', "."))
            });
        }
        findings.check(link["method"] == "GET", exchange, || {
            format!("{name}: method must be GET, and is {}", link["method"])
        });
        let href = link["href"].as_str().unwrap_or_default();
        let fits = href.starts_with("https://") || href.starts_with("http://");
        findings.check(fits, exchange, || format!("{name}: href is {href:?}"));
    }
}

static RELATES_TO: Rule = Rule {
    id: "server.relates-to",
    level: Level::Must,
    says: "The server must send only relatesTo paths that resolve. On a form, relatesTo is a list of paths; elsewhere, it is a string.",
    reason: "auth-js throws if a path does not resolve, and Swift loses the authenticator.",
    source: "recorded responses",
    check: Check::Response(relates_to),
};

fn relates_to(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    let mut check = |place: &str, path: &Value| {
        let resolves = path.as_str().is_some_and(|path| page.resolve(path).is_some());
        findings.check(resolves, exchange, || format!("{place}: {path} does not resolve"));
    };
    for (place, form) in exchange.forms() {
        match form.get("relatesTo") {
            Some(Value::Array(paths)) if paths.len() == 1 => check(&place, &paths[0]),
            Some(other) => check(&place, &Value::from(other.to_string())),
            None => {}
        }
    }
    for (place, field) in exchange.fields() {
        if let Some(path) = field.get("relatesTo") {
            check(&place, path);
        }
    }
    for option in exchange.options() {
        check("an option", option.get("relatesTo").unwrap_or(&Value::Null));
    }
}

static RELATES_TO_CURRENT: Rule = Rule {
    id: "server.relates-to-current",
    level: Level::Must,
    says: "The server must set relatesTo of enroll-authenticator and authenticator-enrollment-data to $.currentAuthenticator.",
    reason: "Clients learn from it which authenticator the form is for.",
    source: "the forms of a sign-up, as recorded",
    check: Check::Response(relates_to_current),
};

fn relates_to_current(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    for name in ["enroll-authenticator", "authenticator-enrollment-data"] {
        if let Some(form) = page.remediation(name) {
            let fits = form["relatesTo"] == serde_json::json!(["$.currentAuthenticator"]);
            findings
                .check(fits, exchange, || format!("{name}: relatesTo is {}", form["relatesTo"]));
        }
    }
}

static POLL_REFRESH: Rule = Rule {
    id: "server.poll-refresh",
    level: Level::Must,
    says: "The server must give a poll form, and no other form, a refresh in milliseconds, of at least 500.",
    reason: "Clients wait that long between two polls. A client that reads seconds as milliseconds floods the server.",
    source: "refresh as recorded: 4000, 4200 and 6202, and 500 in January 2021",
    check: Check::Response(refresh),
};

/// The shortest polling interval in a recording, in milliseconds.
const SHORTEST_REFRESH: u64 = 500;

fn refresh(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    for (place, form) in exchange.forms() {
        let refresh = form.get("refresh");
        let fits = match name_of(form) {
            "poll" => {
                refresh.and_then(Value::as_u64).is_some_and(|refresh| refresh >= SHORTEST_REFRESH)
            }
            _ => refresh.is_none(),
        };
        findings.check(fits, exchange, || {
            let actual = refresh.map_or_else(|| "missing".to_owned(), ToString::to_string);
            format!("{place}: refresh is {actual}")
        });
    }
}
