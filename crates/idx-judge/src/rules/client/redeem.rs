//! How a client turns the interaction code into tokens.

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use crate::page::Page;

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "client.redeems-form",
        Check::Whole(form),
        [
            "the token request is a POST of a form with grant_type=interaction_code, the code, client_id and the verifier",
            "Okta gives no tokens otherwise",
            "tokens, as recorded and documented",
        ],
    ),
    Rule::must(
        "client.redeems-href",
        Check::Whole(href),
        [
            "the token request goes to the href of the success, or the token endpoint of its issuer",
            "another server cannot know the code",
            "the success answer, as recorded",
        ],
    ),
    Rule::must(
        "client.redeems-once",
        Check::Whole(once),
        [
            "a code is redeemed once",
            "a second try tells Okta that the code was stolen",
            "RFC 6749 4.1.2",
        ],
    ),
    Rule::must(
        "client.redeems-own-code",
        Check::Whole(own_code),
        [
            "the code is the one that the newest success gave",
            "an older one is dead",
            "the success answer, as recorded",
        ],
    ),
    Rule::must(
        "client.pkce-verifier",
        Check::Whole(verifier),
        [
            "the verifier is 43 to 128 characters and hashes to the challenge of interact",
            "Okta answers: PKCE verification failed.",
            "RFC 7636 4.1, 4.6",
        ],
    ),
    Rule::must(
        "client.secret-of-confidential",
        Check::Whole(confidential),
        [
            "a confidential client sends its secret with the token request",
            "Okta answers 401 without it",
            "tokens, as recorded and documented",
        ],
    ),
    Rule::must(
        "client.no-secret-of-public",
        Check::Whole(public),
        [
            "a public client sends no secret",
            "a secret in a browser or an app is none; Java's literal null is no secret either",
            "interact, as the SDKs call it",
        ],
    ),
];

fn redeems<'r, 'c>(conversation: &'r Conversation<'c>) -> impl Iterator<Item = &'r Read<'c>> {
    conversation
        .own()
        .filter(|read| read.exchange.is_oauth("token") && read.exchange.request.method != "OPTIONS")
}

fn sent(read: &Read<'_>, name: &str) -> String {
    read.exchange.request.parameter(name).unwrap_or_default()
}

fn form(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in redeems(conversation) {
        let request = &read.exchange.request;
        let media_type = request.header("content-type").unwrap_or_default();
        let fits =
            request.method == "POST" && media_type.starts_with("application/x-www-form-urlencoded");
        findings.add_unless(fits, read, || format!("it is {} as {media_type:?}", request.method));
        let grant = sent(read, "grant_type");
        findings
            .add_unless(grant == "interaction_code", read, || format!("grant_type is {grant:?}"));
        for name in ["interaction_code", "client_id", "code_verifier"] {
            findings
                .add_unless(!sent(read, name).is_empty(), read, || format!("{name} is missing"));
        }
    }
}

fn last_success<'r, 'c>(
    read: &Read<'_>,
    conversation: &'r Conversation<'c>,
) -> Option<&'r Read<'c>> {
    let earlier = conversation.reads[..read.number].iter().rev();
    earlier.into_iter().find(|other| other.page().is_some_and(|page| page.success().is_some()))
}

fn href(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in redeems(conversation) {
        let Some(success) = last_success(read, conversation) else { continue };
        let href = success
            .page()
            .and_then(Page::success)
            .and_then(|form| form["href"].as_str())
            .unwrap_or_default();
        let path = href.strip_prefix(&success.origin()).unwrap_or(href);
        findings.add_unless(read.exchange.request.path() == path, read, || {
            format!("it goes to {}, and {path} is right", read.exchange.request.path())
        });
    }
}

fn once(conversation: &Conversation<'_>, findings: &mut Findings) {
    let mut seen: Vec<String> = Vec::new();
    for read in redeems(conversation) {
        let code = sent(read, "interaction_code");
        findings.add_unless(code.is_empty() || !seen.contains(&code), read, || {
            "the code was redeemed before".into()
        });
        seen.push(code);
    }
}

fn own_code(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in redeems(conversation) {
        let success = last_success(read, conversation).and_then(Read::page);
        let right = success.and_then(Page::interaction_code);
        let code = sent(read, "interaction_code");
        findings.add_unless(right == Some(&code) || code.is_empty(), read, || {
            format!("it is {code:?}")
        });
    }
}

fn verifier(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in redeems(conversation) {
        let verifier = sent(read, "code_verifier");
        let safe = verifier.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c));
        let fits = (43..=128).contains(&verifier.len()) && safe;
        findings.add_unless(fits || verifier.is_empty(), read, || format!("it is {verifier:?}"));
        let interacts = conversation.reads[..read.number].iter().rev();
        let newest = interacts
            .into_iter()
            .find(|other| other.exchange.is_oauth("interact"))
            .and_then(|other| other.exchange.request.form().remove("code_challenge"))
            // One that is no hash has a rule of its own.
            .filter(|challenge| challenge.len() == 43);
        let matches =
            newest.is_none_or(|challenge| challenge == crate::pkce::code_challenge(&verifier));
        findings.add_unless(matches || verifier.is_empty(), read, || {
            "it does not hash to the challenge".into()
        });
    }
}

fn confidential(conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(secret) = &conversation.facts.client_secret else { return };
    for read in redeems(conversation) {
        let in_header = read
            .exchange
            .request
            .header("authorization")
            .is_some_and(|header| header.starts_with("Basic "));
        findings.add_unless(in_header || sent(read, "client_secret") == *secret, read, || {
            "it is missing".into()
        });
    }
}

fn public(conversation: &Conversation<'_>, findings: &mut Findings) {
    if conversation.facts.client_secret.is_some() {
        return;
    }
    for read in conversation.own() {
        let secret = sent(read, "client_secret");
        findings.add_unless(secret.is_empty() || secret == "null", read, || "it sends one".into());
    }
}
