//! The page that ends a sign-up.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::page::{Page, items, name_of};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] =
    &[&SUCCESS_ALONE, &SUCCESS_FORM, &SUCCESS_FIELDS, &INTERACTION_CODE];

static SUCCESS_ALONE: Rule = Rule {
    id: "server.success-alone",
    level: Level::Must,
    says: "The server must send the interaction code on a page with the user and without remediations, authenticators or messages.",
    reason: "A client that finds a form continues instead of finishing.",
    source: "recorded success response",
    check: Check::Response(alone),
};

fn alone(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page().filter(|page| page.success().is_some()) else { return };
    for member in [
        "remediation",
        "authenticators",
        "currentAuthenticator",
        "enrollmentAuthenticator",
        "messages",
    ] {
        findings.check(page.0.get(member).is_none(), exchange, || format!("it has {member}"));
    }
    findings.check(page.0.get("user").is_some(), exchange, || "it has no user".into());
}

static SUCCESS_FORM: Rule = Rule {
    id: "server.success-form",
    level: Level::Must,
    says: "The server must send successWithInteractionCode as a form named issue that posts to the token endpoint.",
    reason: "Swift and Kotlin look for that name, and the other SDKs post to that href.",
    source: "recorded success response; requirements of the SDKs in five languages",
    check: Check::Response(form),
};

fn form(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(form) = exchange.page().and_then(Page::success) else { return };
    findings.check(form["name"] == "issue", exchange, || format!("its name is {}", form["name"]));
    let accepts = &form["accepts"];
    findings.check(accepts == "application/x-www-form-urlencoded", exchange, || {
        format!("it accepts {accepts}")
    });
    let href = form["href"].as_str().unwrap_or_default();
    let path = href.strip_prefix(&exchange.origin()).unwrap_or_default();
    let interact = traffic.interact_of(exchange);
    let expected =
        interact.map(|exchange| exchange.raw.request.path().replace("/interact", "/token"));
    if let Some(expected) = expected {
        findings
            .check(path == expected, exchange, || format!("it leads to {href}, not to {expected}"));
    }
}

static SUCCESS_FIELDS: Rule = Rule {
    id: "server.success-fields",
    level: Level::Must,
    says: "The server must list grant_type, interaction_code, client_id, code_verifier and, only for a confidential client, client_secret, all required.",
    reason: "Go and Kotlin send exactly the listed fields. A listed secret stops a public Swift client.",
    source: "recorded success response; okta-idx-golang, okta-mobile-swift",
    check: Check::Response(fields),
};

fn fields(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(form) = exchange.page().and_then(Page::success) else { return };
    let fields = items(form.get("value"));
    let field = |name: &str| {
        fields.iter().copied().find(|field| name_of(field) == name).unwrap_or(&Value::Null)
    };
    let names: Vec<_> = fields.iter().map(|field| name_of(field)).collect();
    // The server knows the type of a client that the harness does not know.
    let is_confidential = match traffic.client_of(exchange) {
        Some(client) => client.is_confidential(),
        None => names.contains(&"client_secret"),
    };
    let mut wanted = vec!["grant_type", "interaction_code", "client_id", "code_verifier"];
    if is_confidential {
        wanted.insert(3, "client_secret");
    }
    findings.check(names == wanted, exchange, || format!("it lists {}", names.join(", ")));
    let grant = &field("grant_type")["value"];
    findings.check(grant == "interaction_code", exchange, || format!("grant_type is {grant}"));
    let shown = &field("client_id")["value"];
    let client = traffic.client_id_of(exchange);
    let fits = shown.is_string() && client.is_none_or(|client| *shown == client);
    findings.check(fits, exchange, || format!("client_id is {shown}"));
    let required = fields.iter().all(|field| field["required"] == true);
    findings.check(required, exchange, || "a field is not required".into());
    let open =
        ["code_verifier", "client_secret"].iter().all(|name| field(name).get("value").is_none());
    findings.check(open, exchange, || "a field that the client fills has a value".into());
}

static INTERACTION_CODE: Rule = Rule {
    id: "server.interaction-code",
    level: Level::Must,
    says: "The server must issue an interaction code of 43 base64url characters.",
    reason: "Clients put it into a form or a URL without escaping it.",
    source: "tokens, as recorded and documented",
    check: Check::Response(code),
};

fn code(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(page) = exchange.page().filter(|page| page.success().is_some()) else { return };
    let code = page.interaction_code().unwrap_or_default();
    let fits =
        code.len() == 43 && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    findings.check(fits, exchange, || format!("it is {code:?}"));
}
