//! The calls to the authorization server: interact and token.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::client::{FORM, WireClient, accepting_json, missing};
use super::form::listed;
use crate::drivers::driver::{ActionError, Performed};
use crate::http::form_body;
use crate::seed::random_text;
use idx_judge::page::Page;
use idx_judge::pkce::code_challenge;
use idx_scenario::model::Handle;
use idx_scenario::template::Variables;

impl WireClient {
    pub(super) async fn start(
        &mut self,
        with: &Map<String, Value>,
    ) -> Result<Performed, ActionError> {
        let form = self.interact_form(with);
        let url = format!("{}/v1/interact", oauth_base(&self.issuer));
        let response = self.post(&url, FORM, "application/json", form_body(&form)).await?;
        let handle = response
            .json()
            .and_then(|body| Some(body.get("interaction_handle")?.as_str()?.to_owned()));
        if response.status == 200 {
            let Some(handle) = handle else {
                return Err(missing("the response to interact", "interaction_handle"));
            };
            self.interaction_handle = handle;
            self.introspect(Handle::Interaction).await?;
        }
        Ok(Performed {
            values: Variables::from([("codeVerifier".to_owned(), json!(self.code_verifier))]),
            report: None,
        })
    }

    fn interact_form(&mut self, with: &Map<String, Value>) -> Map<String, Value> {
        self.code_verifier = random_text(&mut self.rng, 32);
        let state = random_text(&mut self.rng, 16);
        let nonce = random_text(&mut self.rng, 16);
        let mut form = Map::new();
        let mut set = |name: &str, value: &str| form.insert(name.to_owned(), Value::from(value));
        set("client_id", &self.account.client_id);
        set("scope", "openid profile email");
        set("redirect_uri", &self.account.redirect_uri);
        set("code_challenge", &code_challenge(&self.code_verifier));
        set("code_challenge_method", "S256");
        set("state", &state);
        set("nonce", &nonce);
        if let Some(secret) = &self.account.client_secret {
            set("client_secret", secret);
        }
        override_members(&mut form, with);
        self.issuer = match form.remove("issuer") {
            Some(Value::String(issuer)) => issuer,
            _ => self.account.issuer.clone(),
        };
        form
    }

    pub(super) async fn redeem(&self, with: &Map<String, Value>) -> Result<(), ActionError> {
        let page = Page(&self.page);
        let mut form = Map::new();
        let mut set = |name: &str, value: &str| form.insert(name.to_owned(), Value::from(value));
        set("grant_type", "interaction_code");
        set("client_id", &self.account.client_id);
        set("code_verifier", &self.code_verifier);
        if let Some(secret) = &self.account.client_secret {
            set("client_secret", secret);
        }
        if let Some(code) = page.interaction_code() {
            set("interaction_code", code);
        }
        override_members(&mut form, with);
        let href = page.success().and_then(|form| form.get("href")).and_then(Value::as_str);
        let url = href
            .map_or_else(|| format!("{}/v1/token", oauth_base(&self.issuer)), ToOwned::to_owned);
        self.check_origin(&url)?;
        self.post(&url, FORM, "application/json", form_body(&form)).await.map(|_| ())
    }

    pub(super) async fn refresh(&self, with: &Map<String, Value>) -> Result<(), ActionError> {
        let mut form = Map::new();
        form.insert("grant_type".to_owned(), "refresh_token".into());
        form.insert("client_id".to_owned(), self.account.client_id.clone().into());
        if let Some(secret) = &self.account.client_secret {
            form.insert("client_secret".to_owned(), secret.clone().into());
        }
        override_members(&mut form, with);
        let url = format!("{}/v1/token", oauth_base(&self.issuer));
        self.post(&url, FORM, "application/json", form_body(&form)).await.map(|_| ())
    }

    pub(super) async fn finish(&self) -> Result<(), ActionError> {
        if Page(&self.page).interaction_code().is_none() {
            return Err(ActionError::NotOffered {
                wanted: "an interaction code".into(),
                offered: listed(&Page(&self.page).remediation_names()),
            });
        }
        self.redeem(&Map::new()).await?;
        let discovery = format!("{}/.well-known/openid-configuration", self.issuer);
        let document = self
            .send("GET", &discovery, &accepting_json(), Bytes::new())
            .await?
            .json()
            .unwrap_or_default();
        let Some(keys) = document.get("jwks_uri").and_then(Value::as_str) else {
            return Err(missing(&discovery, "jwks_uri"));
        };
        self.check_origin(keys)?;
        self.send("GET", keys, &accepting_json(), Bytes::new()).await.map(|_| ())
    }
}

/// `false` removes a member; any other value replaces it.
fn override_members(form: &mut Map<String, Value>, with: &Map<String, Value>) {
    for (name, value) in with {
        if value == &Value::Bool(false) {
            form.remove(name);
        } else {
            form.insert(name.clone(), value.clone());
        }
    }
}

/// The base of an issuer's endpoints. The issuer of a custom authorization server already contains `/oauth2/`.
pub(crate) fn oauth_base(issuer: &str) -> String {
    if issuer.contains("/oauth2/") { issuer.to_owned() } else { format!("{issuer}/oauth2") }
}
