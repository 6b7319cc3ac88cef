//! The members of a page.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::page::items;
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[
    &VERSION,
    &MEMBERS_REQUIRED,
    &MEMBERS_OF_USER,
    &MEMBERS_KNOWN,
    &WRAPPERS,
    &INTENT,
    &APP,
    &FAILURE,
    &REMEDIATION_THERE,
];

const KNOWN: &[&str] = &[
    "version",
    "stateHandle",
    "expiresAt",
    "intent",
    "remediation",
    "messages",
    "currentAuthenticator",
    "currentAuthenticatorEnrollment",
    "authenticators",
    "authenticatorEnrollments",
    "enrollmentAuthenticator",
    "user",
    "cancel",
    "app",
    "authentication",
    "successWithInteractionCode",
    "captcha",
    "uiDisplay",
    "failure",
    "success",
];
const OBJECTS: &[&str] = &[
    "currentAuthenticatorEnrollment",
    "currentAuthenticator",
    "enrollmentAuthenticator",
    "user",
    "app",
    "authentication",
];
const LISTS: &[&str] = &["remediation", "messages", "authenticators", "authenticatorEnrollments"];

static VERSION: Rule = Rule {
    id: "server.version",
    level: Level::Must,
    says: "The server must put version \"1.0.0\" in every IDX body.",
    reason: "auth-js treats a body without a version as an API error and refuses any other version.",
    source: "the actions of a page, as recorded; requirements of the SDKs in five languages",
    check: Check::Response(version),
};

fn version(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if let Some(body) = exchange.idx_body() {
        findings.check(body["version"] == "1.0.0", exchange, || {
            format!("version is {}", body["version"])
        });
    }
}

/// A response with status 200 is a page.
fn is_expected(exchange: &ParsedExchange<'_>) -> bool {
    exchange.status() == 200 && exchange.idx_body().is_some()
}

static MEMBERS_REQUIRED: Rule = Rule {
    id: "server.members-required",
    level: Level::Must,
    says: "The server must put stateHandle, expiresAt, intent, cancel and app on every IDX response that continues or completes a sign-up, and a message on every other IDX response.",
    reason: "Go stops at a response that offers nothing, and the other SDKs read these members without a check.",
    source: "requirements of the SDKs in five languages; recorded terminal pages lack any of these members",
    check: Check::Response(required),
};

fn required(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(body) = exchange.idx_body() else { return };
    let goes_on =
        body.get("remediation").is_some() || body.get("successWithInteractionCode").is_some();
    // Every recorded page that ends a transaction has a message, and may lack the other members.
    if !goes_on && is_expected(exchange) {
        findings.check(body.get("messages").is_some(), exchange, || {
            "it has no remediation, code or message".into()
        });
    }
    for member in ["stateHandle", "expiresAt", "intent"] {
        let text = body.get(member).map(|value| value.as_str().unwrap_or_default());
        let fits = text.map_or(!goes_on, |text| !text.is_empty());
        findings.check(fits, exchange, || format!("{member} is {}", body[member]));
    }
    if !goes_on {
        return;
    }
    for member in ["cancel", "app"] {
        findings
            .check(body[member].is_object(), exchange, || format!("{member} is {}", body[member]));
    }
}

static MEMBERS_OF_USER: Rule = Rule {
    id: "server.members-of-user",
    level: Level::Must,
    says: "The server must put user, authenticators and authenticatorEnrollments on every page that is not final, once the user exists.",
    reason: ".NET reads both lists without checking that they exist.",
    source: "requirements of the SDKs in five languages; recorded responses",
    check: Check::Response(of_user),
};

fn of_user(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page().filter(|page| !page.remediations().is_empty()) else { return };
    // Sign-in pages within a sign-up have no list of choices.
    let chooses =
        ["challenge-authenticator", "authenticator-verification-data", "keep-me-signed-in"]
            .iter()
            .all(|name| page.remediation(name).is_none());
    if has_user(exchange, traffic) {
        let lists = if chooses { &["authenticators"][..] } else { &[] };
        for member in ["user", "authenticatorEnrollments"].iter().chain(lists) {
            findings
                .check(page.0.get(*member).is_some(), exchange, || format!("{member} is missing"));
        }
    }
}

/// Whether the transaction has a user by now.
fn has_user(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>) -> bool {
    let of_transaction = traffic.earlier(exchange).chain([exchange]);
    // A cancel ends the transaction, and its response is the first page of another.
    exchange.endpoint() != "cancel"
        && of_transaction.into_iter().any(|other| {
            other.page().is_some_and(|page| page.0.get("user").is_some())
                || (other.endpoint() == "enroll/new" && other.status() == 200)
        })
}

static MEMBERS_KNOWN: Rule = Rule {
    id: "server.members-known",
    level: Level::Should,
    says: "The server should put only members that recordings of Okta contain on a page.",
    reason: "An unknown member is a new feature or a misspelt name, and a strict client refuses both.",
    source: "the recorded order of members",
    check: Check::Response(known),
};

fn known(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(Value::Object(members)) = exchange.page().map(|page| page.0) else { return };
    for member in members.keys() {
        findings.check(KNOWN.contains(&member.as_str()), exchange, || format!("it has {member}"));
    }
}

static WRAPPERS: Rule = Rule {
    id: "server.wrappers",
    level: Level::Must,
    says: "The server must wrap the objects and lists at the top of a page, such as user and remediation, as {\"type\":\"object\"|\"array\",\"value\":…}.",
    reason: "Every SDK reads the value through its wrapper.",
    source: "recorded responses",
    check: Check::Response(wrappers),
};

fn wrappers(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(body) = exchange.idx_body() else { return };
    let mut check = |member: &str, kind: &str, fits: fn(&Value) -> bool| {
        if let Some(wrapped) = body.get(member) {
            let holds = wrapped["type"] == kind && fits(&wrapped["value"]);
            findings.check(holds, exchange, || format!("{member} is not wrapped as {kind}"));
        }
    };
    OBJECTS.iter().for_each(|member| check(member, "object", Value::is_object));
    LISTS.iter().for_each(|member| check(member, "array", Value::is_array));
}

static INTENT: Rule = Rule {
    id: "server.intent",
    level: Level::Must,
    says: "The server must send the intent LOGIN on every page of a sign-up.",
    reason: "Kotlin and Swift map the intent to an enum.",
    source: "recorded responses",
    check: Check::Response(intent),
};

fn intent(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if let Some(page) = exchange.page() {
        findings.check(page.0["intent"] == "LOGIN", exchange, || {
            format!("intent is {}", page.0["intent"])
        });
    }
}

static APP: Rule = Rule {
    id: "server.app",
    level: Level::Must,
    says: "The server must describe the client in app with id, label and name.",
    reason: "Without these, Swift and Kotlin refuse the whole response.",
    source: "okta-mobile-swift, okta-mobile-kotlin",
    check: Check::Response(app),
};

fn app(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(app) = exchange.page().and_then(|page| page.0.get("app")) else { return };
    for member in ["id", "label", "name"] {
        let value = &app["value"][member];
        findings.check(value.as_str().is_some_and(|text| !text.is_empty()), exchange, || {
            format!("app.{member} is {value}")
        });
    }
    findings.check(app["value"]["name"] == "oidc_client", exchange, || {
        format!("app.name is {}", app["value"]["name"])
    });
    let id = &app["value"]["id"];
    let client = traffic
        .interact_of(exchange)
        .and_then(|interact| interact.raw.request.form().remove("client_id"));
    if let Some(client) = client {
        findings.check(id == client.as_str(), exchange, || {
            format!("app.id is {id}, and the client's id is {client:?}")
        });
    }
}

static FAILURE: Rule = Rule {
    id: "server.failure",
    level: Level::Must,
    says: "If the server sends failure, its value must be a redirect to the error page on the origin that the client requested.",
    reason: "The client sends a browser there.",
    source: "error catalogue E25; widget fixture error-with-failure-redirect",
    check: Check::Response(failure),
};

fn failure(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(failure) = exchange.idx_body().and_then(|body| body.get("failure")) else { return };
    let start = format!("{}/login/error/redirect", exchange.origin());
    let fits = failure["name"] == "failure-redirect"
        && failure["href"].as_str().is_some_and(|href| href.starts_with(&start));
    findings.check(fits, exchange, || format!("failure is {failure}"));
}

static REMEDIATION_THERE: Rule = Rule {
    id: "server.remediation-there",
    level: Level::Must,
    says: "If the server sends remediation, it must be a non-empty list of forms.",
    reason: "Java derives its status from the first form and fails on an empty list.",
    source: "the shape of a transaction, as recorded; recorded responses",
    check: Check::Response(remediation),
};

fn remediation(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(list) = exchange.page().and_then(|page| page.0.get("remediation")) else { return };
    findings.check(!items(list.get("value")).is_empty(), exchange, || "the list is empty".into());
}
