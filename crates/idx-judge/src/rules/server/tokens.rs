//! The tokens.

use jiff::Timestamp;
use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use crate::exchange::Exchange;
use crate::expectations::tokens;

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.token-answer",
        Check::Answer(answer),
        [
            "a token answer has token_type Bearer, expires_in as a number, the scope, and a token for each scope that asks for one",
            "Kotlin refuses the answer when expires_in is no number",
            "tokens, as recorded and documented; okta-mobile-kotlin",
        ],
    ),
    Rule::must(
        "server.token-not-stored",
        Check::Answer(no_store),
        [
            "a token answer is not to be stored",
            "a cache on the way would keep the person's tokens",
            "RFC 6749 5.1",
        ],
    ),
    Rule::must(
        "server.token-signature",
        Check::Whole(signature),
        [
            "tokens are signed by a published key; the id_token has the nonce, the audience and the hash of its access token",
            "auth-js, Swift and Kotlin validate all of it before they believe a token",
            "OpenID Connect Core 3.1.3.7; what the SDKs of five languages demand",
        ],
    ),
    Rule::must(
        "server.id-token-claims",
        Check::Answer(id_token),
        [
            "the id_token says sub, ver, iss, aud, iat, exp an hour later, jti, amr, idp, auth_time and at_hash",
            "applications read the person from it",
            "tokens, as recorded and documented",
        ],
    ),
    Rule::must(
        "server.access-token-claims",
        Check::Answer(access_token),
        [
            "the access token says ver, jti, iss, aud, iat, exp, cid, uid, scp and sub",
            "resource servers decide by these",
            "tokens, as recorded and documented",
        ],
    ),
    Rule::must(
        "server.code-redeemed-once",
        Check::Answer(once),
        [
            "an interaction code brings tokens once",
            "whoever sees a used code must not become the person",
            "Okta: one-time",
        ],
    ),
    Rule::must(
        "server.pkce-held",
        Check::Answer(pkce),
        [
            "tokens are given to the holder of the verifier alone",
            "PKCE is all that protects a public client's code",
            "RFC 7636 4.6",
        ],
    ),
];

fn granted<'r>(read: &'r Read<'_>) -> Option<&'r Value> {
    read.body.as_ref().filter(|_| read.exchange.is_oauth("token") && read.status() == 200)
}

/// The interact request that a token request's challenge belongs to: the newest before it.
fn interact_of<'r>(read: &Read<'_>, conversation: &'r Conversation<'_>) -> Option<&'r Exchange> {
    let earlier = conversation.reads[..read.number].iter().rev();
    earlier
        .map(|read| read.exchange)
        .find(|exchange| exchange.is_oauth("interact") && exchange.status() == 200)
}

fn answer(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(body) = granted(read) else { return };
    findings.add_unless(body["token_type"] == "Bearer", read, || {
        format!("token_type is {}", body["token_type"])
    });
    findings.add_unless(body["expires_in"] == 3600, read, || {
        format!("expires_in is {}", body["expires_in"])
    });
    let asked = interact_of(read, conversation)
        .and_then(|exchange| exchange.request.form().remove("scope"))
        .unwrap_or_default();
    let mut asked: Vec<_> = asked.split(' ').collect();
    asked.sort_unstable();
    let mut given: Vec<_> = body["scope"].as_str().unwrap_or_default().split(' ').collect();
    given.sort_unstable();
    findings.add_unless(asked == given, read, || {
        format!("scope is {}, and {} was asked for", body["scope"], asked.join(" "))
    });
    for (member, wanted) in [
        ("access_token", true),
        ("id_token", asked.contains(&"openid")),
        ("refresh_token", asked.contains(&"offline_access")),
    ] {
        let is_there = body[member].as_str().is_some_and(|token| !token.is_empty());
        findings.add_unless(is_there == wanted, read, || {
            format!("{member} is {}", if is_there { "there" } else { "missing" })
        });
    }
    findings.add_unless(read.media_type() == "application/json", read, || {
        format!("it is sent as {}", read.media_type())
    });
}

fn no_store(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if granted(read).is_some() {
        let header = read.header("cache-control");
        findings.add_unless(header.contains("no-store"), read, || {
            format!("Cache-Control is {header:?}")
        });
    }
}

/// Only where the client fetched the keys: then all is there to check with.
fn signature(conversation: &Conversation<'_>, findings: &mut Findings) {
    let fetched = conversation.oauth("keys").any(|read| read.status() == 200);
    let Some(read) =
        conversation.reads.iter().rev().find(|read| granted(read).is_some()).filter(|_| fetched)
    else {
        return;
    };
    let exchanges: Vec<_> = conversation.reads.iter().map(|read| read.exchange.clone()).collect();
    for failure in tokens::check(&exchanges) {
        findings.add(read, format!("{}: {}", failure.what(), failure.actual()));
    }
}

fn id_token(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(token) = granted(read).and_then(|body| body["id_token"].as_str()) else { return };
    let Some(claims) = tokens::claims(token) else { return findings.add(read, "it is no JWS") };
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    let mut check = |name: &str, fits: bool| {
        findings.add_unless(fits, read, || format!("{name} is {}", claims[name]))
    };
    check("sub", text("sub").starts_with("00u"));
    check("ver", claims["ver"] == 1);
    check("iss", text("iss") == issuer(read, conversation));
    check("aud", text("aud") == conversation.facts.client_id);
    check("jti", text("jti").starts_with("ID."));
    check("idp", text("idp").starts_with("00o"));
    check(
        "amr",
        claims["amr"]
            .as_array()
            .is_some_and(|amr| !amr.is_empty() && amr.iter().all(Value::is_string)),
    );
    check("auth_time", claims["auth_time"].is_u64());
    check("at_hash", text("at_hash").len() == 22);
    for (name, fits) in life(read, &claims) {
        check(name, fits);
    }
}

fn access_token(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(token) = granted(read).and_then(|body| body["access_token"].as_str()) else { return };
    let Some(claims) = tokens::claims(token) else { return findings.add(read, "it is no JWS") };
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    let mut check = |name: &str, fits: bool| {
        findings.add_unless(fits, read, || format!("{name} is {}", claims[name]))
    };
    check("ver", claims["ver"] == 1);
    check("jti", text("jti").starts_with("AT."));
    check("iss", text("iss") == issuer(read, conversation));
    check("aud", !text("aud").is_empty());
    check("cid", text("cid") == conversation.facts.client_id);
    check("uid", text("uid").starts_with("00u"));
    check("sub", !text("sub").is_empty());
    check(
        "scp",
        claims["scp"]
            .as_array()
            .is_some_and(|scopes| scopes.iter().all(Value::is_string) && !scopes.is_empty()),
    );
    for (name, fits) in life(read, &claims) {
        check(name, fits);
    }
}

/// `iat` is the org's time, `exp` an hour after it.
fn life(read: &Read<'_>, claims: &Value) -> [(&'static str, bool); 2] {
    let iat = claims["iat"].as_i64().unwrap_or_default();
    let now = read.exchange.org_time.as_deref().and_then(|now| now.parse::<Timestamp>().ok());
    [
        ("iat", iat > 0 && now.is_none_or(|now| now.as_second() == iat)),
        ("exp", claims["exp"].as_i64() == Some(iat + 3600)),
    ]
}

/// The issuer whose token endpoint was asked.
fn issuer(read: &Read<'_>, conversation: &Conversation<'_>) -> String {
    let path = read.exchange.request.path();
    let server = path.strip_suffix("/v1/token").unwrap_or_default();
    let origin = conversation.signed_origin(read);
    format!("{origin}{}", if server == "/oauth2" { "" } else { server })
}

fn once(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    if granted(read).is_none() {
        return;
    }
    let code = read.exchange.request.parameter("interaction_code");
    let before = conversation.reads[..read.number].iter().any(|other| {
        granted(other).is_some()
            && other.exchange.request.parameter("interaction_code") == code
            && code.is_some()
    });
    findings.add_unless(!before, read, || "the code brought tokens before".into());
}

fn pkce(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    if granted(read).is_none() {
        return;
    }
    let challenge = interact_of(read, conversation)
        .and_then(|exchange| exchange.request.form().remove("code_challenge"));
    let Some(challenge) = challenge else { return };
    let verifier = read.exchange.request.parameter("code_verifier").unwrap_or_default();
    let fits = crate::pkce::code_challenge(&verifier) == challenge;
    findings.add_unless(fits, read, || {
        "the verifier does not fit the challenge, and tokens were given".into()
    });
}
