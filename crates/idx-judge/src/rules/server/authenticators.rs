//! Authenticators and enrollments.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::difference;
use crate::page::{Page, items, name_of};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;
use idx_scenario::protocol::{AUTHENTICATORS, AuthenticatorInfo};

pub(super) static RULES: &[&Rule] = &[
    &AUTHENTICATOR_SHAPE,
    &AUTHENTICATORS_SORTED,
    &AUTHENTICATOR_IDS,
    &NOT_OFFERED_TWICE,
    &CURRENT_AUTHENTICATOR,
    &ENROLLMENT_AUTHENTICATOR,
    &CURRENT_IS_CHOSEN,
    &RESEND_AND_POLL,
    &PASSWORD_SETTINGS,
];

fn enrollments<'r>(exchange: &'r ParsedExchange<'_>) -> Vec<&'r Value> {
    items(exchange.page().and_then(|page| page.0.pointer("/authenticatorEnrollments/value")))
}

static AUTHENTICATOR_SHAPE: Rule = Rule {
    id: "server.authenticator-shape",
    level: Level::Must,
    says: "The server must give every authenticator a combination of type, key, displayName and methods that Okta uses, and an id.",
    reason: "Kotlin refuses an authenticator without a type. .NET and Go find authenticators by key and label.",
    source: "the table of authenticators",
    check: Check::Response(shape),
};

fn shape(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let current = exchange.current_authenticator();
    let of_page = |pointer| exchange.page().and_then(|page| page.0.pointer(pointer));
    let enrolling = of_page("/enrollmentAuthenticator/value");
    let challenged = of_page("/currentAuthenticatorEnrollment/value");
    for thing in exchange
        .authenticators()
        .into_iter()
        .chain(enrollments(exchange))
        .chain(current)
        .chain(enrolling)
        .chain(challenged)
    {
        let methods: Vec<_> = items(thing.get("methods"))
            .into_iter()
            .filter_map(|method| method["type"].as_str())
            .collect();
        let key = &thing["key"];
        match AUTHENTICATORS.iter().find(|known| *key == known.key) {
            Some(known) => check_authenticator(exchange, thing, known, &methods, findings),
            None => findings.broken(exchange, format!("the key {key} is unknown")),
        }
        let use_of = thing.get("allowedFor");
        let allowed = use_of.is_none_or(|use_of| {
            ["any", "sso", "recovery", "none"].iter().any(|known| use_of == known)
        });
        let alike = exchange
            .authenticators()
            .iter()
            .all(|other| other.get("allowedFor").is_some() == use_of.is_some());
        findings.check(allowed && alike, exchange, || {
            let use_of = use_of.unwrap_or(&Value::Null);
            format!("allowedFor of {} is {use_of}", thing["key"])
        });
        let masked = thing.get("profile").is_none_or(|profile| {
            profile.as_object().is_some_and(|members| {
                members.values().all(|value| {
                    value.as_str().is_some_and(|text| text.contains('*') || text.contains("XXX"))
                })
            })
        });
        findings.check(masked, exchange, || {
            format!("profile of {} is {}", thing["key"], thing["profile"])
        });
        let has_id = thing["id"].as_str().is_some_and(|id| !id.is_empty());
        findings.check(has_id, exchange, || format!("the id of {key} is {}", thing["id"]));
    }
}

fn check_authenticator(
    exchange: &ParsedExchange<'_>,
    thing: &Value,
    known: &AuthenticatorInfo,
    methods: &[&str],
    findings: &mut Findings,
) {
    for (member, expected) in [("type", known.kind), ("displayName", known.display_name)] {
        let actual = &thing[member];
        findings.check(*actual == expected, exchange, || {
            format!("{member} of {} must be \"{expected}\", and is {actual}", known.key)
        });
    }
    let fits = !methods.is_empty()
        && is_part_in_order(methods, known.methods)
        && methods.len() == items(thing.get("methods")).len();
    findings.check(fits, exchange, || {
        format!(
            "methods of {} must be from {} in this order, and are {}",
            known.key,
            known.methods.join(", "),
            thing["methods"]
        )
    });
}

/// Whether the first list is a subsequence of the second.
fn is_part_in_order(part: &[&str], whole: &[&str]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|wanted| rest.any(|found| found == wanted))
}

static AUTHENTICATORS_SORTED: Rule = Rule {
    id: "server.authenticators-sorted",
    level: Level::Must,
    says: "The server must sort authenticators and enrollments by display name and list each once.",
    reason: "Clients show them in this order.",
    source: "recorded responses",
    check: Check::Response(sorted),
};

fn sorted(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    for (what, list) in [
        ("authenticators", exchange.authenticators()),
        ("authenticatorEnrollments", enrollments(exchange)),
    ] {
        let names: Vec<_> = list.iter().filter_map(|thing| thing["displayName"].as_str()).collect();
        let fits = names.windows(2).all(|pair| pair[0] < pair[1]);
        findings.check(fits, exchange, || format!("{what}: {}", names.join(", ")));
    }
}

static AUTHENTICATOR_IDS: Rule = Rule {
    id: "server.authenticator-ids",
    level: Level::Must,
    says: "The server must give an authenticator the same id, starting with aut, on every page, and must give an enrollment an id with another prefix.",
    reason: "A client sends the id that it read from an earlier page.",
    source: "recorded responses",
    check: Check::Response(ids),
};

fn ids(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    for thing in exchange.authenticators().into_iter().chain(exchange.current_authenticator()) {
        let id = thing["id"].as_str().unwrap_or_default();
        findings.check(id.starts_with("aut"), exchange, || {
            format!("the id of {} is {id:?}", thing["key"])
        });
        let known = |other: &ParsedExchange<'_>| -> Option<Value> {
            let things = other.authenticators().into_iter().chain(other.current_authenticator());
            things
                .into_iter()
                .find(|known| known["key"] == thing["key"])
                .map(|known| known["id"].clone())
        };
        if let Some(earlier) = traffic.exchanges[..exchange.number].iter().find_map(known) {
            findings.check(earlier == id, exchange, || {
                format!("the id of {} was {earlier}", thing["key"])
            });
        }
    }
    for thing in enrollments(exchange) {
        let id = thing["id"].as_str().unwrap_or_default();
        findings.check(!id.starts_with("aut") && !id.is_empty(), exchange, || {
            format!("the enrollment's id is {id:?}")
        });
        let before = traffic
            .page_before(exchange)
            .map(enrollments)
            .unwrap_or_default()
            .into_iter()
            .find(|before| before["key"] == thing["key"]);
        if let Some(before) = before {
            findings.check(before["id"] == id, exchange, || {
                format!("the enrollment's id was {}", before["id"])
            });
        }
    }
}

static NOT_OFFERED_TWICE: Rule = Rule {
    id: "server.not-offered-twice",
    level: Level::Must,
    says: "The server must not offer an authenticator that is already enrolled.",
    reason: "The user would enroll it twice.",
    source: "the order of pages, as recorded",
    check: Check::Response(offered_once),
};

fn offered_once(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    let enrolled = page.enrollments();
    for key in page.offered_authenticators() {
        findings
            .check(!enrolled.contains(&key), exchange, || format!("{key} is enrolled and offered"));
    }
}

static CURRENT_AUTHENTICATOR: Rule = Rule {
    id: "server.current-authenticator",
    level: Level::Must,
    says: "The server must send currentAuthenticator if and only if the page asks for an authenticator.",
    reason: ".NET reads it after every choice, and the widget builds the page from it.",
    source: "the pages of a sign-up, as recorded; the forms of a sign-up, as recorded",
    check: Check::Response(current),
};

fn current(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page().filter(|page| !page.remediations().is_empty()) else { return };
    let names = page.remediation_names();
    let with_password = page.remediation("enroll-profile").is_some_and(|form| {
        items(form.get("value")).into_iter().any(|field| name_of(field) == "credentials")
    });
    let asks = with_password
        || ["enroll-authenticator", "authenticator-enrollment-data"]
            .iter()
            .any(|name| names.contains(name));
    let is_there = page.0.get("currentAuthenticator").is_some();
    // The start page has currentAuthenticator for the password, so that the user can recover it.
    let is_start = names.contains(&"identify");
    if is_start {
        let asks_password = page
            .remediation("identify")
            .is_some_and(|form| form["value"].to_string().contains("\"passcode\""));
        findings.check(asks_password == is_there, exchange, || {
            "the start page must have currentAuthenticator if and only if it asks for a password".into()
        });
        let recover = !is_there
            || page.authenticator_form("recover").is_some_and(|form| form["name"] == "recover");
        findings
            .check(recover, exchange, || "the page does not offer to recover the password".into());
    } else {
        findings
            .check(asks == is_there, exchange, || format!("the page offers {}", names.join(", ")));
    }
}

static ENROLLMENT_AUTHENTICATOR: Rule = Rule {
    id: "server.enrollment-authenticator",
    level: Level::Must,
    says: "While an authenticator is being enrolled, the server must send enrollmentAuthenticator as a copy of currentAuthenticator without resend and poll.",
    reason: "Every recorded page of this type has it. A page that asks for a phone number does not.",
    source: "the pages of a sign-up, as recorded; the forms of a sign-up, as recorded",
    check: Check::Response(enrollment),
};

fn enrollment(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    let enrolling = page.0.pointer("/enrollmentAuthenticator/value");
    if page.remediation("enroll-authenticator").is_none() {
        findings
            .check(enrolling.is_none(), exchange, || "the page enrolls no authenticator".into());
        return;
    }
    let mut current = exchange.current_authenticator().cloned().unwrap_or_default();
    if let Some(members) = current.as_object_mut() {
        members.remove("resend");
        members.remove("poll");
    }
    let enrolling = enrolling.unwrap_or(&Value::Null);
    let difference = difference::first("enrollmentAuthenticator", &current, enrolling);
    findings.check(difference.is_none(), exchange, || {
        let (place, expected, actual) = difference.unwrap_or_default();
        format!("{place} must be {expected}, and is {actual}")
    });
}

static CURRENT_IS_CHOSEN: Rule = Rule {
    id: "server.current-is-chosen",
    level: Level::Must,
    says: "The server must ask for the authenticator that the client chose.",
    reason: "The user would enter the code of one authenticator for another.",
    source: "the pages of a sign-up, as recorded",
    check: Check::Response(chosen),
};

fn chosen(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    if exchange.endpoint() != "credential/enroll" || exchange.status() != 200 {
        return;
    }
    let id = exchange
        .sent
        .as_ref()
        .and_then(|sent| sent.pointer("/authenticator/id"))
        .unwrap_or(&Value::Null);
    let current = exchange.current_authenticator().map_or(&Value::Null, |current| &current["id"]);
    findings.check(id == current, exchange, || {
        format!("the client chose {id}, and the page is for {current}")
    });
    let chosen = traffic.exchanges[..exchange.number]
        .iter()
        .flat_map(ParsedExchange::authenticators)
        .find(|known| known["id"] == *id);
    if let (Some(chosen), Some(current)) = (chosen, exchange.current_authenticator()) {
        findings.check(chosen["key"] == current["key"], exchange, || {
            format!("the client chose {}", chosen["key"])
        });
    }
}

static RESEND_AND_POLL: Rule = Rule {
    id: "server.resend-and-poll",
    level: Level::Must,
    says: "The server must offer resend for a text message or a call, resend and poll for an email, and neither for a password.",
    reason: "Clients offer the actions of currentAuthenticator.",
    source: "the forms of a sign-up, as recorded",
    check: Check::Response(resend),
};

fn resend(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let asks = |page: &Page<'_>| {
        ["enroll-authenticator", "authenticator-enrollment-data", "challenge-authenticator"]
            .iter()
            .any(|name| page.remediation(name).is_some())
    };
    let Some(page) = exchange.page().filter(asks) else { return };
    let challenged = page.0.pointer("/currentAuthenticatorEnrollment/value");
    let Some(current) = exchange.current_authenticator().or(challenged) else { return };
    let wanted: &[&str] = match current["key"].as_str() {
        Some("okta_password") => &[],
        Some("okta_email") => &["resend", "poll"],
        _ => &["resend"],
    };
    let code_only = current["contextualData"]["useEmailMagicLink"] == false;
    for name in ["resend", "poll"] {
        let is_there = page.authenticator_form(name).is_some();
        let right = wanted.contains(&name) && !(name == "poll" && code_only);
        findings.check(is_there == right, exchange, || {
            format!(
                "{}: {name} {}",
                current["key"],
                if is_there { "is present" } else { "is missing" }
            )
        });
        if let Some(form) = page.authenticator_form(name) {
            findings.check(form["name"] == name, exchange, || {
                format!("the form {name} is called {}", form["name"])
            });
        }
    }
    let is_shown = current.get("profile").is_some();
    findings.check(is_shown == challenged.is_some(), exchange, || {
        format!(
            "profile is {}, which a challenge shows and an enrollment does not",
            current["profile"]
        )
    });
}

static PASSWORD_SETTINGS: Rule = Rule {
    id: "server.password-settings",
    level: Level::Must,
    says: "The server must send the password policy with a request for a new password: every member of complexity, as a number or boolean.",
    reason: "Kotlin refuses a policy with a missing member, and Java refuses a member of another type.",
    source: "okta-idx-java, okta-mobile-kotlin; recorded responses",
    check: Check::Response(settings),
};

fn settings(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    const NUMBERS: &[&str] =
        &["minLength", "minLowerCase", "minUpperCase", "minNumber", "minSymbol"];
    let Some(current) =
        exchange.current_authenticator().filter(|current| current["key"] == "okta_password")
    else {
        return;
    };
    let is_asked =
        exchange.page().is_some_and(|page| page.remediation("enroll-authenticator").is_some());
    if !is_asked && current.get("settings").is_none() {
        return;
    }
    let complexity = &current["settings"]["complexity"];
    for member in NUMBERS {
        findings.check(complexity[*member].is_u64(), exchange, || {
            format!("complexity.{member} is {}", complexity[*member])
        });
    }
    let length = complexity["minLength"].as_u64().unwrap_or_default();
    findings.check((4..=72).contains(&length), exchange, || {
        format!("complexity.minLength is {length}")
    });
    findings.check(complexity["excludeUsername"].is_boolean(), exchange, || {
        "complexity.excludeUsername is not a boolean".into()
    });
    let attributes = complexity["excludeAttributes"].as_array();
    let fits = attributes.is_some_and(|names| {
        names.iter().all(|name| ["firstName", "lastName"].iter().any(|known| name == known))
    });
    findings.check(fits, exchange, || {
        format!("complexity.excludeAttributes is {}", complexity["excludeAttributes"])
    });
    if let Some(repeats) = complexity.get("maxConsecutiveRepeatingCharacters") {
        findings.check(repeats.is_u64(), exchange, || {
            format!("maxConsecutiveRepeatingCharacters is {repeats}")
        });
    }
    if let Some(age) = current["settings"].get("age") {
        let fits = ["minAgeMinutes", "historyCount"].iter().all(|member| age[*member].is_u64());
        findings.check(fits, exchange, || format!("age is {age}"));
    }
}
