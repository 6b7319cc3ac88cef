//! One sign-up as a list of requests: password, then phone with a constant code, then skip; with tokens, the redemption too.

use std::time::Duration;

use idx_walker::{CHALLENGE, VERIFIER, Walker, page};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::connection::{Answer, Connection};
use crate::load::Stopwatch;

/// The number whose code never changes, so that no request is spent on reading the inbox.
pub(crate) const NUMBER: &str = "+15551234567";
/// That code.
pub(crate) const CODE: &str = "012345";

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const CLIENT: &str = "0oaidxlabdefault0001";

/// Whether the sign-up ends with the interaction code or with the tokens for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tokens {
    Without,
    With,
}

impl Tokens {
    /// How many requests a sign-up takes.
    pub(crate) fn requests(self) -> u32 {
        match self {
            Self::Without => 10,
            Self::With => 11,
        }
    }
}

/// One recorded response, for the baseline.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Recorded {
    pub(crate) media_type: String,
    pub(crate) body: String,
}

impl From<&Answer<'_>> for Recorded {
    fn from(answer: &Answer<'_>) -> Self {
        Self { media_type: answer.media_type.to_owned(), body: answer.body.to_owned() }
    }
}

/// Signs one user up, and passes each response and its time to `on_answer`. A status other than 200 ends the benchmark.
pub(crate) async fn run(
    connection: &mut Connection,
    user: &str,
    tokens: Tokens,
    on_answer: impl FnMut(&Answer<'_>, Duration),
) {
    let mut client = Client { connection, page: Value::Null, step: 0, on_answer };
    let interact = format!(
        "client_id={CLIENT}&scope=openid%20profile%20email&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcallback\
         &code_challenge={CHALLENGE}&code_challenge_method=S256&state=state-{user}&nonce=nonce-{user}"
    );
    client.send("/oauth2/default/v1/interact", FORM, &interact).await;
    let handle = json!({"interactionHandle": client.page["interaction_handle"]});
    client.post("/idp/idx/introspect", &handle).await;
    client.profile(&format!("{user}@example.com")).await;
    client.password().await;
    client.phone(NUMBER).await;
    client.skip().await;
    let code = page::interaction_code(&client.page).expect("the last page is a success");
    if tokens == Tokens::With {
        let redeem = format!(
            "grant_type=interaction_code&interaction_code={code}&client_id={CLIENT}&code_verifier={VERIFIER}"
        );
        client.send("/oauth2/default/v1/token", FORM, &redeem).await;
        assert!(client.page["id_token"].is_string(), "no ID token in {}", client.page);
    }
}

struct Client<'c, F> {
    connection: &'c mut Connection,
    page: Value,
    step: usize,
    on_answer: F,
}

impl<F: FnMut(&Answer<'_>, Duration)> Walker for Client<'_, F> {
    type Reply = ();

    fn page(&self) -> &Value {
        &self.page
    }

    async fn post(&mut self, href: &str, body: &Value) {
        // An href is absolute; the connection is to its host.
        let path = href.find("/idp/").map_or(href, |start| &href[start..]);
        self.send(path, JSON, &body.to_string()).await;
    }

    async fn code_for(&mut self, _: &str) -> String {
        CODE.to_owned()
    }
}

impl<F: FnMut(&Answer<'_>, Duration)> Client<'_, F> {
    /// Sends the next request. The time does not include the parsing of the response.
    async fn send(&mut self, path: &str, media_type: &str, body: &str) {
        let watch = Stopwatch::start();
        let answer = self.connection.post(path, media_type, self.step, body).await;
        let took = watch.elapsed();
        assert_eq!(answer.status, 200, "{path} returned {}", answer.body);
        (self.on_answer)(&answer, took);
        self.step += 1;
        self.page = serde_json::from_str(answer.body).expect("a response is JSON");
    }
}
