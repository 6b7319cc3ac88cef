//! One sign-up as a list of requests: password, then phone with a constant code, then skip; with tokens, the redemption too.
//!
//! It does not use the walker of the tests: the generator shares the processors with the server, and searching for a text takes a twelfth of the CPU time
//! of parsing each page.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::connection::{Answer, Connection};
use crate::load::Stopwatch;

/// The number whose code never changes, so that the load needs no requests to the inbox.
pub(crate) const NUMBER: &str = "+15551234567";
/// Its code.
pub(crate) const CODE: &str = "012345";

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const CLIENT: &str = "0oaidxlabdefault0001";
const VERIFIER: &str = "a-verifier-of-the-forty-three-characters-or-more";
/// base64url(SHA-256(VERIFIER)).
const CHALLENGE: &str = "7oo8XjFJx8wMzwqQ6B2z0-_dcUgIaOht9t-9_wIJE0k";

const STATE_HANDLE: &str = "\"stateHandle\":\"";
const PASSWORD_ID: &str = "\"key\":\"okta_password\",\"id\":\"";
const PHONE_ID: &str = "\"key\":\"phone_number\",\"id\":\"";
const INTERACTION_CODE: &str = "\"interaction_code\",\"required\":true,\"value\":\"";

/// Whether the sign-up ends with the interaction code or with the tokens for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tokens {
    Without,
    With,
}

impl Tokens {
    /// The number of requests of a sign-up.
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
    let mut sign_up = SignUp { connection, step: 0, on_answer };
    let interact = format!(
        "client_id={CLIENT}&scope=openid%20profile%20email&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcallback\
         &code_challenge={CHALLENGE}&code_challenge_method=S256&state=state-{user}&nonce=nonce-{user}"
    );
    let handle = sign_up
        .send("/oauth2/default/v1/interact", FORM, &interact, "\"interaction_handle\":\"")
        .await;
    let body = format!(r#"{{"interactionHandle":"{handle}"}}"#);
    let state = sign_up.send("/idp/idx/introspect", JSON, &body, STATE_HANDLE).await;
    let only_state = format!(r#"{{"stateHandle":"{state}"}}"#);
    let more = |member: &str| format!(r#"{{{member},"stateHandle":"{state}"}}"#);
    let phone = |id: &str, rest: &str| more(&format!(r#""authenticator":{{"id":"{id}"{rest}}}"#));
    sign_up.send("/idp/idx/enroll", JSON, &only_state, "").await;
    let email = format!("{user}@example.com");
    let profile =
        format!(r#""userProfile":{{"firstName":"Mary","lastName":"Jo","email":"{email}"}}"#);
    let password = sign_up.send("/idp/idx/enroll/new", JSON, &more(&profile), PASSWORD_ID).await;
    sign_up.send("/idp/idx/credential/enroll", JSON, &phone(&password, ""), "").await;
    let passcode = more(r#""credentials":{"passcode":"Sup3rSafe-words"}"#);
    let id = sign_up.send("/idp/idx/challenge/answer", JSON, &passcode, PHONE_ID).await;
    sign_up.send("/idp/idx/credential/enroll", JSON, &phone(&id, ""), "").await;
    let number = format!(r#","methodType":"sms","phoneNumber":"{NUMBER}""#);
    sign_up.send("/idp/idx/credential/enroll", JSON, &phone(&id, &number), "").await;
    let passcode = more(&format!(r#""credentials":{{"passcode":"{CODE}"}}"#));
    sign_up.send("/idp/idx/challenge/answer", JSON, &passcode, "").await;
    let code = sign_up.send("/idp/idx/skip", JSON, &only_state, INTERACTION_CODE).await;
    if tokens == Tokens::With {
        let redeem = format!(
            "grant_type=interaction_code&interaction_code={code}&client_id={CLIENT}&code_verifier={VERIFIER}"
        );
        sign_up.send("/oauth2/default/v1/token", FORM, &redeem, "\"id_token\":\"").await;
    }
}

struct SignUp<'c, F> {
    connection: &'c mut Connection,
    step: usize,
    on_answer: F,
}

impl<F: FnMut(&Answer<'_>, Duration)> SignUp<'_, F> {
    /// Sends the next request and returns the text between `marker` and the next quotation mark.
    async fn send(&mut self, path: &str, media_type: &str, body: &str, marker: &str) -> String {
        let watch = Stopwatch::start();
        let answer = self.connection.post(path, media_type, self.step, body).await;
        let took = watch.elapsed();
        assert_eq!(answer.status, 200, "{path} returned {}", answer.body);
        (self.on_answer)(&answer, took);
        self.step += 1;
        let found = answer.body.split_once(marker).and_then(|(_, rest)| rest.split('"').next());
        found.unwrap_or_else(|| panic!("{path} returned no {marker}: {}", answer.body)).to_owned()
    }
}
