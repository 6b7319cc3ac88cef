//! `expiresAt`.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] =
    &[&EXPIRES_AT_FORMAT, &EXPIRES_AT_ARITHMETIC, &EXPIRES_AT_AHEAD];

/// Endpoints whose success moves the end of the transaction.
const MOVING: &[&str] = &[
    "identify/select",
    "enroll",
    "enroll/new",
    "credential/enroll",
    "challenge/answer",
    "skip",
    "cancel",
];

static EXPIRES_AT_FORMAT: Rule = Rule {
    id: "server.expires-at-format",
    level: Level::Must,
    says: "The server must write expiresAt as yyyy-MM-ddTHH:mm:ss.SSSZ.",
    reason: "Kotlin and Swift parse exactly this format and refuse any other.",
    source: "requirements of the SDKs in five languages",
    check: Check::Response(format),
};

fn format(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page() else { return };
    let text = page.0["expiresAt"].as_str().unwrap_or_default();
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let fits = shape == "0000-00-00T00:00:00.000Z" && text.parse::<Timestamp>().is_ok();
    findings.check(fits, exchange, || format!("it is {:?}", page.0["expiresAt"]));
}

static EXPIRES_AT_ARITHMETIC: Rule = Rule {
    id: "server.expires-at-arithmetic",
    level: Level::Must,
    says: "The server must set expiresAt to two hours after an action before the user exists, to five minutes after it once the user exists, and to sixty seconds after the success.",
    reason: "Clients count down to it, and the interaction code expires with it.",
    source: "recorded by the Java and Go SDKs",
    check: Check::Response(arithmetic),
};

fn arithmetic(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some((now, end)) = times(exchange) else { return };
    let Some(page) = exchange.page().filter(|_| exchange.status() == 200) else { return };
    let first = exchange.endpoint() == "introspect"
        && page
            .state_handle()
            .is_some_and(|handle| traffic.page_with_handle(exchange, handle).is_none());
    if !first && !MOVING.contains(&exchange.endpoint()) {
        return;
    }
    // A repeated request has no effect, so it does not extend the expiry.
    if exchange.endpoint() == "enroll/new" && repeated(exchange, traffic) {
        return;
    }
    let life = if page.success().is_some() {
        SignedDuration::from_secs(60)
    } else if page.0.get("user").is_some() {
        SignedDuration::from_mins(5)
    } else {
        SignedDuration::from_hours(2)
    };
    let actual = end.duration_since(now);
    // Every recording truncates fractions of a second.
    let fits = actual <= life && actual > life - SignedDuration::from_secs(1);
    findings.check(fits, exchange, || format!("it is {actual:#} ahead, not {life:#}"));
}

fn repeated(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>) -> bool {
    traffic.earlier(exchange).any(|other| other.endpoint() == "enroll/new" && other.status() == 200)
}

static EXPIRES_AT_AHEAD: Rule = Rule {
    id: "server.expires-at-ahead",
    level: Level::Must,
    says: "The server must set expiresAt to a time in the future.",
    reason: "A client that compares it with the clock gives up at once.",
    source: "recorded responses",
    check: Check::Response(ahead),
};

fn ahead(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if let Some((now, end)) = times(exchange) {
        findings
            .check(end > now, exchange, || format!("it is {now}, and the page expired at {end}"));
    }
}

/// The org's time and the page's end, where both are known.
fn times(exchange: &ParsedExchange<'_>) -> Option<(Timestamp, Timestamp)> {
    let now = exchange.raw.org_time.as_deref()?.parse().ok()?;
    let end = exchange.page()?.0.get("expiresAt").and_then(Value::as_str)?.parse().ok()?;
    Some((now, end))
}
