//! A sign-up over HTTP. The validator checks every response.

pub use idx_walker::VERIFIER;
use idx_walker::{CHALLENGE, Walker, page};
use serde_json::{Value, json};

use crate::http::{Http, Reply};
use crate::org::{Org, PUBLIC_CLIENT, REDIRECT_URI};
use crate::validator::{Response, violations};

/// The nonce of every sign-up.
pub const NONCE: &str = "nonce-of-the-test";

/// One transaction, from the client's side.
#[derive(Debug, Clone)]
pub struct SignUp<'o> {
    org: &'o Org,
    http: Http,
    /// The interaction handle.
    pub interaction_handle: String,
    /// The transaction's current page.
    pub page: Value,
}

impl<'o> SignUp<'o> {
    /// Sends `interact`, then `introspect`.
    pub async fn start(org: &'o Org) -> Self {
        let fields = interact_fields();
        let reply = org.http.post_form(&format!("{}/v1/interact", org.issuer()), &fields).await;
        assert_eq!(reply.status, 200, "{:?}", reply.bytes);
        let interaction_handle =
            reply.json()["interaction_handle"].as_str().expect("a handle").to_owned();
        let mut sign_up =
            Self { org, http: org.http.clone(), interaction_handle, page: Value::Null };
        sign_up.introspect().await;
        sign_up
    }

    /// The same transaction with new connections, for tests of races.
    pub fn on_its_own_connection(&self) -> Self {
        Self { http: Http::default(), ..self.clone() }
    }

    /// Requests the current page again.
    pub async fn introspect(&mut self) -> Reply {
        let body = json!({"interactionHandle": self.interaction_handle});
        self.post(&self.org.url("/idp/idx/introspect"), &body).await
    }

    /// The shortest complete sign-up: password, email, skip.
    pub async fn finish(&mut self, email: &str) {
        self.profile(email).await;
        self.password().await;
        self.email(email).await;
        self.skip().await;
        self.interaction_code();
    }

    /// The interaction code of the success page.
    #[track_caller]
    pub fn interaction_code(&self) -> &str {
        page::interaction_code(&self.page).unwrap_or_else(|| panic!("no success: {:#}", self.page))
    }

    /// Redeems the interaction code with the correct verifier.
    pub async fn redeem(&self) -> Reply {
        self.redeem_with(&[]).await
    }

    /// Redeems the interaction code, with some parameters replaced.
    pub async fn redeem_with(&self, replaced: &[(&str, &str)]) -> Reply {
        let mut fields = vec![
            ("grant_type", "interaction_code"),
            ("interaction_code", self.interaction_code()),
            ("client_id", PUBLIC_CLIENT),
            ("code_verifier", VERIFIER),
        ];
        fields.retain(|(name, _)| !replaced.iter().any(|(other, _)| other == name));
        fields.extend_from_slice(replaced);
        let href =
            self.page["successWithInteractionCode"]["href"].as_str().expect("a token address");
        self.http.post_form(href, &fields).await
    }

    /// The names of the page's remediations, in order.
    pub fn offered(&self) -> Vec<&str> {
        page::remediation_names(&self.page)
    }

    /// The display names in the list of authenticators, in order.
    pub fn listed(&self) -> Vec<&str> {
        page::offered_labels(&self.page)
    }
}

impl Walker for SignUp<'_> {
    type Reply = Reply;

    fn page(&self) -> &Value {
        &self.page
    }

    async fn post(&mut self, url: &str, body: &Value) -> Reply {
        let reply = self.http.post_json(url, body).await;
        let document = reply.json();
        let found = violations(Response {
            status: Some(reply.status),
            media_type: Some(reply.header("content-type")),
            origin: Some(self.org.base_url()),
            body: &document,
        });
        assert!(
            found.is_empty(),
            "{url} returned {} with {found:#?} in {document:#}",
            reply.status
        );
        if document.get("stateHandle").is_some() {
            self.page = document;
        }
        reply
    }

    async fn code_for(&mut self, to: &str) -> String {
        self.org.code_for(to).await
    }
}

/// The public app's parameters for `interact`.
pub fn interact_fields() -> [(&'static str, &'static str); 7] {
    [
        ("client_id", PUBLIC_CLIENT),
        ("scope", "openid profile email offline_access"),
        ("redirect_uri", REDIRECT_URI),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("state", "state-of-the-test"),
        ("nonce", NONCE),
    ]
}
