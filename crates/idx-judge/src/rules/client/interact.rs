//! How a client begins.

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "client.interact-form",
        Check::Whole(form),
        [
            "interact is a POST of a form",
            "parameters in an address end in logs",
            "interact, as the SDKs call it",
        ],
    ),
    Rule::must(
        "client.interact-parameters",
        Check::Whole(parameters),
        [
            "interact carries client_id, scope and redirect_uri",
            "Okta refuses to begin without them",
            "interact, as the SDKs call it",
        ],
    ),
    Rule::must(
        "client.scope-openid",
        Check::Whole(openid),
        [
            "the scope contains openid",
            "without it there is no id_token, and Okta refuses profile scopes",
            "OAuth errors, as recorded and documented",
        ],
    ),
    Rule::must(
        "client.pkce-s256",
        Check::Whole(s256),
        [
            "code_challenge_method is S256",
            "plain shows the verifier to whoever sees the request",
            "RFC 7636 4.2; discovery lists S256 alone",
        ],
    ),
    Rule::must(
        "client.pkce-challenge",
        Check::Whole(challenge),
        [
            "code_challenge is the 43 characters of a SHA-256 in base64url",
            "anything else is no hash of a verifier",
            "RFC 7636 4.2",
        ],
    ),
    Rule::must(
        "client.pkce-fresh",
        Check::Whole(fresh_challenge),
        [
            "every interact has a challenge of its own",
            "a verifier that is used again protects nothing once it was seen",
            "RFC 7636 4.1",
        ],
    ),
    Rule::must(
        "client.state",
        Check::Whole(state),
        [
            "interact carries a state of eight characters at least",
            "a link from the mail is tied to its tab by it",
            "interact, as the SDKs call it; Okta: email magic links",
        ],
    ),
    Rule::must(
        "client.state-fresh",
        Check::Whole(fresh_state),
        [
            "every interact has a state of its own",
            "a state that is used again ties a link to the wrong tab",
            "RFC 6749 10.12",
        ],
    ),
    Rule::should(
        "client.nonce",
        Check::Whole(nonce),
        [
            "interact carries a nonce",
            "the id_token can be tied to this sign-up by it; .NET, Java and Go send none",
            "OpenID Connect Core 3.1.2.1",
        ],
    ),
    Rule::must(
        "client.nonce-fresh",
        Check::Whole(fresh_nonce),
        [
            "every interact that has a nonce has one of its own",
            "an id_token could be replayed otherwise",
            "OpenID Connect Core 15.5.2",
        ],
    ),
    Rule::must(
        "client.introspects-first",
        Check::Whole(introspects),
        [
            "the interaction handle of interact is introspected before anything is answered",
            "only introspect tells where the transaction stands",
            "introspect, as recorded",
        ],
    ),
];

fn own_interacts<'r, 'c>(conversation: &'r Conversation<'c>) -> impl Iterator<Item = &'r Read<'c>> {
    conversation.own().filter(|read| {
        read.exchange.is_oauth("interact") && read.exchange.request.method != "OPTIONS"
    })
}

fn sent(read: &Read<'_>, name: &str) -> String {
    read.exchange.request.form().remove(name).unwrap_or_default()
}

fn form(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in own_interacts(conversation) {
        let request = &read.exchange.request;
        let media_type = request.header("content-type").unwrap_or_default();
        let fits =
            request.method == "POST" && media_type.starts_with("application/x-www-form-urlencoded");
        findings.add_unless(fits && request.query().is_empty(), read, || {
            format!("it is {} {} as {media_type:?}", request.method, request.target)
        });
    }
}

fn parameters(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in own_interacts(conversation) {
        for name in ["client_id", "scope", "redirect_uri"] {
            findings
                .add_unless(!sent(read, name).is_empty(), read, || format!("{name} is missing"));
        }
    }
}

fn openid(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in own_interacts(conversation) {
        let scope = sent(read, "scope");
        findings.add_unless(
            scope.is_empty() || scope.split(' ').any(|s| s == "openid"),
            read,
            || format!("it is {scope:?}"),
        );
    }
}

fn s256(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in own_interacts(conversation) {
        let method = sent(read, "code_challenge_method");
        findings.add_unless(method == "S256", read, || format!("it is {method:?}"));
    }
}

fn challenge(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in own_interacts(conversation) {
        let challenge = sent(read, "code_challenge");
        let fits = challenge.len() == 43
            && challenge.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        findings.add_unless(fits, read, || format!("it is {challenge:?}"));
    }
}

fn state(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in own_interacts(conversation) {
        let state = sent(read, "state");
        findings.add_unless(state.len() >= 8, read, || format!("it is {state:?}"));
    }
}

fn nonce(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in own_interacts(conversation) {
        findings.add_unless(!sent(read, "nonce").is_empty(), read, || "there is none".into());
    }
}

fn fresh_challenge(conversation: &Conversation<'_>, findings: &mut Findings) {
    fresh("code_challenge", conversation, findings);
}

fn fresh_state(conversation: &Conversation<'_>, findings: &mut Findings) {
    fresh("state", conversation, findings);
}

fn fresh_nonce(conversation: &Conversation<'_>, findings: &mut Findings) {
    fresh("nonce", conversation, findings);
}

fn fresh(name: &str, conversation: &Conversation<'_>, findings: &mut Findings) {
    let mut seen: Vec<String> = Vec::new();
    for read in own_interacts(conversation) {
        let value = sent(read, name);
        findings.add_unless(value.is_empty() || !seen.contains(&value), read, || {
            format!("{name} {value:?} was used before")
        });
        seen.push(value);
    }
}

fn introspects(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in own_interacts(conversation).filter(|read| read.status() == 200) {
        let next = conversation.reads[read.number + 1..]
            .iter()
            .find(|next| next.exchange.is_idx() && !next.exchange.deliberate);
        let Some(next) = next else { continue };
        let handle = read.body.as_ref().map(|body| &body["interaction_handle"]);
        let fits = next.endpoint() == "introspect"
            && next.sent.as_ref().map(|sent| &sent["interactionHandle"]) == handle;
        findings.add_unless(fits, next, || format!("{} came first", next.exchange.request.target));
    }
}
