//! The tokens of a refresh.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::tokens;
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[&REFRESHED_ID_TOKEN];

static REFRESHED_ID_TOKEN: Rule = Rule {
    id: "server.refreshed-id-token",
    level: Level::Must,
    says: "After a refresh, the server must put the same sub, iss, aud and auth_time into the ID token, and either the same nonce or none.",
    reason: "A client must end the session if the user changes.",
    source: "OpenID Connect Core 12.2",
    check: Check::Response(refreshed),
};

fn refreshed(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(claims) = id_claims(exchange).filter(|_| exchange.raw.request.is_refresh()) else {
        return;
    };
    let Some(first) = traffic.earlier(exchange).find_map(id_claims) else { return };
    for name in ["sub", "iss", "aud", "auth_time"] {
        findings.check(claims[name] == first[name], exchange, || {
            format!("{name} is {}, and was {}", claims[name], first[name])
        });
    }
    let fits = claims["nonce"].is_null() || claims["nonce"] == first["nonce"];
    findings.check(fits, exchange, || format!("nonce is {}", claims["nonce"]));
}

/// The claims of the ID token in a token response.
fn id_claims(exchange: &ParsedExchange<'_>) -> Option<Value> {
    let is_granted = exchange.raw.is_oauth("token") && exchange.status() == 200;
    tokens::claims(exchange.body.as_ref().filter(|_| is_granted)?["id_token"].as_str()?)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;
    use crate::exchange::Exchange;
    use crate::traffic::Facts;

    fn exchange(operation: &str, sent: &str, body: &Value) -> Exchange {
        Exchange::posted(&format!("/oauth2/default/v1/{operation}"), sent, body)
    }

    fn tokens(claims: &Value) -> Value {
        let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
        json!({"access_token": "a", "refresh_token": "r", "id_token": format!("e30.{payload}.s")})
    }

    /// The number of breaches after a refresh with these claims.
    fn breaches(refreshed: &Value) -> usize {
        let challenge = crate::pkce::code_challenge("verifier");
        let first = json!({"sub": "00u", "iss": "i", "aud": "0oa", "auth_time": 1, "nonce": "n"});
        let exchanges = [
            exchange(
                "interact",
                &format!("code_challenge={challenge}"),
                &json!({"interaction_handle": "h"}),
            ),
            exchange(
                "token",
                "grant_type=interaction_code&code_verifier=verifier",
                &tokens(&first),
            ),
            exchange("token", "grant_type=refresh_token&refresh_token=r", &tokens(refreshed)),
        ];
        let facts = Facts::default();
        let traffic = Traffic::new(&exchanges, &facts);
        REFRESHED_ID_TOKEN.findings(&traffic, &crate::ledger::Ledger::default()).counts().1
    }

    #[test]
    fn refreshed_id_token_of_the_same_user_holds() {
        assert_eq!(breaches(&json!({"sub": "00u", "iss": "i", "aud": "0oa", "auth_time": 1})), 0);
    }

    #[test]
    fn each_other_claim_of_a_refreshed_id_token_is_a_breach() {
        let same = json!({"sub": "00u", "iss": "i", "aud": "0oa", "auth_time": 1});
        for name in ["sub", "iss", "aud", "auth_time", "nonce"] {
            let mut other = same.clone();
            other[name] = json!("other");
            assert_eq!(breaches(&other), 1, "{name}");
        }
    }
}
