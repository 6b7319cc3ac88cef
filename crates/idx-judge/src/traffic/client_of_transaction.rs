//! The client of each transaction.

use super::client::{ClientCredentials, KnownClient};
use super::{ParsedExchange, Traffic};

impl Traffic<'_> {
    /// The id of the client that began the exchange's transaction.
    pub(crate) fn client_id_of(&self, exchange: &ParsedExchange<'_>) -> Option<String> {
        let began = self.interact_of(exchange).and_then(named_client);
        began.or_else(|| named_client(exchange)).or_else(|| self.only_client())
    }

    /// The client that began the exchange's transaction. `None` if the harness does not know this client.
    pub(crate) fn client_of(&self, exchange: &ParsedExchange<'_>) -> Option<&KnownClient> {
        self.known_client(&self.client_id_of(exchange)?)
    }

    /// The client that sent the request. A resource server, which introspects a token, is another client than the token's.
    pub(crate) fn sender_of(&self, exchange: &ParsedExchange<'_>) -> Option<&KnownClient> {
        let sender = named_client(exchange).or_else(|| self.client_id_of(exchange));
        self.known_client(&sender?)
    }

    fn known_client(&self, id: &str) -> Option<&KnownClient> {
        self.facts.clients.iter().find(|client| client.id == id)
    }

    /// If no request names a client, it must be the org's only one.
    fn only_client(&self) -> Option<String> {
        match &*self.facts.clients {
            [only] => Some(only.id.clone()),
            _ => None,
        }
    }
}

fn named_client(exchange: &ParsedExchange<'_>) -> Option<String> {
    ClientCredentials::of(&exchange.raw.request).id
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use crate::exchange::{Exchange, Request};
    use crate::traffic::Facts;

    fn credentials(authorization: &str, body: &str) -> (Option<String>, Option<String>) {
        let request = Request {
            method: "POST".into(),
            target: "/oauth2/default/v1/token".into(),
            headers: vec![("authorization".into(), authorization.into())],
            body: body.to_owned().into(),
        };
        let ClientCredentials { id, secret } = ClientCredentials::of(&request);
        (id, secret)
    }

    #[test]
    fn credentials_come_from_the_form_or_a_basic_header() {
        let both = (Some("0oa".to_owned()), Some("s+ :".to_owned()));
        assert_eq!(credentials("", "client_id=0oa&client_secret=s%2B+%3A"), both);
        let header = format!("Basic {}", STANDARD.encode("0oa:s%2B+%3A"));
        assert_eq!(credentials(&header, "grant_type=interaction_code"), both);
        assert_eq!(credentials(&header.to_lowercase(), "").1, None, "the rest keeps its case");
    }

    #[test]
    fn empty_or_absent_secret_is_no_secret() {
        let id = Some("0oa".to_owned());
        assert_eq!(credentials("", "client_id=0oa&client_secret="), (id.clone(), None));
        for text in ["0oa:", "0oa"] {
            let header = format!("Basic {}", STANDARD.encode(text));
            assert_eq!(credentials(&header, ""), (id.clone(), None));
        }
        assert_eq!(credentials("Bearer eyJ", "a=b"), (None, None));
    }

    fn exchange(operation: &str, sent: &str, body: &Value) -> Exchange {
        Exchange::posted(&format!("/oauth2/default/v1/{operation}"), sent, body)
    }

    fn facts(clients: &[&str]) -> Facts {
        let known = |id: &&str| KnownClient { id: (*id).to_owned(), secret: None };
        Facts { clients: clients.iter().map(known).collect(), ..Facts::default() }
    }

    #[test]
    fn client_comes_from_the_transaction_and_sender_from_the_request() {
        let begin = |client: &str, verifier: &str| {
            let challenge = crate::pkce::code_challenge(verifier);
            let form = format!("client_id={client}&code_challenge={challenge}");
            exchange("interact", &form, &json!({"interaction_handle": verifier}))
        };
        let exchanges = [
            begin("first", "a"),
            begin("second", "b"),
            exchange("token", "code_verifier=a&client_id=second", &json!({"access_token": "t"})),
            exchange("introspect", "token=t&client_id=third", &json!({})),
            exchange("revoke", "token=t", &json!({})),
        ];
        let facts = facts(&["first", "second", "third"]);
        let traffic = Traffic::new(&exchanges, &facts);
        let client =
            |at: usize| traffic.client_of(&traffic.exchanges[at]).map(|client| &*client.id);
        let sender =
            |at: usize| traffic.sender_of(&traffic.exchanges[at]).map(|client| &*client.id);
        assert_eq!(
            [0, 1, 2, 3, 4].map(client),
            ["first", "second", "first", "first", "first"].map(Some)
        );
        assert_eq!([2, 3, 4].map(sender), ["second", "third", "first"].map(Some));
    }

    #[test]
    fn unnamed_client_is_the_only_client_of_the_org() {
        let exchanges = [exchange("token", "grant_type=interaction_code", &json!({}))];
        for (clients, expected) in [(&["a"][..], Some("a")), (&["a", "b"], None), (&[], None)] {
            let facts = facts(clients);
            let traffic = Traffic::new(&exchanges, &facts);
            assert_eq!(traffic.client_id_of(&traffic.exchanges[0]).as_deref(), expected);
        }
    }
}
