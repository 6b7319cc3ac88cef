//! The tokens.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::tokens;
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[
    &TOKEN_ANSWER,
    &TOKEN_NOT_STORED,
    &TOKEN_SIGNATURE,
    &ID_TOKEN_CLAIMS,
    &ACCESS_TOKEN_CLAIMS,
    &CODE_REDEEMED_ONCE,
    &PKCE_HELD,
];

fn granted<'r>(exchange: &'r ParsedExchange<'_>) -> Option<&'r Value> {
    exchange.body.as_ref().filter(|_| exchange.raw.is_oauth("token") && exchange.status() == 200)
}

static TOKEN_ANSWER: Rule = Rule {
    id: "server.token-answer",
    level: Level::Must,
    says: "The server must send token_type Bearer, expires_in as a number, the scope, an ID token if openid was granted, and a refresh token if offline_access was granted.",
    reason: "Kotlin refuses the response if expires_in is not a number.",
    source: "tokens, as recorded and documented; okta-mobile-kotlin",
    check: Check::Response(answer),
};

/// The seconds that Okta allows for an access token: five minutes to a day.
const LIFETIMES: RangeInclusive<i64> = 5 * 60..=24 * 60 * 60;

fn answer(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(body) = granted(exchange) else { return };
    findings.check(body["token_type"] == "Bearer", exchange, || {
        format!("token_type is {}", body["token_type"])
    });
    let lasts = body["expires_in"].as_i64();
    findings.check(lasts.is_some_and(|lasts| LIFETIMES.contains(&lasts)), exchange, || {
        format!("expires_in is {}", body["expires_in"])
    });
    findings.check(exchange.media_type() == "application/json", exchange, || {
        format!("it is sent as {}", exchange.media_type())
    });
    let request = &exchange.raw.request;
    let narrowed = request.parameter("scope").filter(|_| request.is_refresh());
    let interact = traffic.interact_of(exchange);
    let of_interact = || Some(interact?.raw.request.form().remove("scope").unwrap_or_default());
    let Some(asked) = narrowed.or_else(of_interact) else { return };
    let mut asked: Vec<_> = asked.split(' ').collect();
    asked.sort_unstable();
    let mut given: Vec<_> = body["scope"].as_str().unwrap_or_default().split(' ').collect();
    given.sort_unstable();
    findings.check(asked == given, exchange, || {
        format!("scope is {}, and the client requested {}", body["scope"], asked.join(" "))
    });
    for (member, wanted) in [
        ("access_token", true),
        ("id_token", asked.contains(&"openid")),
        ("refresh_token", asked.contains(&"offline_access")),
    ] {
        let is_there = body[member].as_str().is_some_and(|token| !token.is_empty());
        findings.check(is_there == wanted, exchange, || {
            format!("{member} is {}", if is_there { "present" } else { "missing" })
        });
    }
}

static TOKEN_NOT_STORED: Rule = Rule {
    id: "server.token-not-stored",
    level: Level::Must,
    says: "The server must send token responses with Cache-Control: no-store.",
    reason: "An intermediate cache would keep the user's tokens.",
    source: "RFC 6749 5.1",
    check: Check::Response(no_store),
};

fn no_store(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if granted(exchange).is_some() {
        let header = exchange.header("cache-control");
        findings.check(header.contains("no-store"), exchange, || {
            format!("Cache-Control is {header:?}")
        });
    }
}

static TOKEN_SIGNATURE: Rule = Rule {
    id: "server.token-signature",
    level: Level::Must,
    says: "The server must sign tokens with a published key, and put nonce, audience and at_hash into the ID token.",
    reason: "auth-js, Swift and Kotlin validate all of these before they accept a token.",
    source: "OpenID Connect Core 3.1.3.7; requirements of the SDKs in five languages",
    check: Check::Case(signature),
};

/// Checked only if the client fetched the server's keys.
fn signature(traffic: &Traffic<'_>, findings: &mut Findings) {
    for exchange in traffic.exchanges.iter().filter(|exchange| granted(exchange).is_some()) {
        if tokens::keys_for(exchange, traffic).next().is_none() {
            continue;
        }
        let failures = tokens::check_granted(exchange, traffic);
        findings.check(failures.is_empty(), exchange, || {
            let texts =
                failures.iter().map(|failure| format!("{}: {}", failure.what(), failure.actual()));
            texts.collect::<Vec<_>>().join("; ")
        });
    }
}

static ID_TOKEN_CLAIMS: Rule = Rule {
    id: "server.id-token-claims",
    level: Level::Must,
    says: "The server must put sub, ver, iss, aud, iat, exp one hour later, jti, amr, idp, auth_time and at_hash into the ID token.",
    reason: "Applications identify the user by these claims.",
    source: "tokens, as recorded and documented",
    check: Check::Response(id_token),
};

fn id_token(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(token) = granted(exchange).and_then(|body| body["id_token"].as_str()) else { return };
    let Some(claims) = tokens::claims(token) else {
        return findings.broken(exchange, "it is not a JWS");
    };
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    let mut check = |name: &str, fits: bool| {
        findings.check(fits, exchange, || format!("{name} is {}", claims[name]))
    };
    check("sub", text("sub").starts_with("00u"));
    check("ver", claims["ver"] == 1);
    check("iss", text("iss") == issuer(exchange, traffic));
    check("aud", is_client(&claims["aud"], exchange, traffic));
    check("jti", text("jti").starts_with("ID."));
    check("idp", text("idp").starts_with("00o"));
    check(
        "amr",
        claims["amr"]
            .as_array()
            .is_some_and(|amr| !amr.is_empty() && amr.iter().all(Value::is_string)),
    );
    check("auth_time", is_in_transaction(&claims, exchange, traffic));
    check("at_hash", text("at_hash").len() == 22);
    for (name, fits) in life(exchange, &claims, ID_TOKEN_LIFETIME) {
        check(name, fits);
    }
}

/// Whether `auth_time` is after the transaction began and not after `iat`. After a refresh, it is the time of the first sign-in.
fn is_in_transaction(claims: &Value, exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>) -> bool {
    /// Responses name whole seconds, and a server can have several clocks.
    const TOLERANCE: i64 = 60;
    let (Some(authenticated), Some(issued)) =
        (claims["auth_time"].as_i64(), claims["iat"].as_i64())
    else {
        return false;
    };
    let began = traffic.interact_of(exchange).filter(|_| !exchange.raw.request.is_refresh());
    let earliest = began.map(|interact| issued - elapsed(interact, exchange) - TOLERANCE);
    authenticated <= issued && earliest.is_none_or(|earliest| authenticated >= earliest)
}

/// The server's seconds between two exchanges: by the org's clock if it is frozen, or else by the recording's.
fn elapsed(from: &ParsedExchange<'_>, to: &ParsedExchange<'_>) -> i64 {
    let org_time =
        |exchange: &ParsedExchange<'_>| exchange.raw.org_time.as_deref()?.parse::<Timestamp>().ok();
    match org_time(from).zip(org_time(to)) {
        Some((from, to)) => to.as_second() - from.as_second(),
        None => {
            let milliseconds = (to.raw.at + to.raw.took).saturating_sub(from.raw.at);
            i64::try_from(milliseconds / 1000).unwrap_or(i64::MAX)
        }
    }
}

static ACCESS_TOKEN_CLAIMS: Rule = Rule {
    id: "server.access-token-claims",
    level: Level::Must,
    says: "The server must put ver, jti, iss, aud, iat, exp, cid, uid, scp and sub into the access token.",
    reason: "Resource servers authorize requests based on these claims.",
    source: "tokens, as recorded and documented",
    check: Check::Response(access_token),
};

fn access_token(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(token) = granted(exchange).and_then(|body| body["access_token"].as_str()) else {
        return;
    };
    let Some(claims) = tokens::claims(token) else {
        return findings.broken(exchange, "it is not a JWS");
    };
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    let mut check = |name: &str, fits: bool| {
        findings.check(fits, exchange, || format!("{name} is {}", claims[name]))
    };
    check("ver", claims["ver"] == 1);
    check("jti", text("jti").starts_with("AT."));
    check("iss", text("iss") == issuer(exchange, traffic));
    check("aud", is_audience(text("aud"), exchange, traffic));
    check("cid", is_client(&claims["cid"], exchange, traffic));
    check("uid", text("uid").starts_with("00u"));
    check("sub", !text("sub").is_empty());
    check(
        "scp",
        claims["scp"]
            .as_array()
            .is_some_and(|scopes| scopes.iter().all(Value::is_string) && !scopes.is_empty()),
    );
    let lasts = exchange.body.as_ref().and_then(|body| body["expires_in"].as_i64());
    for (name, fits) in life(exchange, &claims, lasts.unwrap_or_default()) {
        check(name, fits);
    }
}

/// Whether an access token is for the resource server of its authorization server: `api://default` for the default server, the org for
/// the org's own. Another custom server sets its audience, which is never the client.
fn is_audience(audience: &str, exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>) -> bool {
    match exchange.raw.request.path() {
        "/oauth2/default/v1/token" => audience == "api://default",
        "/oauth2/v1/token" => audience == traffic.signed_origin(exchange),
        _ => {
            let client = traffic.client_id_of(exchange);
            !audience.is_empty() && client.is_none_or(|client| client != audience)
        }
    }
}

/// Whether a claim is the id of the transaction's client.
fn is_client(claim: &Value, exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>) -> bool {
    let client = traffic.client_id_of(exchange);
    claim.is_string() && client.is_none_or(|client| *claim == client)
}

/// The lifetime of an id_token in seconds, for which Okta has no setting.
const ID_TOKEN_LIFETIME: i64 = 60 * 60;

/// `iat` is the org's time, `exp` the lifetime after it.
fn life(exchange: &ParsedExchange<'_>, claims: &Value, lasts: i64) -> [(&'static str, bool); 2] {
    let iat = claims["iat"].as_i64().unwrap_or_default();
    let now = exchange.raw.org_time.as_deref().and_then(|now| now.parse::<Timestamp>().ok());
    [
        ("iat", iat > 0 && now.is_none_or(|now| now.as_second() == iat)),
        ("exp", claims["exp"].as_i64() == Some(iat + lasts)),
    ]
}

/// The issuer of the requested token endpoint.
fn issuer(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>) -> String {
    let path = exchange.raw.request.path();
    let server = path.strip_suffix("/v1/token").unwrap_or_default();
    let origin = traffic.signed_origin(exchange);
    format!("{origin}{}", if server == "/oauth2" { "" } else { server })
}

static CODE_REDEEMED_ONCE: Rule = Rule {
    id: "server.code-redeemed-once",
    level: Level::Must,
    says: "The server must grant tokens for an interaction code only once.",
    reason: "An attacker who learns a used code must not be able to act as the user.",
    source: "Okta: one-time",
    check: Check::Response(once),
};

fn once(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    if granted(exchange).is_none() {
        return;
    }
    let Some(code) = exchange.raw.request.parameter("interaction_code") else { return };
    let before = traffic.before(exchange).iter().any(|other| {
        granted(other).is_some()
            && other.raw.request.parameter("interaction_code").as_ref() == Some(&code)
    });
    findings.check(!before, exchange, || "the server had already granted tokens for it".into());
}

static PKCE_HELD: Rule = Rule {
    id: "server.pkce-held",
    level: Level::Must,
    says: "The server must issue tokens only to a client that sends the correct code_verifier.",
    reason: "PKCE is the only protection of a public client's code.",
    source: "RFC 7636 4.6",
    check: Check::Response(pkce),
};

fn pkce(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    // A refresh token needs no verifier.
    if granted(exchange).is_none() || exchange.raw.request.is_refresh() {
        return;
    }
    let challenge = traffic
        .interact_of(exchange)
        .and_then(|interact| interact.raw.request.form().remove("code_challenge"));
    let Some(challenge) = challenge else { return };
    let verifier = exchange.raw.request.parameter("code_verifier").unwrap_or_default();
    let fits = crate::pkce::code_challenge(&verifier) == challenge;
    findings.check(fits, exchange, || {
        "the server granted tokens, and the verifier does not hash to the challenge".into()
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::Exchange;
    use crate::traffic::Facts;

    fn exchange(at: u64, operation: &str, sent: &str, body: &Value) -> Exchange {
        let target = format!("/oauth2/default/v1/{operation}");
        Exchange { at, ..Exchange::posted(&target, sent, body) }
    }

    /// Whether a token is accepted that the server issued two minutes after interact, and this long after the user signed in.
    fn accepts(seconds: i64) -> bool {
        let challenge = crate::pkce::code_challenge("verifier");
        let exchanges = [
            exchange(
                0,
                "interact",
                &format!("code_challenge={challenge}"),
                &json!({"interaction_handle": "h"}),
            ),
            exchange(120_000, "token", "code_verifier=verifier", &json!({})),
        ];
        let facts = Facts::default();
        let traffic = Traffic::new(&exchanges, &facts);
        let claims = json!({"iat": 100_000, "auth_time": 100_000 - seconds});
        is_in_transaction(&claims, &traffic.exchanges[1], &traffic)
    }

    #[test]
    fn user_signs_in_during_the_transaction() {
        assert!(accepts(0) && accepts(120));
        assert!(!accepts(24 * 60 * 60) && !accepts(-1));
    }

    #[test]
    fn audience_belongs_to_the_authorization_server() {
        let fits = |path: &str, audience: &str| {
            let mut token = exchange(0, "token", "client_id=0oa1", &json!({}));
            token.request.target = path.to_owned();
            token.request.headers = vec![("host".to_owned(), "org.example".to_owned())];
            let (exchanges, facts) = ([token], Facts { is_tls: true, ..Facts::default() });
            let traffic = Traffic::new(&exchanges, &facts);
            is_audience(audience, &traffic.exchanges[0], &traffic)
        };
        for (path, audience) in [
            ("/oauth2/default/v1/token", "api://default"),
            ("/oauth2/v1/token", "https://org.example"),
            ("/oauth2/aus1/v1/token", "https://api.example"),
        ] {
            assert!(fits(path, audience), "{path}");
            assert!(!fits(path, "0oa1") && !fits(path, ""), "{path}");
        }
        assert!(!fits("/oauth2/default/v1/token", "api://another"));
    }
}
