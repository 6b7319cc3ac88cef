//! The endpoints of the authorization servers.

use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use crate::expectations::tokens;

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.interact-answer",
        Check::Answer(interact),
        [
            "interact answers {\"interaction_handle\"} of 43 characters, as application/json",
            "every SDK begins with it",
            "interact, as the SDKs call it",
        ],
    ),
    Rule::must(
        "server.oauth-error",
        Check::Answer(error),
        [
            "a refusal of an OAuth endpoint is 4xx with error and error_description, or an API error, as application/json",
            ".NET decides by error_description which of its exceptions it throws",
            "the shapes of errors, as recorded; OAuth errors, as recorded and documented; RFC 6749 5.2",
        ],
    ),
    Rule::must(
        "server.oauth-status",
        Check::Answer(status),
        [
            "an OAuth endpoint answers 200, or 400, 401, 403 by the kind of its error",
            "clients tell by the status whether to ask the person or the administrator",
            "OAuth errors, as recorded and documented",
        ],
    ),
    Rule::must(
        "server.oauth-media-type",
        Check::Answer(media_type),
        [
            "what an authorization server answers in JSON is sent as application/json",
            "auth-js and Java parse no body of another type",
            "tokens, as recorded and documented; RFC 6749 5.1, RFC 7517 8.5, RFC 8414 3.2",
        ],
    ),
    Rule::must(
        "server.keys",
        Check::Answer(keys),
        [
            "the keys are RSA keys for RS256 signatures with kid, n and e, and nothing private",
            "every validator picks its key by kid",
            "tokens, as recorded and documented; RFC 7517",
        ],
    ),
    Rule::must(
        "server.discovery",
        Check::Answer(discovery),
        [
            "discovery names its own issuer, the endpoints on its origin, S256 and RS256",
            "Swift, Kotlin and auth-js take every address from it; auth-js refuses PKCE without S256",
            "discovery, as recorded; okta-mobile-swift, okta-mobile-kotlin",
        ],
    ),
    Rule::must(
        "server.token-introspection",
        Check::Answer(introspection),
        [
            "introspection of an active token says what the token says, and of another nothing but active: false",
            "a resource server decides by it",
            "tokens, as recorded and documented; RFC 7662 2.2",
        ],
    ),
    Rule::must(
        "server.userinfo",
        Check::Answer(userinfo),
        [
            "userinfo has sub, and texts and numbers of the standard claims",
            "OpenID Connect clients compare sub with the id_token's",
            "tokens, as recorded and documented; OpenID Connect Core 5.3",
        ],
    ),
    Rule::must(
        "server.bearer-challenge",
        Check::Answer(challenge),
        [
            "a refused bearer token is answered with WWW-Authenticate: Bearer error=…",
            "clients read there whether to refresh the token",
            "tokens, as recorded and documented; RFC 6750 3",
        ],
    ),
];

fn interact(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if !read.exchange.is_oauth("interact") || read.status() != 200 {
        return;
    }
    let handle =
        read.body.as_ref().and_then(|body| body["interaction_handle"].as_str()).unwrap_or_default();
    let fits = handle.len() == 43
        && handle.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    findings.add_unless(fits, read, || format!("interaction_handle is {handle:?}"));
    findings.add_unless(read.media_type() == "application/json", read, || {
        format!("it is sent as {}", read.media_type())
    });
}

fn is_oauth(read: &Read<'_>) -> bool {
    ["interact", "token", "introspect", "revoke"]
        .iter()
        .any(|operation| read.exchange.is_oauth(operation))
}

fn error(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if !is_oauth(read) || read.status() < 400 {
        return;
    }
    let body = read.body.clone().unwrap_or_default();
    let text = |name: &str| body[name].as_str().is_some_and(|text| !text.is_empty());
    let fits = text("errorCode") || (text("error") && text("error_description"));
    findings.add_unless(fits, read, || format!("the body is {body}"));
    findings.add_unless(read.media_type() == "application/json", read, || {
        format!("it is sent as {}", read.media_type())
    });
}

fn status(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if !is_oauth(read) || read.exchange.answer.is_err() {
        return;
    }
    let body = read.body.clone().unwrap_or_default();
    let expected: &[u16] = match body["error"].as_str() {
        None if body.get("errorCode").is_some() => &[400, 401, 403, 404, 405, 413, 415, 429],
        None => &[200],
        Some("invalid_client") => &[401],
        Some("invalid_request") => &[400, 401],
        Some(_) => &[400],
    };
    findings.add_unless(expected.contains(&read.status()), read, || {
        format!("{} comes with {}", body["error"], read.status())
    });
}

fn media_type(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let path = read.exchange.request.path();
    let is_ours = path.starts_with("/oauth2/") || path.starts_with("/.well-known/");
    if is_ours && read.body.is_some() {
        findings.add_unless(read.media_type() == "application/json", read, || {
            format!("it is sent as {}", read.media_type())
        });
    }
}

fn keys(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if !read.exchange.is_oauth("keys") {
        return;
    }
    let body = read.body.clone().unwrap_or_default();
    let keys = body["keys"].as_array().cloned().unwrap_or_default();
    findings
        .add_unless(!keys.is_empty() && read.status() == 200, read, || "there is no key".into());
    for key in &keys {
        let fits = key["kty"] == "RSA"
            && key["alg"] == "RS256"
            && key["use"] == "sig"
            && key["e"] == "AQAB";
        let named = ["kid", "n"]
            .iter()
            .all(|member| key[*member].as_str().is_some_and(|text| !text.is_empty()));
        findings.add_unless(fits && named, read, || format!("a key is {key}"));
        let private =
            ["d", "p", "q", "dp", "dq", "qi"].iter().any(|member| key.get(*member).is_some());
        findings.add_unless(!private, read, || "a private part is published".into());
    }
    let kid = |key: &Value| key["kid"].as_str().map(ToOwned::to_owned);
    let unique = keys
        .iter()
        .enumerate()
        .all(|(index, key)| keys[..index].iter().all(|other| kid(other) != kid(key)));
    findings.add_unless(unique, read, || "two keys have one kid".into());
    findings
        .add_unless(!read.header("cache-control").is_empty(), read, || "no Cache-Control".into());
}

fn discovery(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let path = read.exchange.request.path();
    let Some(server) =
        path.strip_suffix("/.well-known/openid-configuration").filter(|_| read.status() == 200)
    else {
        return;
    };
    let body = read.body.clone().unwrap_or_default();
    let issuer = format!("{}{server}", read.origin());
    findings.add_unless(body["issuer"] == issuer, read, || format!("issuer is {}", body["issuer"]));
    let base = if server.is_empty() { format!("{}/oauth2", read.origin()) } else { issuer };
    let endpoints = [
        ("authorization_endpoint", "authorize"),
        ("token_endpoint", "token"),
        ("userinfo_endpoint", "userinfo"),
        ("jwks_uri", "keys"),
        ("introspection_endpoint", "introspect"),
        ("revocation_endpoint", "revoke"),
        ("end_session_endpoint", "logout"),
    ];
    for (member, operation) in endpoints {
        let fits = body[member] == format!("{base}/v1/{operation}");
        findings.add_unless(fits, read, || format!("{member} is {}", body[member]));
    }
    let lists = [
        ("code_challenge_methods_supported", "S256"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("response_types_supported", "code"),
        ("subject_types_supported", "public"),
        ("scopes_supported", "openid"),
    ];
    let flag = &body["request_parameter_supported"];
    findings
        .add_unless(flag.is_boolean(), read, || format!("request_parameter_supported is {flag}"));
    let registration = body["registration_endpoint"].as_str().unwrap_or_default();
    let fits = registration == format!("{}/oauth2/v1/clients", read.origin());
    findings.add_unless(fits, read, || format!("registration_endpoint is {registration:?}"));
    check_known_words(read, &body, findings);
    for (member, wanted) in lists {
        let fits = body[member].as_array().is_some_and(|list| {
            list.contains(&Value::from(wanted)) && list.iter().all(Value::is_string)
        });
        findings.add_unless(fits, read, || format!("{member} is {}", body[member]));
    }
}

/// Lists whose words are fixed by the specifications, and by what Okta has of them.
const WORDS: &[(&str, &[&str])] = &[
    ("response_modes_supported", &["query", "fragment", "form_post", "okta_post_message"]),
    (
        "grant_types_supported",
        &[
            "authorization_code",
            "implicit",
            "refresh_token",
            "password",
            "interaction_code",
            "client_credentials",
        ],
    ),
    ("token_endpoint_auth_methods_supported", AUTH_METHODS),
    ("introspection_endpoint_auth_methods_supported", AUTH_METHODS),
    ("revocation_endpoint_auth_methods_supported", AUTH_METHODS),
    ("request_object_signing_alg_values_supported", ALGORITHMS),
    ("subject_types_supported", &["public", "pairwise"]),
    (
        "response_types_supported",
        &[
            "code",
            "id_token",
            "token",
            "code id_token",
            "code token",
            "id_token token",
            "code id_token token",
        ],
    ),
    ("scopes_supported", &[]),
    ("claims_supported", &[]),
];
const AUTH_METHODS: &[&str] =
    &["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"];
const ALGORITHMS: &[&str] =
    &["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];

fn check_known_words(read: &Read<'_>, body: &Value, findings: &mut Findings) {
    for (member, words) in WORDS {
        let list = body[*member].as_array().cloned().unwrap_or_default();
        let known = list.iter().all(|word| {
            word.as_str().is_some_and(|word| words.is_empty() || words.contains(&word))
        });
        let unique = list.iter().enumerate().all(|(index, word)| !list[..index].contains(word));
        findings.add_unless(known && unique && !list.is_empty(), read, || {
            format!("{member} is {}", body[*member])
        });
    }
}

fn introspection(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(body) =
        read.body.as_ref().filter(|_| read.exchange.is_oauth("introspect") && read.status() == 200)
    else {
        return;
    };
    findings
        .add_unless(body["active"].is_boolean(), read, || format!("active is {}", body["active"]));
    if body["active"] == false {
        let bare = body.as_object().is_some_and(|members| members.len() == 1);
        findings.add_unless(bare, read, || "it tells of a token that is not active".into());
        return;
    }
    let token = read.exchange.request.form().remove("token").unwrap_or_default();
    let Some(claims) = tokens::claims(&token) else { return };
    for claim in ["iss", "aud", "sub", "jti", "iat", "exp", "uid"] {
        let fits = claims
            .get(claim)
            .is_none_or(|value| body.get(claim) == Some(&conversation.answered(value, read)));
        findings.add_unless(fits, read, || {
            format!("{claim} is {}, and the token says {}", body[claim], claims[claim])
        });
    }
    let scopes: Vec<_> =
        claims["scp"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    findings.add_unless(scopes.is_empty() || body["scope"] == scopes.join(" "), read, || {
        format!("scope is {}", body["scope"])
    });
    findings.add_unless(body["token_type"] == "Bearer", read, || {
        format!("token_type is {}", body["token_type"])
    });
}

fn userinfo(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    if !read.exchange.is_oauth("userinfo") || read.status() != 200 {
        return;
    }
    let body = read.body.clone().unwrap_or_default();
    let known = conversation
        .reads
        .iter()
        .filter_map(Read::page)
        .any(|page| page.0.pointer("/user/value/id") == Some(&body["sub"]));
    findings.add_unless(known, read, || {
        format!("sub is {}, which is nobody that signed up", body["sub"])
    });
    for name in
        ["name", "email", "given_name", "family_name", "preferred_username", "locale", "zoneinfo"]
    {
        let fits = body.get(name).is_none_or(Value::is_string);
        findings.add_unless(fits, read, || format!("{name} is {}", body[name]));
    }
    const KNOWN: &[&str] = &[
        "sub",
        "name",
        "locale",
        "email",
        "preferred_username",
        "given_name",
        "family_name",
        "zoneinfo",
        "updated_at",
        "email_verified",
        "middle_name",
        "nickname",
        "profile",
        "phone_number",
        "address",
        "groups",
    ];
    for name in body
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
        .filter(|name| !KNOWN.contains(&name.as_str()))
    {
        findings.add(read, format!("it has {name}"));
    }
    let full = format!(
        "{} {}",
        body["given_name"].as_str().unwrap_or_default(),
        body["family_name"].as_str().unwrap_or_default()
    );
    let named = body.get("name").is_none_or(|name| name == full.trim());
    findings.add_unless(named, read, || format!("name is {}", body["name"]));
    if let Some(verified) = body.get("email_verified") {
        findings
            .add_unless(verified.is_boolean(), read, || format!("email_verified is {verified}"));
    }
    if let Some(updated) = body.get("updated_at") {
        findings.add_unless(updated.is_u64(), read, || format!("updated_at is {updated}"));
    }
}

fn challenge(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if read.exchange.is_oauth("userinfo") && [401, 403].contains(&read.status()) {
        let header = read.header("www-authenticate");
        let fits = header.starts_with("Bearer ") && header.contains("error=\"");
        findings.add_unless(fits, read, || format!("it is {header:?}"));
    }
}
