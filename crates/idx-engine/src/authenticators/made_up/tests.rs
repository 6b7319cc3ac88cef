//! A user signs up with the made-up authenticator, by the setting in the org document.

use std::future::{pending, ready};
use std::sync::Arc;

use idx_walker::{CHALLENGE, VERIFIER, Walker, page, poll_once};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::contract::change::Change;
use crate::contract::env::Stream;
use crate::contract::loaded::Loaded;
use crate::contract::reply::{Outcome, Reply};
use crate::contract::request::{
    Call, ClientCredentials, Endpoint, InteractCall, Request, TokenCall,
};
use crate::engine::handle;
use crate::state::epoch::Epoch;

const BASE: &str = "https://org.example";
const DOCUMENT: &str = r#"
    authenticatorEnrollment = { made_up = "REQUIRED", okta_password = "NOT_ALLOWED", okta_email = "NOT_ALLOWED", phone_number = "NOT_ALLOWED" }
    authenticators.made_up.magicWord = "abracadabra"
    appSignOn.factorMode = "1FA"
"#;

#[test]
fn made_up_authenticator_signs_a_user_up() {
    let mut lab = Lab::new(Org::from_toml(DOCUMENT, "test.toml").unwrap());
    lab.interact();
    poll_once(lab.profile("mary@example.com"));
    assert_eq!(page::listed(lab.page()), ["made_up"]);
    poll_once(lab.choose("made_up", json!({})));
    let form = page::remediation(lab.page(), "enroll-authenticator").unwrap();
    assert_eq!(form["value"][0]["form"]["value"][0]["label"], "Say the magic word");
    poll_once(lab.passcode("please"));
    assert_eq!(page::interaction_code(lab.page()), None);
    poll_once(lab.passcode("abracadabra"));
    let code = page::interaction_code(lab.page()).unwrap().to_owned();
    assert_eq!(lab.amr(&code), ["kba"]);
    let user = lab.loaded.user.as_ref().unwrap();
    assert!(user.enrollments[&AuthenticatorKey::MadeUp].id.starts_with("mag"));
}

#[test]
fn org_document_and_its_schema_contain_the_setting() {
    let unknown = DOCUMENT.replace("magicWord", "magicWrod");
    let error = Org::from_toml(&unknown, "test.toml").unwrap_err().to_string();
    assert!(error.contains("magicWrod") && error.contains("magicWord"), "{error}");
    let schema = crate::org::schema();
    let settings = &schema["$defs"]["AuthenticatorSettings"]["properties"]["made_up"];
    assert_eq!(settings["$ref"], "#/$defs/MadeUpSettings", "{settings}");
    let word = &schema["$defs"]["MadeUpSettings"]["properties"]["magicWord"];
    assert_eq!(word["type"], "string", "{word}");
}

/// One transaction and its user, kept from call to call.
struct Lab {
    org: Arc<Org>,
    loaded: Loaded,
    page: Value,
}

impl Walker for Lab {
    type Reply = ();

    fn page(&self) -> &Value {
        &self.page
    }

    fn post(&mut self, href: &str, body: &Value) -> impl Future<Output = ()> {
        let endpoint = href.strip_prefix(BASE).and_then(Endpoint::at).unwrap();
        let body = serde_json::from_value(body.clone()).unwrap();
        self.idx(endpoint, body);
        ready(())
    }

    /// No code is ever sent.
    fn code_for(&mut self, _to: &str) -> impl Future<Output = String> {
        pending()
    }
}

impl Lab {
    fn new(org: Org) -> Self {
        let loaded = Loaded {
            now: Timestamp::UNIX_EPOCH,
            stream: Stream { seed: 7, number: 1, version: 0, epoch: Epoch::first(7, 0) },
            number: 1,
            transaction: None,
            user: None,
            user_by_login: None,
            counters: Vec::new(),
            activation: None,
            is_revoked: false,
            grant: None,
        };
        Self { org: Arc::new(org), loaded, page: Value::Null }
    }

    fn call(&mut self, call: Call) -> Reply {
        let request = Request { org: Arc::clone(&self.org), base: BASE.to_owned(), call };
        self.loaded.stream.version += 1;
        let outcome = handle(&self.loaded, &mut self.loaded.env(), &request);
        let Outcome::Answer(answer) = outcome else { panic!("no hook is configured") };
        for change in answer.changes {
            match change {
                Change::Transaction(new) => self.loaded.transaction = Some(new),
                Change::User(new) => self.loaded.user = Some(new),
                other => panic!("unexpected change: {other:?}"),
            }
        }
        answer.reply
    }

    /// Starts the transaction, and shows its first page.
    fn interact(&mut self) {
        self.call(Call::Interact(InteractCall {
            credentials: credentials(),
            scope: Some("openid".to_owned()),
            redirect_uri: Some("http://localhost:8080/login/callback".to_owned()),
            code_challenge: Some(CHALLENGE.to_owned()),
            code_challenge_method: Some("S256".to_owned()),
            ..InteractCall::default()
        }));
        let handle = &self.loaded.transaction.as_ref().unwrap().interaction_handle;
        let body = json!({ "interactionHandle": handle });
        self.idx(Endpoint::Introspect, serde_json::from_value(body).unwrap());
    }

    fn idx(&mut self, endpoint: Endpoint, body: idx_wire::IdxBody) {
        match self.call(Call::Idx(endpoint, Box::new(body))) {
            Reply::Idx { body, .. } => self.page = serde_json::from_slice(&body).unwrap(),
            other => panic!("no document: {other:?}"),
        }
    }

    fn amr(&mut self, code: &str) -> Vec<&'static str> {
        let call = TokenCall {
            credentials: credentials(),
            grant_type: Some("interaction_code".to_owned()),
            interaction_code: Some(code.to_owned()),
            code_verifier: Some(VERIFIER.to_owned()),
            ..TokenCall::default()
        };
        match self.call(Call::Token(call)) {
            Reply::Tokens(tokens) => tokens.id.unwrap().amr,
            other => panic!("no tokens: {other:?}"),
        }
    }
}

fn credentials() -> ClientCredentials {
    ClientCredentials {
        id: Some("0oaidxlabdefault0001".to_owned()),
        ..ClientCredentials::default()
    }
}
