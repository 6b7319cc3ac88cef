//! What must never stand where others can read it.

use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "client.no-secret-in-address",
        Check::Whole(address),
        [
            "no password, code, handle, verifier, secret or token stands in an address",
            "addresses end in logs, histories and Referer headers; Go's token request is the known exception",
            "RFC 6750 5.3; RFC 6819 4.6.6",
        ],
    ),
    Rule::must(
        "client.no-secret-in-headers",
        Check::Whole(headers),
        [
            "no password, code or handle stands in a header of its own",
            "headers are logged on the way",
            "RFC 6819 4.6.6",
        ],
    ),
    Rule::must(
        "client.password-once",
        Check::Whole(elsewhere),
        [
            "a password or code stands in credentials alone",
            "a profile is stored and shown; credentials are not",
            "the forms of a sign-up, as recorded",
        ],
    ),
];

/// Everything secret that the client has put into a body.
fn passcodes<'r>(conversation: &'r Conversation<'_>) -> Vec<&'r str> {
    let sent = conversation.own().filter_map(|read| read.sent.as_ref());
    sent.filter_map(|sent| sent.pointer("/credentials/passcode").and_then(Value::as_str))
        .filter(|code| code.len() >= 6)
        .collect()
}

fn handles<'r>(conversation: &'r Conversation<'_>) -> Vec<&'r str> {
    conversation.reads.iter().filter_map(|read| read.page()?.state_handle()).collect()
}

fn address(conversation: &Conversation<'_>, findings: &mut Findings) {
    const NAMES: &[&str] = &[
        "passcode",
        "password",
        "client_secret",
        "code_verifier",
        "access_token",
        "stateHandle",
        "interactionHandle",
    ];
    let secrets: Vec<_> =
        passcodes(conversation).into_iter().chain(handles(conversation)).collect();
    for read in conversation.own() {
        let target = &read.exchange.request.target;
        let query = read.exchange.request.query_form();
        // The link of a mail carries its token by design.
        let is_link = read.exchange.request.path().starts_with("/email/verify");
        let named = query.keys().find(|name| NAMES.contains(&name.as_str()));
        if let Some(name) = named.filter(|_| !is_go(read)) {
            findings.add(read, format!("the address carries {name}"));
        } else {
            let carried = secrets.iter().any(|secret| target.contains(secret));
            findings.add_unless(!carried || is_link, read, || {
                "the address carries a password, code or handle".into()
            });
        }
    }
}

/// Go's `RedeemInteractionCode` sends its whole form in the address.
fn is_go(read: &Read<'_>) -> bool {
    read.exchange.is_oauth("token") && read.exchange.request.body.is_empty()
}

fn headers(conversation: &Conversation<'_>, findings: &mut Findings) {
    let secrets: Vec<_> =
        passcodes(conversation).into_iter().chain(handles(conversation)).collect();
    for read in conversation.own() {
        for (name, value) in &read.exchange.request.headers {
            let carried = secrets.iter().any(|secret| value.contains(secret));
            findings.add_unless(!carried, read, || format!("{name} carries one"));
        }
    }
}

fn elsewhere(conversation: &Conversation<'_>, findings: &mut Findings) {
    let secrets = passcodes(conversation);
    for read in conversation.own() {
        let Some(profile) = read.sent.as_ref().and_then(|sent| sent.get("userProfile")) else {
            continue;
        };
        let text = profile.to_string();
        let carried = secrets.iter().any(|secret| text.contains(secret));
        findings.add_unless(!carried, read, || "userProfile carries one".into());
    }
}
