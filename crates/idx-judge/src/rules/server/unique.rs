//! Values that a server issues to one owner, over all cases of a run.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::ledger::{IssuedValue, Ledger};
use crate::page::Page;
use crate::tokens;
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] =
    &[&HANDLES_UNIQUE, &CODES_UNIQUE, &USERS_UNIQUE, &TOKENS_UNIQUE];

static HANDLES_UNIQUE: Rule = Rule {
    id: "server.handles-unique",
    level: Level::Must,
    says: "The server must issue every interaction handle once, and every stateHandle to one transaction only.",
    reason: "Otherwise one user's sign-up ends in another's.",
    source: "interact, as the SDKs call it; the shape of a transaction, as recorded",
    check: Check::Run(handles),
};

fn handles(traffic: &Traffic<'_>, ledger: &Ledger, findings: &mut Findings) {
    let case = ledger.begin_case();
    for exchange in &traffic.exchanges {
        let number = exchange.number;
        if exchange.raw.is_oauth("interact") {
            let issued =
                exchange.body.as_ref().and_then(|body| body["interaction_handle"].as_str());
            let Some(handle) = issued else { continue };
            let owner = format!("{case}/{number}");
            let is_new = ledger.enter(IssuedValue::InteractionHandle, handle, &owner);
            findings.check(is_new, exchange, || {
                format!("interact issued the interaction handle {handle} before")
            });
        }
        let Some((page, owner)) = exchange.page().zip(traffic.owner_of(exchange)) else { continue };
        for handle in page.issued_handles() {
            let owner = format!("{case}/{owner}");
            let is_own = ledger.enter(IssuedValue::StateHandle, handle, &owner);
            findings.check(is_own, exchange, || {
                format!("another transaction has the stateHandle {handle}")
            });
        }
    }
}

static CODES_UNIQUE: Rule = Rule {
    id: "server.interaction-codes-unique",
    level: Level::Must,
    says: "The server must issue every interaction code to one transaction only.",
    reason: "A client would receive the tokens of another user.",
    source: "tokens, as recorded and documented: one-time",
    check: Check::Run(codes),
};

fn codes(traffic: &Traffic<'_>, ledger: &Ledger, findings: &mut Findings) {
    let case = ledger.begin_case();
    for exchange in &traffic.exchanges {
        let code = exchange.page().and_then(Page::interaction_code);
        let Some((code, owner)) = code.zip(traffic.owner_of(exchange)) else { continue };
        let is_own = ledger.enter(IssuedValue::InteractionCode, code, &format!("{case}/{owner}"));
        findings.check(is_own, exchange, || format!("another transaction has the code {code}"));
    }
}

static USERS_UNIQUE: Rule = Rule {
    id: "server.user-ids-unique",
    level: Level::Must,
    says: "The server must give every user an id of its own.",
    reason: "Applications identify a user by the id, so two users would share an account.",
    source: "recorded responses; OpenID Connect Core 2: sub is never reassigned",
    check: Check::Run(users),
};

fn users(traffic: &Traffic<'_>, ledger: &Ledger, findings: &mut Findings) {
    for exchange in &traffic.exchanges {
        let id = exchange.page().and_then(|page| page.0.pointer("/user/value/id"));
        let Some((id, login)) = id.and_then(Value::as_str).zip(login_of(exchange, traffic)) else {
            continue;
        };
        let is_own = ledger.enter(IssuedValue::UserId, id, &login);
        findings.check(is_own, exchange, || {
            format!("the id of {login} is {id}, which another user has")
        });
    }
}

/// The login that the transaction's user entered: `login`, or else `email`. The address of a cancelled sign-up is not one.
fn login_of(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>) -> Option<String> {
    let mut of_transaction = traffic.earlier(exchange).chain([exchange]).rev();
    let created =
        of_transaction.find(|other| other.endpoint() == "enroll/new" && other.status() == 200);
    let profile = created?.sent.as_ref()?.get("userProfile")?;
    let login = ["login", "email"].into_iter().find_map(|name| profile[name].as_str())?;
    Some(login.trim().to_lowercase())
}

static TOKENS_UNIQUE: Rule = Rule {
    id: "server.token-ids-unique",
    level: Level::Must,
    says: "The server must give every ID token and access token a jti of its own.",
    reason: "A resource server that remembers used or revoked tokens by jti confuses them.",
    source: "tokens, as recorded and documented; RFC 7519 4.1.7",
    check: Check::Run(tokens),
};

fn tokens(traffic: &Traffic<'_>, ledger: &Ledger, findings: &mut Findings) {
    for exchange in traffic.oauth("token").filter(|exchange| exchange.status() == 200) {
        let Some(body) = exchange.body.as_ref() else { continue };
        for member in ["id_token", "access_token"] {
            let Some(token) = body[member].as_str() else { continue };
            let claims = tokens::claims(token).unwrap_or_default();
            let Some(jti) = claims["jti"].as_str() else { continue };
            let is_own = ledger.enter(IssuedValue::TokenId, jti, token);
            findings.check(is_own, exchange, || {
                format!("the jti of {member} is {jti}, which another token has")
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;
    use crate::exchange::Exchange;
    use crate::traffic::Facts;

    /// What one user's sign-up issues.
    #[derive(Clone)]
    struct Issued {
        login: &'static str,
        interaction_handle: &'static str,
        state_handle: &'static str,
        code: &'static str,
        user: &'static str,
        jti: &'static str,
    }

    const MARY: Issued = Issued {
        login: "mary@example.com",
        interaction_handle: "h1",
        state_handle: "021",
        code: "c1",
        user: "00u1",
        jti: "ID.1",
    };
    const ANN: Issued = Issued {
        login: "ann@example.com",
        interaction_handle: "h2",
        state_handle: "022",
        code: "c2",
        user: "00u2",
        jti: "ID.2",
    };

    fn sign_up(issued: &Issued) -> Vec<Exchange> {
        let page = |more: Value| {
            let mut page = json!({"version": "1.0.0", "stateHandle": issued.state_handle});
            page.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            page
        };
        let user = json!({"user": {"value": {"id": issued.user}}});
        let success = json!({"successWithInteractionCode": {"value": [
            {"name": "interaction_code", "value": issued.code}]}});
        let profile =
            json!({"stateHandle": issued.state_handle, "userProfile": {"email": issued.login}});
        let payload =
            URL_SAFE_NO_PAD.encode(json!({"jti": issued.jti, "for": issued.login}).to_string());
        vec![
            Exchange::posted(
                "/oauth2/default/v1/interact",
                "",
                &json!({"interaction_handle": issued.interaction_handle}),
            ),
            Exchange::posted(
                "/idp/idx/introspect",
                &json!({"interactionHandle": issued.interaction_handle}).to_string(),
                &page(json!({})),
            ),
            Exchange::posted("/idp/idx/enroll/new", &profile.to_string(), &page(user)),
            Exchange::posted(
                "/idp/idx/skip",
                &json!({"stateHandle": issued.state_handle}).to_string(),
                &page(success),
            ),
            Exchange::posted(
                "/oauth2/default/v1/token",
                &format!("interaction_code={}", issued.code),
                &json!({"id_token": format!("e30.{payload}.s")}),
            ),
        ]
    }

    /// The rules that break when Mary and then another user sign up, in two cases of a run.
    fn broken(other: &Issued) -> Vec<&'static str> {
        let (ledger, facts) = (Ledger::default(), Facts::default());
        let mut broken = Vec::new();
        for issued in [&MARY, other] {
            let exchanges = sign_up(issued);
            let traffic = Traffic::new(&exchanges, &facts);
            for rule in RULES {
                let (held, breaches) = rule.findings(&traffic, &ledger).counts();
                assert!(held + breaches > 0, "{} is not exercised", rule.id);
                broken.extend((breaches > 0).then_some(rule.id));
            }
        }
        broken
    }

    #[test]
    fn values_of_two_users_differ() {
        assert_eq!(broken(&ANN), Vec::<&str>::new());
    }

    #[test]
    fn value_of_another_case_is_a_breach() {
        for (other, rule) in [
            (Issued { interaction_handle: "h1", ..ANN }, "server.handles-unique"),
            (Issued { state_handle: "021", ..ANN }, "server.handles-unique"),
            (Issued { code: "c1", ..ANN }, "server.interaction-codes-unique"),
            (Issued { user: "00u1", ..ANN }, "server.user-ids-unique"),
            (Issued { jti: "ID.1", ..ANN }, "server.token-ids-unique"),
        ] {
            assert_eq!(broken(&other), [rule]);
        }
    }

    #[test]
    fn repeated_page_of_a_transaction_keeps_its_values() {
        let mut exchanges = sign_up(&MARY);
        exchanges.push(exchanges[3].clone());
        let facts = Facts::default();
        let traffic = Traffic::new(&exchanges, &facts);
        let ledger = Ledger::default();
        let breaches = RULES.iter().map(|rule| rule.findings(&traffic, &ledger).counts().1);
        assert_eq!(breaches.sum::<usize>(), 0);
    }
}
