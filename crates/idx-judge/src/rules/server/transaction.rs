//! The order of pages in a transaction.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::page::{Page, is_state_handle, without_varying_values};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[
    &STATE_HANDLE_FORMAT,
    &CANCEL_NEW_HANDLE,
    &INTROSPECT_CHANGES_NOTHING,
    &REFUSAL_CHANGES_NOTHING,
    &ENROLLMENTS_GROW,
];

static STATE_HANDLE_FORMAT: Rule = Rule {
    id: "server.state-handle-format",
    level: Level::Must,
    says: "The server must issue a stateHandle that starts with 02, or is a JWE, and is safe in JSON and URLs.",
    reason: "Clients such as Go put it into bodies without escaping it.",
    source: "recorded responses",
    check: Check::Response(format),
};

fn format(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(handle) = exchange.page().and_then(Page::state_handle) else { return };
    findings.check(is_state_handle(handle), exchange, || format!("it is {handle:?}"));
}

static CANCEL_NEW_HANDLE: Rule = Rule {
    id: "server.cancel-new-handle",
    level: Level::Must,
    says: "The server must respond to cancel with a start page that has a new stateHandle.",
    reason: "The user starts again, and the unfinished sign-up must be gone.",
    source: "the actions of a page, as recorded; recorded by the Swift SDK",
    check: Check::Response(cancelled),
};

fn cancelled(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if exchange.endpoint() != "cancel" || exchange.status() != 200 {
        return;
    }
    let Some(page) = exchange.page() else {
        return findings.broken(exchange, "the response is not a page");
    };
    findings.check(page.state_handle() != exchange.sent_handle(), exchange, || {
        "the handle is the old one".into()
    });
    findings.check(page.remediation("identify").is_some(), exchange, || {
        "it is not the start page".into()
    });
    findings.check(page.0.get("user").is_none(), exchange, || "the user is still present".into());
}

static INTROSPECT_CHANGES_NOTHING: Rule = Rule {
    id: "server.introspect-changes-nothing",
    level: Level::Must,
    says: "The server must respond to introspect with the transaction's current page.",
    reason: ".NET and Go introspect before every step, and another page misleads them.",
    source: "introspect, as recorded",
    check: Check::Response(introspect),
};

fn introspect(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) =
        exchange.page().filter(|_| exchange.endpoint() == "introspect" && exchange.status() == 200)
    else {
        return;
    };
    let Some(before) = traffic.page_before(exchange) else { return };
    // A link that the user opened, or a request that overlaps, moves the transaction on.
    let moved = traffic.before(exchange)[before.number..].iter().any(|other| {
        let path = other.raw.request.path();
        let is_link = path.starts_with("/email/") || path.starts_with("/tokens/");
        let overlaps = other.raw.at + other.raw.took > exchange.raw.at
            && other.transaction == exchange.transaction;
        is_link || overlaps
    });
    if moved {
        return;
    }
    // A refusal may appear on another page while the transaction does not move.
    if before.status() != 200 {
        return;
    }
    let (now, before) = (comparable(page.0), before.page().map(|page| comparable(page.0)));
    findings.checked(exchange);
    if let Some(before) = before.filter(|before| *before != now) {
        let differs = before
            .as_object()
            .into_iter()
            .flatten()
            .find(|(member, value)| now.get(*member) != Some(value));
        let gained =
            now.as_object().into_iter().flatten().find(|(member, _)| before.get(*member).is_none());
        let member = differs.or(gained).map_or("something", |(member, _)| member.as_str());
        findings.broken(exchange, format!("{member} differs from the page before"));
    }
}

/// A page without its messages and without the values that differ between responses.
fn comparable(page: &Value) -> Value {
    without_messages(&without_varying_values(page))
}

fn without_messages(page: &Value) -> Value {
    match page {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(name, _)| *name != "messages")
                .map(|(name, value)| (name.clone(), without_messages(value)))
                .collect(),
        ),
        Value::Array(items) => items.iter().map(without_messages).collect(),
        other => other.clone(),
    }
}

static REFUSAL_CHANGES_NOTHING: Rule = Rule {
    id: "server.refusal-changes-nothing",
    level: Level::Must,
    says: "The server must leave the user and the enrollments unchanged when it refuses a request, and stay in the transaction.",
    reason: "A client that corrects its request must find its page again.",
    source: "the shape of a transaction, as recorded",
    check: Check::Response(refusal),
};

fn refusal(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page().filter(|_| exchange.status() >= 400) else { return };
    // The handle can change with each response, but not to a handle of another transaction.
    let handle = page.state_handle().unwrap_or_default();
    findings.check(!traffic.is_of_another_transaction(handle, exchange), exchange, || {
        "the handle belongs to another transaction".into()
    });
    let Some(before) = traffic.page_before(exchange).and_then(|exchange| exchange.page()) else {
        return;
    };
    for member in ["user", "authenticatorEnrollments", "app"] {
        // The last page may omit a member, but not change it.
        if let (Some(old), Some(new)) = (before.0.get(member), page.0.get(member)) {
            findings.check(old == new, exchange, || format!("{member} has changed"));
        }
    }
}

static ENROLLMENTS_GROW: Rule = Rule {
    id: "server.enrollments-grow",
    level: Level::Must,
    says: "The server must add an enrollment only after it accepts a request, and must never remove one.",
    reason: "Clients show the list as the steps that the user has completed.",
    source: "only verified ones are listed",
    check: Check::Response(grow),
};

fn grow(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    let before = traffic.page_before(exchange).filter(|_| exchange.endpoint() != "cancel");
    let Some(before) = before.and_then(|exchange| exchange.page()) else { return };
    if page.0.get("authenticatorEnrollments").is_none()
        || before.0.get("authenticatorEnrollments").is_none()
    {
        return;
    }
    findings.checked(exchange);
    let (old, new) = (before.enrollments(), page.enrollments());
    for gone in old.iter().filter(|key| !new.contains(key)) {
        findings.broken(exchange, format!("{gone} is no longer enrolled"));
    }
    let answered = exchange.endpoint() == "challenge/answer" && exchange.status() == 200;
    if let Some(proved) = enrolling(before).filter(|key| answered && !new.contains(key)) {
        findings.broken(exchange, format!("{proved} was verified, and is not enrolled"));
    }
    let polled = exchange.endpoint() == "challenge/poll" || exchange.endpoint() == "introspect";
    if let Some(gained) = new.iter().find(|key| !old.contains(key)).filter(|_| !answered && !polled)
    {
        findings.broken(exchange, format!("{gained} became enrolled at {}", exchange.endpoint()));
    }
}

/// The key of the authenticator that a page enrolls.
fn enrolling(page: Page<'_>) -> Option<&str> {
    page.remediation("enroll-authenticator")?;
    page.0.pointer("/currentAuthenticator/value/key")?.as_str()
}
