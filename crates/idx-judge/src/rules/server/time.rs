//! `expiresAt`.

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::traffic::{Facts, ParsedExchange, Traffic};
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
    findings.check(fits, exchange, || format!("it is {}", page.0["expiresAt"]));
}

static EXPIRES_AT_ARITHMETIC: Rule = Rule {
    id: "server.expires-at-arithmetic",
    level: Level::Must,
    says: "Before the user exists, expiresAt must be two hours after the last action. Once the user exists, it must be five minutes after the last action, and after the success, sixty seconds.",
    reason: "Clients count down to it, and the interaction code expires with it.",
    source: "recorded by the Java and Go SDKs",
    check: Check::Response(arithmetic),
};

fn arithmetic(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some((mut now, end)) = times(exchange, traffic) else { return };
    let Some(page) = exchange.page().filter(|_| exchange.status() == 200) else { return };
    let first = exchange.endpoint() == "introspect" && traffic.page_before(exchange).is_none();
    if !first && !MOVING.contains(&exchange.endpoint()) {
        return;
    }
    // The transaction can begin with the interact request, and introspect only shows it.
    if let Some(interact) = traffic.interact_of(exchange).filter(|_| first) {
        let began = ServerTime::of(interact, traffic.facts);
        now.earliest = began.map_or(now.earliest, |began| began.earliest.min(now.earliest));
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
    // Every recording truncates fractions of a second.
    let ahead = end.duration_since(now.latest);
    let fits =
        ahead <= life && end.duration_since(now.earliest) > life - SignedDuration::from_secs(1);
    findings.check(fits, exchange, || {
        let seconds = ahead.as_secs();
        format!("expiresAt must be {life:#} ahead of the server's time, and is {seconds} s ahead")
    });
}

fn repeated(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>) -> bool {
    traffic.earlier(exchange).any(|other| other.endpoint() == "enroll/new" && other.status() == 200)
}

static EXPIRES_AT_AHEAD: Rule = Rule {
    id: "server.expires-at-ahead",
    level: Level::Must,
    says: "The server must send no page that has already expired.",
    reason: "A client that compares it with the clock gives up at once.",
    source: "recorded responses",
    check: Check::Response(ahead),
};

fn ahead(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    if let Some((now, end)) = times(exchange, traffic) {
        let now = now.earliest;
        findings
            .check(end > now, exchange, || format!("it is {now}, and the page expired at {end}"));
    }
}

/// The server's time when it created a response, as exactly as it is known.
#[derive(Debug, Clone, Copy)]
struct ServerTime {
    earliest: Timestamp,
    latest: Timestamp,
}

impl ServerTime {
    /// The org's frozen time or, at a target, its `Date` header. A header can be older than the page by as long as the request took, in whole seconds.
    fn of(exchange: &ParsedExchange<'_>, facts: &Facts) -> Option<Self> {
        if let Some(now) = exchange.raw.org_time.as_deref() {
            let now = now.parse().ok()?;
            return Some(Self { earliest: now, latest: now });
        }
        if !facts.dates_are_org_time {
            return None;
        }
        let date = rfc2822::parse(exchange.header("date")).ok()?.timestamp();
        let took = SignedDuration::from_millis(i64::try_from(exchange.raw.took).ok()?);
        let margin = SignedDuration::from_secs(1) + took;
        Some(Self { earliest: date - margin, latest: date + margin })
    }
}

/// The server's time and the page's end, where both are known.
fn times(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>) -> Option<(ServerTime, Timestamp)> {
    let end = exchange.page()?.0.get("expiresAt").and_then(Value::as_str)?.parse().ok()?;
    Some((ServerTime::of(exchange, traffic.facts)?, end))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::{Exchange, Request};
    use crate::http_message::HttpAnswer;
    use crate::ledger::Ledger;

    /// A target's page: its `Date` header, its expiry, and how long the request took in milliseconds.
    fn page(endpoint: &str, date: &str, expires_at: &str, took: u64, more: &Value) -> Exchange {
        let request = Request {
            method: "POST".to_owned(),
            target: format!("/idp/idx/{endpoint}"),
            headers: vec![],
            body: r#"{"stateHandle":"02"}"#.into(),
        };
        let mut body = json!({"version": "1.0.0", "stateHandle": "02", "expiresAt": expires_at});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let headers = vec![("date".to_owned(), format!("Thu, 01 Jan 2026 {date} GMT"))];
        let answer = Ok(HttpAnswer { status: 200, headers, body: body.to_string().into() });
        Exchange { at: 0, took, org_time: None, request, answer, deliberate: false }
    }

    fn breaches(exchange: Exchange) -> (usize, usize) {
        let facts = Facts { dates_are_org_time: true, ..Facts::default() };
        let exchanges = [exchange];
        let traffic = Traffic::new(&exchanges, &facts);
        EXPIRES_AT_ARITHMETIC.findings(&traffic, &Ledger::default()).counts()
    }

    fn user() -> Value {
        json!({"user": {"value": {"id": "00u"}}})
    }

    fn success() -> Value {
        json!({"user": {}, "successWithInteractionCode": {}})
    }

    #[test]
    fn expiry_at_a_target_is_compared_with_its_date() {
        for (endpoint, expires_at, more) in [
            ("cancel", "2026-01-01T14:00:00.000Z", json!({})),
            ("credential/enroll", "2026-01-01T12:05:00.000Z", user()),
            ("skip", "2026-01-01T12:01:00.000Z", success()),
        ] {
            for date in ["12:00:00", "12:00:01"] {
                let exchange = page(endpoint, date, expires_at, 40, &more);
                assert_eq!(breaches(exchange), (1, 0), "{endpoint}");
            }
        }
    }

    #[test]
    fn slow_response_has_an_older_expiry() {
        let slow = page("skip", "12:00:04", "2026-01-01T12:01:00.000Z", 4000, &success());
        assert_eq!(breaches(slow), (1, 0));
    }

    #[test]
    fn other_expiry_at_a_target_is_a_breach() {
        for (endpoint, expires_at, more) in [
            ("skip", "2026-01-01T12:05:00.000Z", success()),
            ("cancel", "2026-01-01T12:05:00.000Z", json!({})),
            ("credential/enroll", "2026-01-01T12:04:56.000Z", user()),
        ] {
            let exchange = page(endpoint, "12:00:00", expires_at, 40, &more);
            assert_eq!(breaches(exchange), (0, 1), "{endpoint}");
        }
    }

    #[test]
    fn server_without_a_date_is_not_judged() {
        let mut exchange = page("skip", "12:00:00", "2026-01-01T13:00:00.000Z", 40, &success());
        exchange.answer.as_mut().unwrap().headers.clear();
        assert_eq!(breaches(exchange), (0, 0));
    }

    #[test]
    fn date_of_an_org_whose_clock_can_move_says_nothing() {
        let exchanges = [page("skip", "12:00:00", "2026-01-01T13:00:00.000Z", 40, &success())];
        let facts = Facts::default();
        let traffic = Traffic::new(&exchanges, &facts);
        let findings = EXPIRES_AT_ARITHMETIC.findings(&traffic, &Ledger::default());
        assert_eq!(findings.counts(), (0, 0));
    }

    #[test]
    fn first_page_expires_two_hours_after_interact() {
        let mut interact = page("", "12:00:00", "", 40, &json!({"interaction_handle": "h"}));
        interact.request.target = "/oauth2/default/v1/interact".to_owned();
        let introspect = |expires_at: &str| {
            let mut first = page("introspect", "12:00:09", expires_at, 40, &json!({}));
            first.request.body = r#"{"interactionHandle":"h"}"#.into();
            first
        };
        for (expires_at, expected) in [
            ("2026-01-01T14:00:00.000Z", (1, 0)),
            ("2026-01-01T14:00:09.000Z", (1, 0)),
            ("2026-01-01T13:59:56.000Z", (0, 1)),
        ] {
            let facts = Facts { dates_are_org_time: true, ..Facts::default() };
            let exchanges = [interact.clone(), introspect(expires_at)];
            let traffic = Traffic::new(&exchanges, &facts);
            let findings = EXPIRES_AT_ARITHMETIC.findings(&traffic, &Ledger::default());
            assert_eq!(findings.counts(), expected, "{expires_at}");
        }
    }
}
