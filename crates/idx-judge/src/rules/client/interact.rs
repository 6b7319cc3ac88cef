//! How a client begins.

use super::super::rule::{Check, Findings, Rule};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[
    &INTERACT_FORM,
    &INTERACT_PARAMETERS,
    &SCOPE_OPENID,
    &PKCE_S256,
    &PKCE_CHALLENGE,
    &PKCE_FRESH,
    &STATE,
    &STATE_FRESH,
    &NONCE,
    &NONCE_FRESH,
    &INTROSPECTS_FIRST,
];

fn own_interacts<'r, 'c>(traffic: &'r Traffic<'c>) -> impl Iterator<Item = &'r ParsedExchange<'c>> {
    traffic.own().filter(|exchange| exchange.raw.is_oauth("interact"))
}

fn sent(exchange: &ParsedExchange<'_>, name: &str) -> String {
    exchange.raw.request.form().remove(name).unwrap_or_default()
}

static INTERACT_FORM: Rule = Rule {
    id: "client.interact-form",
    level: Level::Must,
    says: "The client must POST interact as a form.",
    reason: "Parameters in a URL end up in logs.",
    source: "interact, as the SDKs call it",
    check: Check::Case(form),
};

fn form(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in own_interacts(traffic) {
        let request = &exchange.raw.request;
        let fits = request.is_form_post() && request.query().is_empty();
        findings.check(fits, exchange, || format!("it is {}", request.described()));
    }
}

static INTERACT_PARAMETERS: Rule = Rule {
    id: "client.interact-parameters",
    level: Level::Must,
    says: "The client must send client_id, scope and redirect_uri with interact.",
    reason: "Okta refuses to begin without them.",
    source: "interact, as the SDKs call it",
    check: Check::Case(parameters),
};

fn parameters(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in own_interacts(traffic) {
        for name in ["client_id", "scope", "redirect_uri"] {
            findings
                .check(!sent(exchange, name).is_empty(), exchange, || format!("{name} is missing"));
        }
    }
}

static SCOPE_OPENID: Rule = Rule {
    id: "client.scope-openid",
    level: Level::Must,
    says: "The client must request the scope openid.",
    reason: "Without it, there is no ID token, and Okta refuses profile scopes.",
    source: "OAuth errors, as recorded and documented",
    check: Check::Case(openid),
};

fn openid(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in own_interacts(traffic) {
        let scope = sent(exchange, "scope");
        if !scope.is_empty() {
            let fits = scope.split(' ').any(|scope| scope == "openid");
            findings.check(fits, exchange, || format!("it is {scope:?}"));
        }
    }
}

static PKCE_S256: Rule = Rule {
    id: "client.pkce-s256",
    level: Level::Must,
    says: "The client must send code_challenge_method S256.",
    reason: "The `plain` method exposes the verifier to anyone who sees the request.",
    source: "RFC 7636 4.2; discovery lists S256 alone",
    check: Check::Case(s256),
};

fn s256(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in own_interacts(traffic) {
        let method = sent(exchange, "code_challenge_method");
        findings.check(method == "S256", exchange, || format!("it is {method:?}"));
    }
}

static PKCE_CHALLENGE: Rule = Rule {
    id: "client.pkce-challenge",
    level: Level::Must,
    says: "The client must send a code_challenge of 43 characters: a SHA-256 in base64url.",
    reason: "Any other text is not the hash of a verifier.",
    source: "RFC 7636 4.2",
    check: Check::Case(challenge),
};

fn challenge(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in own_interacts(traffic) {
        let challenge = sent(exchange, "code_challenge");
        let fits = challenge.len() == 43
            && challenge.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        findings.check(fits, exchange, || format!("it is {challenge:?}"));
    }
}

static STATE: Rule = Rule {
    id: "client.state",
    level: Level::Must,
    says: "The client must send a state of at least eight characters with interact.",
    reason: "It ties a link in an email to its browser tab.",
    source: "interact, as the SDKs call it; Okta: email magic links",
    check: Check::Case(state),
};

fn state(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in own_interacts(traffic) {
        let state = sent(exchange, "state");
        findings.check(state.len() >= 8, exchange, || format!("it is {state:?}"));
    }
}

static NONCE: Rule = Rule {
    id: "client.nonce",
    level: Level::Should,
    says: "The client should send a nonce with interact.",
    reason: "It ties the ID token to this sign-up. .NET, Java and Go send none.",
    source: "OpenID Connect Core 3.1.2.1",
    check: Check::Case(nonce),
};

fn nonce(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in own_interacts(traffic) {
        findings.check(!sent(exchange, "nonce").is_empty(), exchange, || "it has no nonce".into());
    }
}

static PKCE_FRESH: Rule = Rule {
    id: "client.pkce-fresh",
    level: Level::Must,
    says: "The client must generate a new code_challenge for every interact.",
    reason: "If a verifier is reused, anyone who saw it can redeem the next code.",
    source: "RFC 7636 4.1",
    check: Check::Case(fresh_challenge),
};

fn fresh_challenge(traffic: &Traffic<'_>, findings: &mut Findings) {
    fresh("code_challenge", traffic, findings);
}

static STATE_FRESH: Rule = Rule {
    id: "client.state-fresh",
    level: Level::Must,
    says: "The client must generate a new state for every interact.",
    reason: "A reused state ties a link to the wrong tab.",
    source: "RFC 6749 10.12",
    check: Check::Case(fresh_state),
};

fn fresh_state(traffic: &Traffic<'_>, findings: &mut Findings) {
    fresh("state", traffic, findings);
}

static NONCE_FRESH: Rule = Rule {
    id: "client.nonce-fresh",
    level: Level::Must,
    says: "If the client sends a nonce, it must generate a new one for every interact.",
    reason: "Otherwise an ID token could be replayed.",
    source: "OpenID Connect Core 15.5.2",
    check: Check::Case(fresh_nonce),
};

fn fresh_nonce(traffic: &Traffic<'_>, findings: &mut Findings) {
    fresh("nonce", traffic, findings);
}

fn fresh(name: &str, traffic: &Traffic<'_>, findings: &mut Findings) {
    let mut seen: Vec<String> = Vec::new();
    for exchange in own_interacts(traffic) {
        let value = sent(exchange, name);
        if value.is_empty() {
            continue;
        }
        findings.check(!seen.contains(&value), exchange, || {
            format!("{name} {value:?} was used before")
        });
        seen.push(value);
    }
}

static INTROSPECTS_FIRST: Rule = Rule {
    id: "client.introspects-first",
    level: Level::Must,
    says: "The client must introspect the interaction handle before it acts on the transaction.",
    reason: "Only introspect says where the transaction stands.",
    source: "introspect, as recorded",
    check: Check::Case(introspects),
};

fn introspects(traffic: &Traffic<'_>, findings: &mut Findings) {
    let issued: Vec<_> = traffic
        .oauth("interact")
        .filter_map(|exchange| exchange.body.as_ref()?["interaction_handle"].as_str())
        .collect();
    for exchange in traffic.own().filter(|exchange| exchange.raw.is_idx() && !issued.is_empty()) {
        if let Some(handle) = exchange.sent_interaction_handle() {
            findings.check(issued.contains(&handle), exchange, || {
                format!("no interact issued the interaction handle {handle:?}")
            });
            continue;
        }
        let mut earlier = traffic.earlier(exchange).filter(|other| other.raw.is_idx());
        let is_first = exchange.transaction.is_some() && earlier.next().is_none();
        let target = &exchange.raw.request.target;
        findings.check(!is_first || is_after_cancel(exchange, traffic), exchange, || {
            format!("{target} came first")
        });
    }
}

/// Whether the transaction began with a cancel, whose response is its first page.
fn is_after_cancel(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>) -> bool {
    let page = exchange.sent_handle().and_then(|handle| traffic.page_with_handle(exchange, handle));
    page.is_some_and(|page| page.endpoint() == "cancel")
}
