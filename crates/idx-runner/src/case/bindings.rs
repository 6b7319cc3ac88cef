//! The values that a scenario's templates can name, and its current page.

use http::Uri;
use serde_json::{Value, json};
use serde_json_path::JsonPath;

use crate::drivers::{Account, oauth_base};
use idx_judge::Failure;
use idx_judge::exchange::Exchange;
use idx_judge::page::Page;
use idx_scenario::Case;
use idx_scenario::matcher::Found;
use idx_scenario::template::{self, Variables};

/// The origin of a web page's address. An address of a native app has none.
fn origin_of(address: &str) -> String {
    let address: Option<Uri> = address.parse().ok();
    let parts = address.as_ref().and_then(|address| address.scheme().zip(address.authority()));
    parts.map(|(scheme, authority)| format!("{scheme}://{authority}")).unwrap_or_default()
}

/// Values by name, and the newest page.
#[derive(Debug, Clone, Default)]
pub(super) struct Bindings {
    pub(super) variables: Variables,
    pub(super) page: Value,
}

impl Bindings {
    /// The values before the first step. A case's values may refer to the user and the org.
    pub(super) fn new(user: Variables, account: &Account, case: &Case) -> Self {
        let mut variables = user;
        let mut bind = |name: &str, value: &str| variables.insert(name.to_owned(), json!(value));
        bind("baseUrl", &account.base_url);
        bind("issuer", &account.issuer);
        bind("orgIssuer", &account.base_url);
        bind("oauthBase", &oauth_base(&account.issuer));
        bind("appOrigin", &origin_of(&account.redirect_uri));
        bind("clientId", &account.client_id);
        bind("clientSecret", account.client_secret.as_deref().unwrap_or_default());
        bind("redirectUri", &account.redirect_uri);
        for (name, value) in &case.values {
            let value = template::expand(value, &variables).unwrap_or_else(|_| value.clone());
            variables.insert(name.clone(), value);
        }
        Self { variables, page: Value::Null }
    }

    /// Takes the handles, codes, tokens and page of an exchange.
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
        if Page(&body).is_session_expired() {
            return;
        }
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

    /// Takes the values that a step captures from its response.
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
