//! An org for tests. It loads, handles and commits requests as the server does, and stores the messages that it sends.

use std::sync::Arc;

use idx_engine::{
    Answer, AuthorizationServer, Call, ClientCredentials, Delivery, Effect, Endpoint, Epoch,
    HookCall, HookOutcome, InteractCall, Org, Outcome, Reply, Request, TokenCall, handle, needs,
    needs_after_hook, resume,
};
use idx_server::Records;
pub(crate) use idx_walker::{CHALLENGE, PASSWORD, VERIFIER};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

pub(crate) const BASE: &str = "https://org.example";
pub(crate) const CLIENT: &str = "0oaidxlabdefault0001";
pub(crate) const WEB_CLIENT: &str = "0oaidxlabweb00000002";

#[derive(Debug, Clone)]
pub(crate) struct Lab {
    pub(crate) org: Arc<Org>,
    pub(crate) records: Records,
    pub(crate) now: Timestamp,
    pub(crate) sent: Vec<Delivery>,
    /// Status and body of the last response with a document.
    pub(crate) last: (u16, Vec<u8>),
}

impl Lab {
    pub(crate) fn preset(name: &str) -> Self {
        Self::new(Org::preset(name).unwrap())
    }

    pub(crate) fn document(text: &str) -> Self {
        Self::new(Org::from_toml(text, "test.toml").unwrap_or_else(|error| panic!("{error}")))
    }

    fn new(org: Org) -> Self {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        Self {
            org: Arc::new(org),
            records: Records::new(7, Epoch::first(7, 0)),
            now,
            sent: Vec::new(),
            last: (0, Vec::new()),
        }
    }

    /// A new org with the same document and another seed.
    pub(crate) fn seeded(self, seed: u64) -> Self {
        Self { records: Records::new(seed, Epoch::first(seed, 0)), ..self }
    }

    pub(crate) fn advance(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    /// Handles a call that needs a hook call. `hook` returns the hook's outcome.
    pub(crate) fn call_with_hook(
        &mut self,
        call: Call,
        hook: impl FnOnce(&HookCall) -> HookOutcome,
    ) -> Answer {
        let request = self.request(call);
        let loaded = self.records.load(&needs(&request), self.now);
        let mut env = loaded.env();
        let Outcome::Ask(ask) = handle(&loaded, &mut env, &request) else {
            panic!("no hook is called")
        };
        self.records.commit(&ask.changes, self.now).unwrap();
        let outcome = hook(&ask.call);
        let loaded = self.records.load(&needs_after_hook(&request, &outcome), self.now);
        let mut env = loaded.env();
        let answer = resume(&loaded, &mut env, &request, &outcome);
        self.keep(answer)
    }

    pub(crate) fn request(&self, call: Call) -> Request {
        Request { org: Arc::clone(&self.org), base: BASE.to_owned(), call }
    }

    /// Handles a call without committing its changes.
    pub(crate) fn call_without_commit(&mut self, call: Call) -> Answer {
        let request = self.request(call);
        let loaded = self.records.load(&needs(&request), self.now);
        let mut env = loaded.env();
        without_hook_call(handle(&loaded, &mut env, &request))
    }

    pub(crate) fn call(&mut self, call: Call) -> Answer {
        let answer = self.call_without_commit(call);
        self.keep(answer)
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        self.records.commit(&answer.changes, self.now).unwrap();
        if let Reply::Idx { status, body } | Reply::Json { status, body } = &answer.reply {
            self.last = (*status, body.clone());
        }
        self.sent.extend(answer.effects.iter().map(|Effect::Deliver(delivery)| delivery.clone()));
        answer
    }

    pub(crate) fn idx(&mut self, endpoint: Endpoint, body: Value) -> Answer {
        self.call(idx_call(endpoint, body))
    }

    /// Status and document of the response to an IDX call.
    pub(crate) fn page(&mut self, endpoint: Endpoint, body: Value) -> (u16, Value) {
        document(&self.idx(endpoint, body))
    }

    pub(crate) fn introspect(&mut self, interaction_handle: &str) -> (u16, Value) {
        self.page(Endpoint::Introspect, json!({ "interactionHandle": interaction_handle }))
    }

    /// The newest code that was sent to this address.
    pub(crate) fn code(&self, to: &str) -> String {
        self.sent
            .iter()
            .rev()
            .find(|delivery| delivery.to == to)
            .and_then(|delivery| delivery.otp.clone())
            .unwrap()
    }

    /// Redeems an interaction code as the confidential client.
    pub(crate) fn redeem_as_web(&mut self, code: &str) -> Answer {
        let credentials = ClientCredentials {
            id: Some(WEB_CLIENT.to_owned()),
            secret: self.org.app(WEB_CLIENT).unwrap().client_secret.clone(),
            ..ClientCredentials::default()
        };
        self.call(Call::Token(TokenCall { credentials, ..token_call(code, VERIFIER) }))
    }

    pub(crate) fn redeem(&mut self, code: &str, verifier: &str) -> Answer {
        self.call(Call::Token(token_call(code, verifier)))
    }
}

/// The result of a call that needs no hook call.
pub(crate) fn without_hook_call(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Answer(answer) => answer,
        Outcome::Ask(ask) => panic!("the hook is called: {:?}", ask.call.url),
    }
}

pub(crate) fn idx_call(endpoint: Endpoint, body: Value) -> Call {
    Call::Idx(endpoint, Box::new(serde_json::from_value(body).unwrap()))
}

pub(crate) fn interact_call() -> InteractCall {
    InteractCall {
        authorization_server: AuthorizationServer::Default,
        credentials: ClientCredentials {
            id: Some(CLIENT.to_owned()),
            ..ClientCredentials::default()
        },
        scope: Some("openid profile email".to_owned()),
        redirect_uri: Some("http://localhost:8080/login/callback".to_owned()),
        code_challenge: Some(CHALLENGE.to_owned()),
        code_challenge_method: Some("S256".to_owned()),
        state: Some("a-state".to_owned()),
        nonce: Some("a-nonce".to_owned()),
        ..InteractCall::default()
    }
}

/// Only a confidential client can use an activation token.
pub(crate) fn activation_call(token: &str) -> InteractCall {
    let mut call = interact_call();
    call.credentials.id = Some(WEB_CLIENT.to_owned());
    call.activation_token = Some(token.to_owned());
    call
}

pub(crate) fn token_call(code: &str, verifier: &str) -> TokenCall {
    TokenCall {
        authorization_server: AuthorizationServer::Default,
        credentials: ClientCredentials {
            id: Some(CLIENT.to_owned()),
            ..ClientCredentials::default()
        },
        grant_type: Some("interaction_code".to_owned()),
        interaction_code: Some(code.to_owned()),
        code_verifier: Some(verifier.to_owned()),
        ..TokenCall::default()
    }
}

/// Status and document of a response.
pub(crate) fn document(answer: &Answer) -> (u16, Value) {
    match &answer.reply {
        Reply::Idx { status, body } | Reply::Json { status, body } => {
            (*status, serde_json::from_slice(body).unwrap())
        }
        other => panic!("no document: {other:?}"),
    }
}
