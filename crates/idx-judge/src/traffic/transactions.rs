//! Follows each transaction: interaction handle, state handles (which may rotate), interaction code, tokens.
//!
//! Several users can sign up at the same time, so "the newest" handle or code of a case says nothing about one user.

use std::collections::HashMap;

use super::parsed::{ParsedExchange, TransactionId};
use crate::page::Page;
use crate::pkce::code_challenge;

/// The transactions of a case, and every value that identifies one of them.
#[derive(Debug, Default)]
pub(super) struct Transactions {
    /// The number of the interact exchange that began each transaction, if it was recorded.
    interacts: Vec<Option<usize>>,
    interaction_handles: HashMap<String, TransactionId>,
    state_handles: HashMap<String, TransactionId>,
    codes: HashMap<String, TransactionId>,
    challenges: HashMap<String, TransactionId>,
    tokens: HashMap<String, TransactionId>,
}

impl Transactions {
    /// Assigns every exchange to its transaction, in order.
    pub(super) fn assign(exchanges: &mut [ParsedExchange<'_>]) -> Self {
        let mut transactions = Self::default();
        for exchange in exchanges {
            exchange.transaction = transactions.follow(exchange);
        }
        transactions
    }

    pub(super) fn interact_of(&self, transaction: TransactionId) -> Option<usize> {
        self.interacts.get(transaction.0).copied().flatten()
    }

    pub(super) fn of_state_handle(&self, handle: &str) -> Option<TransactionId> {
        self.state_handles.get(handle).copied()
    }

    fn follow(&mut self, exchange: &ParsedExchange<'_>) -> Option<TransactionId> {
        if exchange.raw.is_oauth("interact") {
            self.begin_with(exchange)
        } else if exchange.raw.is_idx() {
            self.follow_idx(exchange)
        } else if exchange.raw.is_oauth("token") {
            self.follow_redeem(exchange)
        } else {
            self.tokens.get(&exchange.presented_token()?).copied()
        }
    }

    fn begin(&mut self, interact: Option<usize>) -> TransactionId {
        self.interacts.push(interact);
        TransactionId(self.interacts.len() - 1)
    }

    fn begin_with(&mut self, interact: &ParsedExchange<'_>) -> Option<TransactionId> {
        let handle = interact.body.as_ref()?["interaction_handle"].as_str()?;
        let transaction = self.begin(Some(interact.number));
        self.interaction_handles.insert(handle.to_owned(), transaction);
        if let Some(challenge) = interact.raw.request.form().remove("code_challenge") {
            self.challenges.insert(challenge, transaction);
        }
        Some(transaction)
    }

    fn follow_idx(&mut self, exchange: &ParsedExchange<'_>) -> Option<TransactionId> {
        let page = exchange.page();
        let shown = page.and_then(Page::state_handle);
        let known = self.of_request(exchange, shown).or_else(|| self.only());
        let transaction = match (known, page) {
            (Some(known), Some(_)) if is_cancelled(exchange) => self.begin_again(known),
            (None, Some(_)) => self.begin(None),
            (known, _) => known?,
        };
        // A new handle for a known transaction: the server rotates handles.
        if let Some(handle) = shown {
            let is_first = exchange.sent_interaction_handle().is_some();
            let known = self.state_handles.entry(handle.to_owned()).or_insert(transaction);
            if is_first {
                *known = transaction;
            }
        }
        // The forms can carry other handles than the page.
        for handle in page.map(Page::issued_handles).unwrap_or_default() {
            self.state_handles.entry(handle.to_owned()).or_insert(transaction);
        }
        if let Some(code) = page.and_then(Page::interaction_code) {
            self.codes.entry(code.to_owned()).or_insert(transaction);
        }
        // The cancel request itself still belongs to the transaction that it ends.
        known.or(Some(transaction))
    }

    /// The transaction whose handle the request carries, or else the one whose page is the response.
    fn of_request(
        &self,
        exchange: &ParsedExchange<'_>,
        shown: Option<&str>,
    ) -> Option<TransactionId> {
        let shown = shown.and_then(|handle| self.state_handles.get(handle).copied());
        if let Some(handle) = exchange.sent_handle() {
            let mut maps = [&self.state_handles, &self.interaction_handles].into_iter();
            return maps.find_map(|known| known.get(handle).copied()).or(shown);
        }
        let handle = exchange.sent_interaction_handle().unwrap_or_default();
        let begun = self.interaction_handles.get(handle).copied();
        match (begun, shown) {
            // After a cancel, the interaction handle leads to the page that came next.
            (Some(begun), Some(shown)) if self.interact_of(begun) != self.interact_of(shown) => {
                Some(begun)
            }
            _ => shown.or(begun),
        }
    }

    /// The only transaction so far: a request without any known handle belongs to it.
    fn only(&self) -> Option<TransactionId> {
        (self.interacts.len() == 1).then_some(TransactionId(0))
    }

    /// Cancel starts the sign-up again, for the same interact request.
    fn begin_again(&mut self, cancelled: TransactionId) -> TransactionId {
        self.begin(self.interact_of(cancelled))
    }

    fn follow_redeem(&mut self, exchange: &ParsedExchange<'_>) -> Option<TransactionId> {
        let sent = |name: &str| exchange.raw.request.parameter(name);
        let by_code = sent("interaction_code").and_then(|code| self.codes.get(&code));
        let by_verifier = || self.challenges.get(&code_challenge(&sent("code_verifier")?));
        let by_token = || self.tokens.get(&sent("refresh_token")?);
        let transaction = by_code.or_else(by_verifier).or_else(by_token).copied()?;
        for member in ["access_token", "refresh_token", "id_token"] {
            let token = exchange.body.as_ref().and_then(|body| body[member].as_str());
            self.tokens.extend(token.map(|token| (token.to_owned(), transaction)));
        }
        Some(transaction)
    }
}

fn is_cancelled(exchange: &ParsedExchange<'_>) -> bool {
    exchange.endpoint() == "cancel" && exchange.status() == 200
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::exchange::Exchange;

    fn interact(handle: &str) -> Exchange {
        let form = format!("code_challenge={}", code_challenge(handle));
        Exchange::posted(
            "/oauth2/default/v1/interact",
            &form,
            &json!({"interaction_handle": handle}),
        )
    }

    fn idx(endpoint: &str, sent: &Value, handle: &str) -> Exchange {
        let page = json!({"version": "1.0.0", "stateHandle": handle});
        Exchange::posted(&format!("/idp/idx/{endpoint}"), &sent.to_string(), &page)
    }

    /// The number of each exchange's transaction.
    fn assigned(exchanges: &[Exchange]) -> Vec<Option<usize>> {
        let parsed = exchanges.iter().enumerate();
        let mut parsed: Vec<_> =
            parsed.map(|(at, raw)| ParsedExchange::new(at, at, raw, false)).collect();
        Transactions::assign(&mut parsed);
        parsed.iter().map(|exchange| exchange.transaction.map(|id| id.0)).collect()
    }

    #[test]
    fn rotated_handle_stays_in_its_transaction() {
        let exchanges = [
            interact("a"),
            interact("b"),
            idx("introspect", &json!({"interactionHandle": "b"}), "02b"),
            idx("introspect", &json!({"interactionHandle": "a"}), "02a"),
            idx("enroll", &json!({"stateHandle": "02a"}), "02a2"),
            idx("enroll", &json!({"stateHandle": "02b"}), "02b2"),
            idx("enroll/new", &json!({"stateHandle": "02a2"}), "02a3"),
        ];
        let expected = [0, 1, 1, 0, 0, 1, 0].map(Some);
        assert_eq!(assigned(&exchanges), expected);
    }

    #[test]
    fn cancel_begins_another_transaction_of_the_same_interact() {
        let exchanges = [
            interact("a"),
            idx("introspect", &json!({"interactionHandle": "a"}), "02a"),
            idx("cancel", &json!({"stateHandle": "02a"}), "02new"),
            idx("enroll", &json!({"stateHandle": "02new"}), "02new"),
            idx("introspect", &json!({"interactionHandle": "a"}), "02new"),
        ];
        assert_eq!(assigned(&exchanges), [0, 0, 0, 1, 1].map(Some));
    }

    #[test]
    fn tokens_belong_to_the_transaction_of_their_code() {
        let success = json!({"version": "1.0.0", "stateHandle": "02a", "successWithInteractionCode":
            {"value": [{"name": "interaction_code", "value": "code"}]}});
        let mut userinfo = Exchange::posted("/oauth2/default/v1/userinfo", "", &json!({}));
        userinfo.request.headers = vec![("authorization".into(), "Bearer t".into())];
        let exchanges = [
            interact("a"),
            interact("b"),
            Exchange::posted("/idp/idx/challenge/answer", r#"{"stateHandle":"x"}"#, &success),
            Exchange::posted(
                "/oauth2/default/v1/token",
                "interaction_code=code",
                &json!({"access_token": "t"}),
            ),
            userinfo,
            Exchange::posted(
                "/oauth2/default/v1/token",
                "interaction_code=?&code_verifier=b",
                &json!({}),
            ),
        ];
        assert_eq!(assigned(&exchanges)[2..], [Some(2), Some(2), Some(2), Some(1)]);
    }
}
