//! Checks tokens as a careful client does (OpenID Connect Core 3.1.3.7).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::exchange::Exchange;
use crate::failure::Failure;
use crate::traffic::{Facts, ParsedExchange, Traffic};

/// The claims of a token, without verification. `None` if it is not a JWS.
#[must_use]
pub fn claims(token: &str) -> Option<Value> {
    part(token, 1)
}

/// Checks the tokens of the newest token response: signature, audience, nonce, hash and lifetime.
#[must_use]
pub fn check(exchanges: &[Exchange]) -> Vec<Failure> {
    let facts = Facts::default();
    let traffic = Traffic::new(exchanges, &facts);
    match traffic.oauth("token").last() {
        None => vec![Failure::NoTokenRequest],
        // The step's expectation of the status reports a refusal.
        Some(refused) if refused.status() != 200 => Vec::new(),
        Some(granted) => check_granted(granted, &traffic),
    }
}

/// Checks the tokens of one token response against its transaction's interact request and the published keys.
pub(crate) fn check_granted(granted: &ParsedExchange<'_>, traffic: &Traffic<'_>) -> Vec<Failure> {
    let body = granted.body.clone().unwrap_or_default();
    let keys: Vec<_> = keys_for(granted, traffic).collect();
    let interact = traffic.interact_of(granted).map(|interact| interact.raw.request.form());
    let sent = |name: &str| interact.as_ref().and_then(|form| form.get(name)).cloned();

    let refreshed = granted.raw.request.is_refresh();
    let narrowed = granted.raw.request.parameter("scope").filter(|_| refreshed);
    let mut failures = match narrowed.or_else(|| sent("scope")) {
        Some(scope) => check_response(&body, &scope),
        None => Vec::new(),
    };
    for name in ["id_token", "access_token"] {
        if let Some(token) = body.get(name).and_then(Value::as_str) {
            failures.extend(check_signature(name, token, &keys));
        }
    }
    if let Some(id_token) = body.get("id_token").and_then(Value::as_str) {
        let access_token = body.get("access_token").and_then(Value::as_str).unwrap_or_default();
        // OpenID Connect Core 12.2: a refreshed ID token should not have a nonce.
        let nonce = sent("nonce").filter(|_| !refreshed);
        let expected = Expected { nonce, client_id: sent("client_id"), access_token };
        failures.extend(check_id_token(id_token, &expected));
    }
    failures
}

/// The keys that the authorization server of a token response published.
pub(crate) fn keys_for<'r>(
    granted: &ParsedExchange<'_>,
    traffic: &'r Traffic<'_>,
) -> impl Iterator<Item = &'r Value> {
    let path = granted.raw.request.path().replace("/v1/token", "/v1/keys");
    let of_server = traffic.oauth("keys").filter(move |keys| keys.raw.request.path() == path);
    of_server.filter(|keys| keys.status() == 200).filter_map(|keys| keys.body.as_ref())
}

fn check_response(body: &Value, scope: &str) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut has = |member: &'static str, wanted: bool| {
        let is = body.get(member).is_some_and(Value::is_string);
        if is != wanted {
            let word = |present: bool| if present { "present" } else { "absent" }.to_owned();
            let (expected, actual) = (word(wanted), word(is));
            failures.push(Failure::TokenResponse { member, expected, actual });
        }
    };
    let scopes: Vec<_> = scope.split(' ').collect();
    has("access_token", true);
    has("id_token", scopes.contains(&"openid"));
    has("refresh_token", scopes.contains(&"offline_access"));
    if body.get("token_type").and_then(Value::as_str) != Some("Bearer") {
        failures.push(Failure::TokenResponse {
            member: "token_type",
            expected: "\"Bearer\"".into(),
            actual: body["token_type"].to_string(),
        });
    }
    if body.get("expires_in").and_then(Value::as_u64).is_none_or(|seconds| seconds == 0) {
        failures.push(Failure::TokenResponse {
            member: "expires_in",
            expected: "a number of seconds".into(),
            actual: body["expires_in"].to_string(),
        });
    }
    failures
}

fn check_signature(name: &str, token: &str, keys: &[&Value]) -> Option<Failure> {
    let failure = |actual: &str| {
        Some(Failure::Signature { token: name.to_owned(), problem: actual.to_owned() })
    };
    let Some(header) = part(token, 0) else { return failure("the token is not a JWS") };
    if header["alg"] != "RS256" {
        return failure(&format!("the algorithm is {}", header["alg"]));
    }
    let mut published = keys.iter().filter_map(|keys| keys["keys"].as_array()).flatten();
    let Some(key) = published.find(|key| key["kid"] == header["kid"]) else {
        return failure(&format!("no published key has the kid {}", header["kid"]));
    };
    let number = |member: &str| {
        URL_SAFE_NO_PAD.decode(key[member].as_str().unwrap_or_default()).unwrap_or_default()
    };
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    let components = RsaPublicKeyComponents { n: number("n"), e: number("e") };
    match components.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature) {
        Ok(()) => None,
        Err(_) => failure("the signature does not match the key"),
    }
}

struct Expected<'t> {
    nonce: Option<String>,
    client_id: Option<String>,
    access_token: &'t str,
}

fn check_id_token(id_token: &str, expected: &Expected<'_>) -> Vec<Failure> {
    let Some(claims) = claims(id_token) else {
        return vec![Failure::NotAToken { token: "id_token".into() }];
    };
    let mut failures = Vec::new();
    let mut same = |claim: &str, wanted: Option<String>| {
        let actual = claims.get(claim).and_then(Value::as_str);
        if wanted.is_some() && wanted.as_deref() != actual {
            let shown = |value: Option<&str>| {
                value.map_or_else(|| "absent".to_owned(), |value| format!("{value:?}"))
            };
            failures.push(Failure::Claim {
                token: "id_token".into(),
                claim: claim.to_owned(),
                expected: shown(wanted.as_deref()),
                actual: shown(actual),
            });
        }
    };
    same("nonce", expected.nonce.clone());
    same("aud", expected.client_id.clone());
    same("at_hash", Some(half_hash(expected.access_token)));
    let time = |claim: &str| claims.get(claim).and_then(Value::as_i64).unwrap_or_default();
    if time("exp") <= time("iat") || time("iat") == 0 {
        let actual = format!("iat {} and exp {}", claims["iat"], claims["exp"]);
        let (token, claim, expected) = ("id_token".into(), "exp".into(), "after iat".into());
        failures.push(Failure::Claim { token, claim, expected, actual });
    }
    failures
}

/// The left half of the SHA-256 (OpenID Connect Core 3.1.3.6).
fn half_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, access_token.as_bytes()).as_ref()[..16])
}

fn part(token: &str, index: usize) -> Option<Value> {
    let parts: Vec<_> = token.split('.').collect();
    if parts.len() != 3 {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[index]).ok()?).ok()
}
