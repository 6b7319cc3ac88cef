//! The order of pages in a transaction.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::page::Page;
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[
    &STATE_HANDLE_FORMAT,
    &CANCEL_NEW_HANDLE,
    &INTROSPECT_CHANGES_NOTHING,
    &REFUSAL_CHANGES_NOTHING,
    &ENROLLMENTS_GROW,
    &HANDLES_DIFFER,
];

static STATE_HANDLE_FORMAT: Rule = Rule {
    id: "server.state-handle-format",
    level: Level::Must,
    says: "The server must issue a stateHandle that starts with 02 and is safe in JSON and URLs.",
    reason: "Clients such as Go put it into bodies without escaping it.",
    source: "recorded responses",
    check: Check::Response(format),
};

fn format(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(handle) = exchange.page().and_then(Page::state_handle) else { return };
    let safe = handle.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~".contains(c));
    findings.check(handle.starts_with("02") && handle.len() >= 32 && safe, exchange, || {
        format!("it is {handle:?}")
    });
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
    let Some(before) =
        page.state_handle().and_then(|handle| traffic.page_with_handle(exchange, handle))
    else {
        return;
    };
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
    let (now, before) =
        (without_messages(page.0), before.page().map(|page| without_messages(page.0)));
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

/// A page without its messages.
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
    says: "The server must leave the user, the enrollments and the handle unchanged when it refuses a request.",
    reason: "A client that corrects its request must find its page again.",
    source: "the shape of a transaction, as recorded",
    check: Check::Response(refusal),
};

fn refusal(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page().filter(|_| exchange.status() >= 400) else { return };
    let Some(sent) = exchange.sent_handle() else { return };
    findings.check(page.state_handle() == Some(sent), exchange, || {
        "the page has another handle".into()
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

static HANDLES_DIFFER: Rule = Rule {
    id: "server.handles-differ",
    level: Level::Must,
    says: "The server must give each transaction its own stateHandle and interaction handle.",
    reason: "Otherwise one user's sign-up ends in another's.",
    source: "the shape of a transaction, as recorded",
    check: Check::Response(differ),
};

fn differ(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let earlier = traffic.before(exchange);
    let handle = |exchange: &ParsedExchange<'_>| {
        exchange
            .body
            .as_ref()
            .and_then(|body| body["interaction_handle"].as_str().map(ToOwned::to_owned))
    };
    if let Some(mine) = handle(exchange) {
        let repeated = earlier.iter().any(|other| handle(other).as_ref() == Some(&mine));
        findings.check(!repeated, exchange, || {
            "the server issued the same interaction handle before".into()
        });
    }
    // The page of a fresh interaction handle must not carry a state handle of an earlier one.
    let introduced = |exchange: &ParsedExchange<'_>| {
        Some(exchange.sent.as_ref()?.get("interactionHandle")?.as_str()?.to_owned())
    };
    if let (Some(mine), Some(page)) = (introduced(exchange), exchange.page()) {
        let shared = earlier.iter().any(|other| {
            introduced(other).is_some_and(|other| other != mine)
                && other.page().and_then(Page::state_handle) == page.state_handle()
        });
        findings
            .check(!shared, exchange, || "the stateHandle belongs to another transaction".into());
    }
}
