//! The endpoints of the authorization servers.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::tokens;
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[
    &INTERACT_ANSWER,
    &OAUTH_ERROR,
    &OAUTH_STATUS,
    &OAUTH_MEDIA_TYPE,
    &KEYS,
    &DISCOVERY,
    &TOKEN_INTROSPECTION,
    &USERINFO,
    &USERINFO_CLAIMS_KNOWN,
    &BEARER_CHALLENGE,
];

static INTERACT_ANSWER: Rule = Rule {
    id: "server.interact-answer",
    level: Level::Must,
    says: "The server must respond to interact with {\"interaction_handle\"} of 43 characters, as application/json.",
    reason: "Every SDK reads the interaction handle first.",
    source: "interact, as the SDKs call it",
    check: Check::Response(interact),
};

fn interact(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if !exchange.raw.is_oauth("interact") || exchange.status() != 200 {
        return;
    }
    let handle = exchange
        .body
        .as_ref()
        .and_then(|body| body["interaction_handle"].as_str())
        .unwrap_or_default();
    let fits = handle.len() == 43
        && handle.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    findings.check(fits, exchange, || format!("interaction_handle is {handle:?}"));
    findings.check(exchange.media_type() == "application/json", exchange, || {
        format!("it is sent as {}", exchange.media_type())
    });
}

fn is_oauth(exchange: &ParsedExchange<'_>) -> bool {
    ["interact", "token", "introspect", "revoke"]
        .iter()
        .any(|operation| exchange.raw.is_oauth(operation))
}

static OAUTH_ERROR: Rule = Rule {
    id: "server.oauth-error",
    level: Level::Must,
    says: "The server must refuse an OAuth request with 4xx and a JSON body: either error and error_description, or an API error.",
    reason: ".NET chooses its exception by error_description.",
    source: "the shapes of errors, as recorded; OAuth errors, as recorded and documented; RFC 6749 5.2",
    check: Check::Response(error),
};

fn error(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if !is_oauth(exchange) || exchange.status() < 400 {
        return;
    }
    let body = exchange.body.clone().unwrap_or_default();
    let text = |name: &str| body[name].as_str().is_some_and(|text| !text.is_empty());
    let fits = text("errorCode") || (text("error") && text("error_description"));
    findings.check(fits, exchange, || format!("the body is {body}"));
    findings.check(exchange.media_type() == "application/json", exchange, || {
        format!("it is sent as {}", exchange.media_type())
    });
}

static OAUTH_STATUS: Rule = Rule {
    id: "server.oauth-status",
    level: Level::Must,
    says: "The server must respond to an OAuth request with 200, or with the 400, 401 or 403 that belongs to the error.",
    reason: "Clients use the status to tell whether the user or the administrator can fix the error.",
    source: "OAuth errors, as recorded and documented",
    check: Check::Response(status),
};

fn status(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if !is_oauth(exchange) || exchange.raw.answer.is_err() {
        return;
    }
    let body = exchange.body.clone().unwrap_or_default();
    let expected: &[u16] = match body["error"].as_str() {
        None if body.get("errorCode").is_some() => &[400, 401, 403, 404, 405, 413, 415, 429],
        None => &[200],
        Some("invalid_client") => &[401],
        Some("invalid_request" | "access_denied") => &[400, 401],
        Some(_) => &[400],
    };
    findings.check(expected.contains(&exchange.status()), exchange, || {
        format!("{} comes with {}", body["error"], exchange.status())
    });
}

static OAUTH_MEDIA_TYPE: Rule = Rule {
    id: "server.oauth-media-type",
    level: Level::Must,
    says: "An authorization server must send JSON as application/json.",
    reason: "auth-js and Java parse no body of another type.",
    source: "tokens, as recorded and documented; RFC 6749 5.1, RFC 7517 8.5, RFC 8414 3.2",
    check: Check::Response(media_type),
};

fn media_type(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let path = exchange.raw.request.path();
    let is_ours = path.starts_with("/oauth2/") || path.starts_with("/.well-known/");
    if is_ours && exchange.body.is_some() {
        findings.check(exchange.media_type() == "application/json", exchange, || {
            format!("it is sent as {}", exchange.media_type())
        });
    }
}

static KEYS: Rule = Rule {
    id: "server.keys",
    level: Level::Must,
    says: "The server must publish RSA keys for RS256 with kid, n and e, and no private part.",
    reason: "Every validator selects its key by kid.",
    source: "tokens, as recorded and documented; RFC 7517",
    check: Check::Response(keys),
};

fn keys(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if !exchange.raw.is_oauth("keys") {
        return;
    }
    let body = exchange.body.clone().unwrap_or_default();
    let keys = body["keys"].as_array().cloned().unwrap_or_default();
    findings.check(!keys.is_empty() && exchange.status() == 200, exchange, || {
        "the response has no key".into()
    });
    for key in &keys {
        let fits = key["kty"] == "RSA"
            && key["alg"] == "RS256"
            && key["use"] == "sig"
            && key["e"] == "AQAB";
        let named = ["kid", "n"]
            .iter()
            .all(|member| key[*member].as_str().is_some_and(|text| !text.is_empty()));
        findings.check(fits && named, exchange, || format!("a key is {key}"));
        let private =
            ["d", "p", "q", "dp", "dq", "qi"].iter().any(|member| key.get(*member).is_some());
        findings.check(!private, exchange, || "the response has a private part".into());
    }
    let kid = |key: &Value| key["kid"].as_str().map(ToOwned::to_owned);
    let unique = keys
        .iter()
        .enumerate()
        .all(|(index, key)| keys[..index].iter().all(|other| kid(other) != kid(key)));
    findings.check(unique, exchange, || "two keys have the same kid".into());
    findings.check(!exchange.header("cache-control").is_empty(), exchange, || {
        "no Cache-Control".into()
    });
}

static DISCOVERY: Rule = Rule {
    id: "server.discovery",
    level: Level::Must,
    says: "In the discovery document, the server must publish its own issuer, endpoints on its own origin, and support for S256 and RS256.",
    reason: "Swift, Kotlin and auth-js take every URL from it. auth-js refuses PKCE without S256.",
    source: "discovery, as recorded; okta-mobile-swift, okta-mobile-kotlin",
    check: Check::Response(discovery),
};

fn discovery(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let path = exchange.raw.request.path();
    let Some(server) =
        path.strip_suffix("/.well-known/openid-configuration").filter(|_| exchange.status() == 200)
    else {
        return;
    };
    let body = exchange.body.clone().unwrap_or_default();
    let issuer = format!("{}{server}", exchange.origin());
    findings.check(body["issuer"] == issuer, exchange, || format!("issuer is {}", body["issuer"]));
    let base = if server.is_empty() { format!("{}/oauth2", exchange.origin()) } else { issuer };
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
        findings.check(fits, exchange, || format!("{member} is {}", body[member]));
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
        .check(flag.is_boolean(), exchange, || format!("request_parameter_supported is {flag}"));
    let registration = body["registration_endpoint"].as_str().unwrap_or_default();
    let fits = registration == format!("{}/oauth2/v1/clients", exchange.origin());
    findings.check(fits, exchange, || format!("registration_endpoint is {registration:?}"));
    check_known_words(exchange, &body, findings);
    for (member, wanted) in lists {
        let fits = body[member].as_array().is_some_and(|list| {
            list.contains(&Value::from(wanted)) && list.iter().all(Value::is_string)
        });
        findings.check(fits, exchange, || format!("{member} is {}", body[member]));
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

fn check_known_words(exchange: &ParsedExchange<'_>, body: &Value, findings: &mut Findings) {
    for (member, words) in WORDS {
        let list = body[*member].as_array().cloned().unwrap_or_default();
        let known = list.iter().all(|word| {
            word.as_str().is_some_and(|word| words.is_empty() || words.contains(&word))
        });
        let unique = list.iter().enumerate().all(|(index, word)| !list[..index].contains(word));
        findings.check(known && unique && !list.is_empty(), exchange, || {
            format!("{member} is {}", body[*member])
        });
    }
}

static TOKEN_INTROSPECTION: Rule = Rule {
    id: "server.token-introspection",
    level: Level::Must,
    says: "The server must describe an active token with the token's claims in the introspection response. For any other token, the response must contain only `active: false`.",
    reason: "Resource servers authorize requests based on these claims.",
    source: "tokens, as recorded and documented; RFC 7662 2.2",
    check: Check::Response(introspection),
};

fn introspection(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(body) = exchange
        .body
        .as_ref()
        .filter(|_| exchange.raw.is_oauth("introspect") && exchange.status() == 200)
    else {
        return;
    };
    findings
        .check(body["active"].is_boolean(), exchange, || format!("active is {}", body["active"]));
    if body["active"] == false {
        let bare = body.as_object().is_some_and(|members| members.len() == 1);
        findings.check(bare, exchange, || "the response describes an inactive token".into());
        return;
    }
    let token = exchange.raw.request.form().remove("token").unwrap_or_default();
    let Some(claims) = tokens::claims(&token) else { return };
    for claim in ["iss", "aud", "sub", "jti", "iat", "exp", "uid"] {
        let fits = claims
            .get(claim)
            .is_none_or(|value| body.get(claim) == Some(&traffic.unsigned(value, exchange)));
        findings.check(fits, exchange, || {
            format!("{claim} is {}, and the token says {}", body[claim], claims[claim])
        });
    }
    let scopes: Vec<_> =
        claims["scp"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    findings.check(scopes.is_empty() || body["scope"] == scopes.join(" "), exchange, || {
        format!("scope is {}", body["scope"])
    });
    findings.check(body["token_type"] == "Bearer", exchange, || {
        format!("token_type is {}", body["token_type"])
    });
}

static USERINFO: Rule = Rule {
    id: "server.userinfo",
    level: Level::Must,
    says: "The server must put sub into userinfo, and send standard claims with the types that OpenID Connect defines.",
    reason: "OpenID Connect clients compare sub with the ID token.",
    source: "tokens, as recorded and documented; OpenID Connect Core 5.3",
    check: Check::Response(userinfo),
};

fn userinfo(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    if !exchange.raw.is_oauth("userinfo") || exchange.status() != 200 {
        return;
    }
    let body = exchange.body.clone().unwrap_or_default();
    let of_transaction = |other: &&ParsedExchange<'_>| {
        exchange.transaction.is_none() || other.transaction == exchange.transaction
    };
    let known = traffic
        .exchanges
        .iter()
        .filter(of_transaction)
        .filter_map(ParsedExchange::page)
        .any(|page| page.0.pointer("/user/value/id") == Some(&body["sub"]));
    findings.check(known, exchange, || {
        format!("sub is {}, and no such user signed up in this transaction", body["sub"])
    });
    for name in
        ["name", "email", "given_name", "family_name", "preferred_username", "locale", "zoneinfo"]
    {
        let fits = body.get(name).is_none_or(Value::is_string);
        findings.check(fits, exchange, || format!("{name} is {}", body[name]));
    }
    let full = format!(
        "{} {}",
        body["given_name"].as_str().unwrap_or_default(),
        body["family_name"].as_str().unwrap_or_default()
    );
    let named = body.get("name").is_none_or(|name| name == full.trim());
    findings.check(named, exchange, || format!("name is {}", body["name"]));
    if let Some(verified) = body.get("email_verified") {
        findings.check(verified.is_boolean(), exchange, || format!("email_verified is {verified}"));
    }
    if let Some(updated) = body.get("updated_at") {
        findings.check(updated.is_u64(), exchange, || format!("updated_at is {updated}"));
    }
}

static USERINFO_CLAIMS_KNOWN: Rule = Rule {
    id: "server.userinfo-claims-known",
    level: Level::Should,
    says: "The server should put only documented claims into userinfo.",
    reason: "An unknown claim is a custom claim of the org, or a misspelt name.",
    source: "tokens, as recorded and documented",
    check: Check::Response(claims_known),
};

fn claims_known(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if !exchange.raw.is_oauth("userinfo") || exchange.status() != 200 {
        return;
    }
    for name in exchange.body.as_ref().and_then(Value::as_object).into_iter().flat_map(|b| b.keys())
    {
        let is_known = USERINFO_CLAIMS.contains(&name.as_str());
        findings.check(is_known, exchange, || format!("it has {name}"));
    }
}

/// The claims that Okta documents for this endpoint.
const USERINFO_CLAIMS: &[&str] = &[
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

static BEARER_CHALLENGE: Rule = Rule {
    id: "server.bearer-challenge",
    level: Level::Must,
    says: "The server must refuse a bearer token with WWW-Authenticate: Bearer error=….",
    reason: "Clients use this header to decide whether to refresh the token.",
    source: "tokens, as recorded and documented; RFC 6750 3",
    check: Check::Response(challenge),
};

fn challenge(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if exchange.raw.is_oauth("userinfo") && [401, 403].contains(&exchange.status()) {
        let header = exchange.header("www-authenticate");
        let fits = header.starts_with("Bearer ") && header.contains("error=\"");
        findings.check(fits, exchange, || format!("it is {header:?}"));
    }
}
