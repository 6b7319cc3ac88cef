//! Secrets that must not appear where others can read them.

use super::super::rule::{Check, Findings, Rule};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[&NO_SECRET_IN_ADDRESS, &NO_SECRET_IN_HEADERS, &PASSWORD_ONCE];

/// The exchanges whose secrets an exchange must not show: those of its transaction, or all if that is unknown.
fn related<'r, 'c>(
    exchange: &ParsedExchange<'_>,
    traffic: &'r Traffic<'c>,
) -> impl Iterator<Item = &'r ParsedExchange<'c>> {
    let transaction = exchange.transaction;
    traffic
        .exchanges
        .iter()
        .filter(move |other| transaction.is_none() || other.transaction == transaction)
}

/// The passwords and codes that the client sent.
fn passcodes<'r>(exchange: &ParsedExchange<'_>, traffic: &'r Traffic<'_>) -> Vec<&'r str> {
    related(exchange, traffic)
        .filter(|other| !other.raw.deliberate)
        .filter_map(|other| other.sent.as_ref()?.pointer("/credentials/passcode")?.as_str())
        .filter(|code| code.len() >= 6)
        .collect()
}

fn secrets<'r>(exchange: &ParsedExchange<'_>, traffic: &'r Traffic<'_>) -> Vec<&'r str> {
    let handles = related(exchange, traffic).filter_map(|other| other.page()?.state_handle());
    handles.chain(passcodes(exchange, traffic)).collect()
}

static NO_SECRET_IN_ADDRESS: Rule = Rule {
    id: "client.no-secret-in-address",
    level: Level::Must,
    says: "The client must put no password, code, handle, verifier, secret or token into a URL.",
    reason: "URLs end up in logs, histories and Referer headers. Go's token request is the known exception.",
    source: "RFC 6750 5.3; RFC 6819 4.6.6",
    check: Check::Case(address),
};

fn address(traffic: &Traffic<'_>, findings: &mut Findings) {
    const NAMES: &[&str] = &[
        "passcode",
        "password",
        "client_secret",
        "code_verifier",
        "access_token",
        "stateHandle",
        "interactionHandle",
    ];
    for exchange in traffic.own() {
        let target = &exchange.raw.request.target;
        let query = exchange.raw.request.query_form();
        // The link of a mail carries its token by design.
        let is_link = exchange.raw.request.path().starts_with("/email/verify");
        let named = query.keys().find(|name| NAMES.contains(&name.as_str()));
        if let Some(name) = named.filter(|_| !is_go(exchange)) {
            findings.broken(exchange, format!("the address carries {name}"));
        } else {
            let carried = secrets(exchange, traffic).iter().any(|secret| target.contains(secret));
            findings.check(!carried || is_link, exchange, || {
                "the address carries a password, code or handle".into()
            });
        }
    }
}

/// Go's `RedeemInteractionCode` sends its whole form in the address.
fn is_go(exchange: &ParsedExchange<'_>) -> bool {
    exchange.raw.is_oauth("token") && exchange.raw.request.body.is_empty()
}

static NO_SECRET_IN_HEADERS: Rule = Rule {
    id: "client.no-secret-in-headers",
    level: Level::Must,
    says: "The client must put no password, code or handle into a header.",
    reason: "Intermediate systems log headers.",
    source: "RFC 6819 4.6.6",
    check: Check::Case(headers),
};

fn headers(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in traffic.own() {
        let secrets = secrets(exchange, traffic);
        for (name, value) in &exchange.raw.request.headers {
            let carried = secrets.iter().any(|secret| value.contains(secret));
            findings.check(!carried, exchange, || {
                format!("{name} contains a password, code or handle")
            });
        }
    }
}

static PASSWORD_ONCE: Rule = Rule {
    id: "client.password-once",
    level: Level::Must,
    says: "The client must send a password or code only in credentials.",
    reason: "A profile is stored and shown, and credentials are not.",
    source: "the forms of a sign-up, as recorded",
    check: Check::Case(elsewhere),
};

fn elsewhere(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in traffic.own() {
        let Some(profile) = exchange.sent.as_ref().and_then(|sent| sent.get("userProfile")) else {
            continue;
        };
        let text = profile.to_string();
        let secrets = passcodes(exchange, traffic);
        let carried = secrets.iter().any(|secret| text.contains(secret));
        findings.check(!carried, exchange, || "userProfile contains a password or code".into());
    }
}
