//! How a client redeems the interaction code.

use super::super::rule::{Check, Findings, Rule};
use crate::page::Page;
use crate::traffic::{ClientCredentials, ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[
    &REDEEMS_FORM,
    &REDEEMS_HREF,
    &REDEEMS_ONCE,
    &REDEEMS_OWN_CODE,
    &PKCE_VERIFIER,
    &SECRET_OF_CONFIDENTIAL,
    &NO_SECRET_OF_PUBLIC,
];

fn redeems<'r, 'c>(traffic: &'r Traffic<'c>) -> impl Iterator<Item = &'r ParsedExchange<'c>> {
    let is_redeem = |exchange: &&ParsedExchange<'_>| {
        let grant = sent(exchange, "grant_type");
        exchange.raw.is_oauth("token")
            && !["refresh_token", "authorization_code"].contains(&&*grant)
    };
    traffic.own().filter(is_redeem)
}

fn sent(exchange: &ParsedExchange<'_>, name: &str) -> String {
    exchange.raw.request.parameter(name).unwrap_or_default()
}

static REDEEMS_FORM: Rule = Rule {
    id: "client.redeems-form",
    level: Level::Must,
    says: "The client must POST the token request as a form with grant_type=interaction_code, the code, client_id and the verifier.",
    reason: "Otherwise Okta grants no tokens.",
    source: "tokens, as recorded and documented",
    check: Check::Case(form),
};

fn form(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in redeems(traffic) {
        let request = &exchange.raw.request;
        findings
            .check(request.is_form_post(), exchange, || format!("it is {}", request.described()));
        let grant = sent(exchange, "grant_type");
        findings
            .check(grant == "interaction_code", exchange, || format!("grant_type is {grant:?}"));
        for name in ["interaction_code", "client_id", "code_verifier"] {
            findings
                .check(!sent(exchange, name).is_empty(), exchange, || format!("{name} is missing"));
        }
    }
}

static REDEEMS_HREF: Rule = Rule {
    id: "client.redeems-href",
    level: Level::Must,
    says: "The client must send the token request to the success form's href.",
    reason: "Only the issuing server accepts the code.",
    source: "recorded success response",
    check: Check::Case(href),
};

fn href(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in redeems(traffic) {
        let Some(success) = traffic.success_before(exchange) else { continue };
        let href = success
            .page()
            .and_then(Page::success)
            .and_then(|form| form["href"].as_str())
            .unwrap_or_default();
        let path = href.strip_prefix(&success.origin()).unwrap_or(href);
        findings.check(exchange.raw.request.path() == path, exchange, || {
            format!("it goes to {}, not to {path}", exchange.raw.request.path())
        });
    }
}

static REDEEMS_ONCE: Rule = Rule {
    id: "client.redeems-once",
    level: Level::Must,
    says: "The client must redeem a code only once.",
    reason: "Okta treats a second attempt as a sign that the code was stolen.",
    source: "RFC 6749 4.1.2",
    check: Check::Case(once),
};

fn once(traffic: &Traffic<'_>, findings: &mut Findings) {
    let mut seen: Vec<String> = Vec::new();
    for exchange in redeems(traffic) {
        let code = sent(exchange, "interaction_code");
        if code.is_empty() {
            continue;
        }
        findings.check(!seen.contains(&code), exchange, || "the code was redeemed before".into());
        seen.push(code);
    }
}

static REDEEMS_OWN_CODE: Rule = Rule {
    id: "client.redeems-own-code",
    level: Level::Must,
    says: "The client must redeem the newest interaction code of its transaction.",
    reason: "An older code is no longer valid.",
    source: "recorded success response",
    check: Check::Case(own_code),
};

fn own_code(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in redeems(traffic) {
        let code = sent(exchange, "interaction_code");
        if code.is_empty() {
            continue;
        }
        let success = traffic.success_before(exchange).and_then(ParsedExchange::page);
        let newest = success.and_then(Page::interaction_code);
        findings.check(newest == Some(&code), exchange, || format!("it is {code:?}"));
    }
}

static PKCE_VERIFIER: Rule = Rule {
    id: "client.pkce-verifier",
    level: Level::Must,
    says: "The client must send a verifier of 43 to 128 characters that hashes to the challenge in its interact.",
    reason: "Otherwise Okta responds: PKCE verification failed.",
    source: "RFC 7636 4.1, 4.6",
    check: Check::Case(verifier),
};

fn verifier(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in redeems(traffic) {
        let verifier = sent(exchange, "code_verifier");
        if verifier.is_empty() {
            continue;
        }
        let safe = verifier.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c));
        let fits = (43..=128).contains(&verifier.len()) && safe;
        findings.check(fits, exchange, || format!("it is {verifier:?}"));
        let challenge = traffic
            .interact_of(exchange)
            .and_then(|interact| interact.raw.request.form().remove("code_challenge"))
            // `client.pkce-challenge` reports a challenge that is not a hash.
            .filter(|challenge| challenge.len() == 43);
        let matches =
            challenge.is_none_or(|challenge| challenge == crate::pkce::code_challenge(&verifier));
        findings.check(matches, exchange, || "it does not hash to the challenge".into());
    }
}

static SECRET_OF_CONFIDENTIAL: Rule = Rule {
    id: "client.secret-of-confidential",
    level: Level::Must,
    says: "A confidential client must send its secret with the token request.",
    reason: "Okta responds with 401 without it.",
    source: "tokens, as recorded and documented",
    check: Check::Case(confidential),
};

fn confidential(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in redeems(traffic) {
        let client = traffic.sender_of(exchange);
        let Some(secret) = client.and_then(|client| client.secret.as_ref()) else { continue };
        let sent = ClientCredentials::of(&exchange.raw.request).secret;
        findings.check(sent.as_ref() == Some(secret), exchange, || match sent {
            Some(_) => "it is another secret".into(),
            None => "it is missing".into(),
        });
    }
}

static NO_SECRET_OF_PUBLIC: Rule = Rule {
    id: "client.no-secret-of-public",
    level: Level::Must,
    says: "A public client must not send a secret.",
    reason: "A secret in a browser or an app is not secret. The Java SDK sends the literal text `null` for a public client; this rule ignores it.",
    source: "interact, as the SDKs call it",
    check: Check::Case(public),
};

fn public(traffic: &Traffic<'_>, findings: &mut Findings) {
    let is_oauth =
        |exchange: &&ParsedExchange<'_>| exchange.raw.request.path().starts_with("/oauth2/");
    for exchange in traffic.own().filter(is_oauth) {
        if traffic.sender_of(exchange).is_some_and(|client| !client.is_confidential()) {
            let secret = ClientCredentials::of(&exchange.raw.request).secret;
            let fits = secret.is_none_or(|secret| secret == "null");
            findings.check(fits, exchange, || "it sends one".into());
        }
    }
}
