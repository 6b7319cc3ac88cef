//! What a scenario knows by now: the values that its templates can name, and the page it stands on.

use serde_json::{Value, json};
use serde_json_path::JsonPath;

use super::world::World;
use crate::drivers::Account;
use idx_judge::Failure;
use idx_judge::exchange::Exchange;
use idx_judge::page::Page;
use idx_scenario::matcher::Found;
use idx_scenario::template::{self, Variables};
use idx_scenario::{Case, ClientType};

/// Values by name, and the newest page.
#[derive(Debug, Clone, Default)]
pub(super) struct Knowledge {
    pub(super) variables: Variables,
    pub(super) page: Value,
}

impl Knowledge {
    /// What is known before the first step. Values of a case may name the person and the org.
    pub(super) fn new(person: Variables, account: &Account, case: &Case) -> Self {
        let mut variables = person;
        let mut give = |name: &str, value: &str| variables.insert(name.to_owned(), json!(value));
        give("baseUrl", &account.base_url);
        give("issuer", &account.issuer);
        give("orgIssuer", &account.base_url);
        give("clientId", &account.client_id);
        give("clientSecret", account.client_secret.as_deref().unwrap_or_default());
        give("redirectUri", &account.redirect_uri);
        for (name, value) in &case.values {
            let value = template::expand(value, &variables).unwrap_or_else(|_| value.clone());
            variables.insert(name.clone(), value);
        }
        Self { variables, page: Value::Null }
    }

    /// Takes what an exchange brought: handles, codes, tokens, and the page.
    pub(super) fn learn(&mut self, exchange: &Exchange) {
        if exchange.is_oauth("interact") {
            for (parameter, name) in
                [("state", "state"), ("nonce", "nonce"), ("code_challenge", "codeChallenge")]
            {
                if let Some(value) = exchange.request.form().get(parameter) {
                    self.variables.insert(name.to_owned(), json!(value));
                }
            }
        }
        let Some(body) = exchange.answer_json() else { return };
        let members = [
            ("interaction_handle", "interactionHandle"),
            ("stateHandle", "stateHandle"),
            ("access_token", "accessToken"),
            ("id_token", "idToken"),
            ("refresh_token", "refreshToken"),
        ];
        for (member, name) in members {
            if let Some(value) = body.get(member).filter(|value| value.is_string()) {
                self.variables.insert(name.to_owned(), value.clone());
            }
        }
        if let Some(code) = Page(&body).interaction_code() {
            self.variables.insert("interactionCode".to_owned(), json!(code));
        }
        if Page(&body).state_handle().is_some() {
            self.page = body;
        }
    }

    /// Takes what a step captures from its answer.
    pub(super) fn capture(
        &mut self,
        capture: &[(String, String)],
        exchange: Option<&Exchange>,
    ) -> Vec<Failure> {
        let body = exchange.and_then(Exchange::answer_json).unwrap_or_default();
        let mut failures = Vec::new();
        for (name, path) in capture {
            let found =
                JsonPath::parse(path).map(|path| path.query(&body).all()).unwrap_or_default();
            match Found(found).value() {
                Some(value) => drop(self.variables.insert(name.clone(), value)),
                None => {
                    let (path, name) = (path.clone(), name.clone());
                    failures.push(Failure::Capture { path, name });
                }
            }
        }
        failures
    }
}

/// As whom the driver acts: the org's client of the wanted type, at the proxy's address.
pub(super) fn account(world: &World, client: ClientType, proxy: &str) -> Result<Account, String> {
    let is_confidential = client == ClientType::Confidential;
    let wanted = if is_confidential { "confidential" } else { "public" };
    let found = world.clients.iter().find(|found| found.client_secret.is_some() == is_confidential);
    let found = found
        .ok_or_else(|| format!("the org has no {wanted} client; give it one in `[[apps]]`"))?;
    let redirect_uri =
        found.redirect_uris.first().map_or("http://localhost:8080/login/callback", String::as_str);
    Ok(Account {
        base_url: proxy.to_owned(),
        issuer: world.issuer.replacen(&world.origin, proxy, 1),
        client_id: found.client_id.clone(),
        client_secret: found.client_secret.clone(),
        redirect_uri: redirect_uri.replacen('*', "8080/login/callback", 1),
    })
}
