//! The page that ends a sign-up.

use serde_json::{Value, json};

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use crate::page::{Page, items, name_of};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.success-alone",
        Check::Answer(alone),
        [
            "the page with the interaction code has the person, and no remediation, authenticator or message",
            "a client that finds a form goes on instead of finishing",
            "the success answer, as recorded",
        ],
    ),
    Rule::must(
        "server.success-form",
        Check::Answer(form),
        [
            "successWithInteractionCode is a form named issue that posts to the token endpoint as a form",
            "Swift and Kotlin look for that name, the others post to that href",
            "the success answer, as recorded; what the SDKs of five languages demand",
        ],
    ),
    Rule::must(
        "server.success-fields",
        Check::Answer(fields),
        [
            "it lists grant_type, interaction_code, client_id, client_secret for a confidential client alone, and code_verifier, all required",
            "Go and Kotlin send exactly what is listed; a listed secret stops a public Swift client",
            "the success answer, as recorded; okta-idx-golang, okta-mobile-swift",
        ],
    ),
    Rule::must(
        "server.interaction-code",
        Check::Answer(code),
        [
            "an interaction code is 43 characters of base64url, and never given out twice",
            "it goes into a form and an address as it is",
            "tokens, as recorded and documented",
        ],
    ),
];

fn alone(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page().filter(|page| page.success().is_some()) else { return };
    for member in [
        "remediation",
        "authenticators",
        "currentAuthenticator",
        "enrollmentAuthenticator",
        "messages",
    ] {
        findings.add_unless(page.0.get(member).is_none(), read, || format!("it has {member}"));
    }
    findings.add_unless(page.0.get("user").is_some(), read, || "it has no user".into());
}

fn form(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(form) = read.page().and_then(Page::success) else { return };
    findings.add_unless(form["name"] == "issue", read, || format!("its name is {}", form["name"]));
    let accepts = &form["accepts"];
    findings.add_unless(accepts == "application/x-www-form-urlencoded", read, || {
        format!("it accepts {accepts}")
    });
    let href = form["href"].as_str().unwrap_or_default();
    let path = href.strip_prefix(&read.origin()).unwrap_or_default();
    let interact = conversation.reads[..read.number]
        .iter()
        .rev()
        .find(|read| read.exchange.is_oauth("interact"));
    let expected = interact.map(|read| read.exchange.request.path().replace("/interact", "/token"));
    if let Some(expected) = expected {
        findings.add_unless(path == expected, read, || {
            format!("it leads to {href}, not to {expected}")
        });
    }
}

fn fields(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(form) = read.page().and_then(Page::success) else { return };
    let fields = items(form.get("value"));
    let field = |name: &str| {
        fields.iter().copied().find(|field| name_of(field) == name).unwrap_or(&Value::Null)
    };
    let names: Vec<_> = fields.iter().map(|field| name_of(field)).collect();
    let mut wanted = vec!["grant_type", "interaction_code", "client_id", "code_verifier"];
    if conversation.facts.client_secret.is_some() {
        wanted.insert(3, "client_secret");
    }
    findings.add_unless(names == wanted, read, || format!("it lists {}", names.join(", ")));
    let grant = &field("grant_type")["value"];
    findings.add_unless(grant == "interaction_code", read, || format!("grant_type is {grant}"));
    let client = &field("client_id")["value"];
    findings.add_unless(*client == json!(conversation.facts.client_id), read, || {
        format!("client_id is {client}")
    });
    let required = fields.iter().all(|field| field["required"] == true);
    findings.add_unless(required, read, || "not all are required".into());
    let open =
        ["code_verifier", "client_secret"].iter().all(|name| field(name).get("value").is_none());
    findings.add_unless(open, read, || "a value stands in the client's place".into());
}

fn code(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page().filter(|page| page.success().is_some()) else { return };
    let code = page.interaction_code().unwrap_or_default();
    let fits =
        code.len() == 43 && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    findings.add_unless(fits, read, || format!("it is {code:?}"));
    let elsewhere = conversation.reads[..read.number].iter().filter_map(Read::page).any(|other| {
        other.interaction_code() == Some(code) && other.state_handle() != page.state_handle()
    });
    findings.add_unless(!elsewhere, read, || "another transaction got the same".into());
}
