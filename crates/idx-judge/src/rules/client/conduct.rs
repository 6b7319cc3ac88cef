//! How a client continues: polling, backing off, giving up.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use super::actions::{actions, is_action, page_known};
use crate::future_features;
use crate::page::Page;
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[
    &WAITS_FOR_ANSWER,
    &POLL_REFRESH,
    &STOPS_POLLING,
    &BACKS_OFF,
    &RESTARTS_ON_EXPIRY,
    &LEAVES_AFTER_CANCEL,
    &STOPS_AT_SUCCESS,
    &NOT_TWICE,
    &IGNORES_UNKNOWN,
];

static WAITS_FOR_ANSWER: Rule = Rule {
    id: "client.waits-for-answer",
    level: Level::Must,
    says: "The client must wait for a response before it acts on the transaction again.",
    reason: "The second request acts on a page that no longer exists.",
    source: "the shape of a transaction, as recorded",
    check: Check::Case(waits),
};

fn waits(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in actions(traffic) {
        let mut earlier = traffic.earlier(exchange).filter(|other| is_action(other)).peekable();
        if earlier.peek().is_none() {
            continue;
        }
        let overlaps = earlier.any(|other| {
            // A millisecond for rounding.
            let ends = |of: &ParsedExchange<'_>| (of.raw.at + of.raw.took).saturating_sub(1);
            other.raw.at < ends(exchange) && exchange.raw.at < ends(other)
        });
        findings.check(!overlaps, exchange, || {
            "another request of the transaction had no response yet".into()
        });
    }
}

fn polls<'r, 'c>(traffic: &'r Traffic<'c>) -> impl Iterator<Item = &'r ParsedExchange<'c>> {
    actions(traffic).filter(|exchange| exchange.endpoint() == "challenge/poll")
}

static POLL_REFRESH: Rule = Rule {
    id: "client.poll-refresh",
    level: Level::Must,
    says: "The client must wait at least `refresh` milliseconds between polls.",
    reason: "Okta responds to faster polls with 429.",
    source: "the actions of a page, as recorded",
    check: Check::Case(refresh),
};

fn refresh(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in polls(traffic) {
        // Only two polls in a row: the client may have a reason to poll after another request.
        let before = traffic.earlier(exchange).last();
        let Some(before) = before.filter(|before| before.endpoint() == "challenge/poll") else {
            continue;
        };
        let refresh = page_known(exchange, traffic)
            .and_then(ParsedExchange::page)
            .and_then(|page| page.authenticator_form("poll"))
            .and_then(|form| form["refresh"].as_u64())
            .unwrap_or_default();
        let apart = exchange.raw.at.saturating_sub(before.raw.at);
        // Timers may run a tenth fast.
        findings.check(apart * 10 >= refresh * 9, exchange, || {
            format!("the polls are {apart} ms apart, and refresh is {refresh}")
        });
    }
}

static STOPS_POLLING: Rule = Rule {
    id: "client.stops-polling",
    level: Level::Must,
    says: "The client must stop polling when the page has no poll form.",
    reason: "The user has moved on, and a poll would only return the current page again.",
    source: "the actions of a page, as recorded; okta-auth-js and the Sign-In Widget",
    check: Check::Case(stops),
};

fn stops(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in polls(traffic) {
        let Some(page) = page_known(exchange, traffic).and_then(ParsedExchange::page) else {
            continue;
        };
        let offered = page.authenticator_form("poll").is_some();
        findings.check(offered, exchange, || "the page has no poll form".into());
    }
}

static IGNORES_UNKNOWN: Rule = Rule {
    id: "client.ignores-unknown",
    level: Level::Must,
    says: "The client must ignore members, remediations and authenticators that it does not know.",
    reason: "Okta adds to its pages without a new version. A client that acts on unknown members fails with the next addition.",
    source: "the SDKs for JavaScript, Java and Kotlin ignore unknown members; scenarios with `newer-server = true` send such members",
    check: Check::Case(ignores),
};

fn ignores(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in traffic.own() {
        let used = future_features::used_by(&exchange.raw.request);
        // Without a newer server, there is nothing to ignore.
        if used.is_some() || traffic.facts.is_newer_server {
            findings.check(used.is_none(), exchange, || used.unwrap_or_default().into());
        }
    }
}

static BACKS_OFF: Rule = Rule {
    id: "client.backs-off",
    level: Level::Must,
    says: "The client must wait at least one second before it repeats a request that was refused with 429.",
    reason: "Faster requests use up the rate limit.",
    source: "error catalogue E4, E5",
    check: Check::Case(backs_off),
};

fn backs_off(traffic: &Traffic<'_>, findings: &mut Findings) {
    for limited in traffic.own().filter(|exchange| exchange.status() == 429) {
        let request = &limited.raw.request;
        // Without a body, the same request may be another user's.
        if limited.transaction.is_none() && request.body.is_empty() {
            continue;
        }
        let mut later = traffic.own().filter(|exchange| exchange.number > limited.number);
        let again = later.find(|exchange| {
            exchange.transaction == limited.transaction
                && exchange.raw.request.target == request.target
                && exchange.raw.request.body == request.body
        });
        let Some(again) = again else { continue };
        let apart = again.raw.at.saturating_sub(limited.raw.at);
        findings.check(apart >= 1000, again, || format!("it was sent again after {apart} ms"));
    }
}

fn expired_handles<'r>(traffic: &'r Traffic<'_>, before: usize) -> Vec<&'r str> {
    traffic.exchanges[..before]
        .iter()
        .filter(|exchange| {
            exchange.status() == 401 && exchange.page().is_none() && !exchange.raw.deliberate
        })
        .filter(|exchange| {
            let body = exchange.body.as_ref().unwrap_or(&Value::Null);
            Page(body)
                .messages()
                .iter()
                .any(|message| message.key.as_deref() == Some("idx.session.expired"))
        })
        .filter_map(ParsedExchange::sent_handle)
        .collect()
}

static RESTARTS_ON_EXPIRY: Rule = Rule {
    id: "client.restarts-on-expiry",
    level: Level::Must,
    says: "The client must not use a handle after idx.session.expired.",
    reason: "The transaction has ended. The client must start a new transaction.",
    source: "error catalogue E1",
    check: Check::Case(restarts),
};

fn restarts(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in actions(traffic) {
        let expired = expired_handles(traffic, exchange.number);
        if !expired.is_empty() {
            let gone = exchange.sent_handle().is_some_and(|handle| expired.contains(&handle));
            findings.check(!gone, exchange, || {
                "the request uses a handle whose transaction has expired".into()
            });
        }
    }
}

static LEAVES_AFTER_CANCEL: Rule = Rule {
    id: "client.leaves-after-cancel",
    level: Level::Must,
    says: "The client must not use the old handle after cancel.",
    reason: "The response to cancel issued a new handle.",
    source: "the actions of a page, as recorded",
    check: Check::Case(leaves),
};

fn leaves(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in actions(traffic) {
        let mut cancels = actions(traffic)
            .filter(|other| {
                other.number < exchange.number
                    && other.endpoint() == "cancel"
                    && other.status() == 200
                    && other.transaction.is_some()
            })
            .peekable();
        if cancels.peek().is_some() {
            let cancelled = cancels.any(|cancel| cancel.transaction == exchange.transaction);
            findings
                .check(!cancelled, exchange, || "the request uses a cancelled transaction".into());
        }
    }
}

static STOPS_AT_SUCCESS: Rule = Rule {
    id: "client.stops-at-success",
    level: Level::Must,
    says: "The client must not act on a transaction after its interaction code.",
    reason: "The transaction is complete.",
    source: "recorded success response",
    check: Check::Case(success),
};

fn success(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in actions(traffic).filter(|exchange| exchange.endpoint() != "cancel") {
        let Some(page) = page_known(exchange, traffic).and_then(ParsedExchange::page) else {
            continue;
        };
        let done = page.success().is_some();
        findings.check(!done, exchange, || "the sign-up was already finished".into());
    }
}

static NOT_TWICE: Rule = Rule {
    id: "client.not-twice",
    level: Level::Must,
    says: "The client must not send the same passcode again after the server accepted it.",
    reason: "A code is valid once.",
    source: "the actions of a page, as recorded",
    check: Check::Case(twice),
};

fn twice(traffic: &Traffic<'_>, findings: &mut Findings) {
    let is_answer = |exchange: &&ParsedExchange<'_>| exchange.endpoint() == "challenge/answer";
    for exchange in actions(traffic).filter(is_answer) {
        if let Some(before) =
            traffic.earlier(exchange).rfind(|other| is_answer(other) && is_action(other))
        {
            let same = before.sent == exchange.sent && before.status() == 200;
            findings
                .check(!same, exchange, || "the server had already accepted this passcode".into());
        }
    }
}
