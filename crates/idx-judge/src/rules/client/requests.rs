//! The URL, method, headers and handle of a client's requests.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use super::actions::{actions, forms_for, page_known};
use crate::future_features;
use crate::http_message::media_type;
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[
    &FOLLOWS_HREF,
    &METHOD,
    &ACCEPTS,
    &ACCEPT_HEADER,
    &JSON_BODY,
    &STATE_HANDLE,
    &NEWEST_STATE_HANDLE,
    &HOST,
    &KNOWN_ENDPOINT,
];

static FOLLOWS_HREF: Rule = Rule {
    id: "client.follows-href",
    level: Level::Must,
    says: "The client must send its request to a URL that the page offers.",
    reason: "Okta may move its endpoints, and the page says where they are.",
    source: "the actions of a page, as recorded",
    check: Check::Case(href),
};

fn href(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in actions(traffic) {
        let Some(page) = page_known(exchange, traffic) else { continue };
        if has_rule_of_its_own(exchange, page, traffic) {
            continue;
        }
        let fits = !forms_for(exchange, page).is_empty();
        let offered =
            || page.page().map(|page| page.remediation_names().join(", ")).unwrap_or_default();
        findings.check(fits, exchange, || {
            format!(
                "{} is not on the page, which offers {}",
                exchange.raw.request.path(),
                offered()
            )
        });
    }
}

/// Whether a more specific rule reports this request: a late poll, a request after the end, a repeated request, or use of an unknown addition.
fn has_rule_of_its_own(
    exchange: &ParsedExchange<'_>,
    page: &ParsedExchange<'_>,
    traffic: &Traffic<'_>,
) -> bool {
    let finished = page.page().is_some_and(|page| page.success().is_some());
    let again = traffic.earlier(exchange).last().is_some_and(|before| {
        before.raw.request.target == exchange.raw.request.target && before.sent == exchange.sent
    });
    let unknown = future_features::used_by(&exchange.raw.request).is_some();
    exchange.endpoint() == "challenge/poll" || finished || again || unknown
}

static METHOD: Rule = Rule {
    id: "client.method",
    level: Level::Must,
    says: "The client must use the form's method.",
    reason: "The server refuses other methods.",
    source: "the actions of a page, as recorded",
    check: Check::Case(method),
};

fn method(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in actions(traffic) {
        let Some(page) = page_known(exchange, traffic) else { continue };
        let sent = &exchange.raw.request.method;
        let forms = forms_for(exchange, page);
        if !forms.is_empty() {
            let fits = forms.iter().any(|form| form["method"] == **sent);
            findings.check(fits, exchange, || format!("it is {sent}"));
        }
    }
}

static ACCEPTS: Rule = Rule {
    id: "client.accepts",
    level: Level::Must,
    says: "The client must send a body as JSON, with the media type application/json or application/ion+json.",
    reason: "The server refuses a body that it cannot read.",
    source: "the headers that the SDKs send",
    check: Check::Case(accepts),
};

/// The client's IDX requests with a body.
fn idx_posts<'r, 'c>(traffic: &'r Traffic<'c>) -> impl Iterator<Item = &'r ParsedExchange<'c>> {
    traffic.own().filter(|own| own.raw.is_idx() && own.raw.request.method == "POST")
}

fn accepts(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in idx_posts(traffic) {
        let sent = exchange.raw.request.header("content-type").unwrap_or_default();
        let fits = ["application/json", "application/ion+json"].contains(&media_type(sent));
        findings.check(fits, exchange, || format!("it is sent as {sent:?}"));
    }
}

static ACCEPT_HEADER: Rule = Rule {
    id: "client.accept-header",
    level: Level::Must,
    says: "If the client sends Accept, it must accept IDX's media type or JSON.",
    reason: "Otherwise the server may respond with 406.",
    source: "the headers that the SDKs send",
    check: Check::Case(accept),
};

fn accept(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in traffic.own().filter(|exchange| exchange.raw.is_idx()) {
        let Some(accept) = exchange.raw.request.header("accept") else { continue };
        let fits = ["json", "*/*", "application/*"].iter().any(|part| accept.contains(part));
        findings.check(fits, exchange, || format!("it accepts {accept:?}"));
    }
}

static JSON_BODY: Rule = Rule {
    id: "client.json-body",
    level: Level::Must,
    says: "The client must send a JSON object as its body.",
    reason: "A form consists of named members.",
    source: "the actions of a page, as recorded",
    check: Check::Case(body),
};

fn body(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in idx_posts(traffic) {
        let fits = exchange.sent.as_ref().is_some_and(Value::is_object);
        findings.check(fits, exchange, || "the body is not a JSON object".into());
    }
}

static STATE_HANDLE: Rule = Rule {
    id: "client.state-handle",
    level: Level::Must,
    says: "The client must send a stateHandle that a page issued.",
    reason: "Without it, there is no transaction to act on.",
    source: "error catalogue E2",
    check: Check::Case(handle),
};

fn handle(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in
        actions(traffic).filter(|exchange| exchange.sent.as_ref().is_some_and(Value::is_object))
    {
        let sent = exchange.sent_handle();
        let fits = sent.is_some_and(|sent| traffic.page_with_handle(exchange, sent).is_some());
        findings.check(fits, exchange, || {
            sent.map_or_else(
                || "it carries no stateHandle".into(),
                |sent| format!("no page issued {sent}"),
            )
        });
    }
}

static NEWEST_STATE_HANDLE: Rule = Rule {
    id: "client.newest-state-handle",
    level: Level::Must,
    says: "The client must send the stateHandle of the transaction's newest page.",
    reason: "A server may change the handle with every response.",
    source: "the actions of a page, as recorded; widget PR 2100",
    check: Check::Case(newest),
};

fn newest(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in actions(traffic) {
        let (Some(sent), Some(last)) = (exchange.sent_handle(), last_own_page(exchange, traffic))
        else {
            continue;
        };
        let Some(newest) = last.page() else { continue };
        if traffic.page_with_handle(exchange, sent).is_none() {
            // `client.state-handle` reports it.
            continue;
        }
        findings.check(newest.issued_handles().contains(&sent), exchange, || {
            let newest = newest.state_handle().unwrap_or_default();
            format!("it carries {sent}, and {newest} is the newest")
        });
    }
}

/// The transaction's newest page that the client itself received.
fn last_own_page<'r, 'c>(
    exchange: &ParsedExchange<'_>,
    traffic: &'r Traffic<'c>,
) -> Option<&'r ParsedExchange<'c>> {
    let mut earlier = traffic.earlier(exchange).rev();
    earlier.find(|other| other.page().is_some() && !other.raw.deliberate)
}

static HOST: Rule = Rule {
    id: "client.host",
    level: Level::Must,
    says: "The client must send every request to the issuer's host.",
    reason: "Codes and passwords must reach no other host.",
    source: "requirements of the SDKs in five languages",
    check: Check::Case(host),
};

fn host(traffic: &Traffic<'_>, findings: &mut Findings) {
    fn host_of<'r>(exchange: &'r ParsedExchange<'_>) -> &'r str {
        exchange.raw.request.header("host").unwrap_or_default()
    }
    let mut begun: Vec<_> =
        traffic.own().filter(|own| own.raw.is_oauth("interact")).map(host_of).collect();
    if begun.is_empty() {
        begun.extend(traffic.own().next().map(host_of));
    }
    for exchange in traffic.own() {
        let expected = match traffic.interact_of(exchange) {
            Some(interact) => vec![host_of(interact)],
            None => begun.clone(),
        };
        let host = host_of(exchange);
        findings.check(expected.contains(&host), exchange, || {
            format!("the host is {host:?}, and the issuer is on {:?}", expected[0])
        });
    }
}

static KNOWN_ENDPOINT: Rule = Rule {
    id: "client.known-endpoint",
    level: Level::Must,
    says: "The client must request only paths from discovery, its configuration or a page.",
    reason: "Okta can change paths that it does not advertise.",
    source: "Okta: composing your base URL",
    check: Check::Case(known),
};

fn known(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in traffic.own().filter(|exchange| !exchange.raw.is_idx()) {
        let path = exchange.raw.request.path();
        let is_oauth = path.starts_with("/oauth2/") && path.contains("/v1/");
        let fits = is_oauth
            || path.contains("/.well-known/")
            || path.starts_with("/email/verify")
            || (path.starts_with("/tokens/") && path.ends_with("/verify"))
            || path == "/favicon.ico"
            || path == "/";
        findings.check(fits, exchange, || format!("the path is {path}"));
    }
}
