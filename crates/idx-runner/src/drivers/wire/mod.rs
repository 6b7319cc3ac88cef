//! The built-in client: plain HTTP, following `href`, `method` and hidden fields as the SDKs do.

mod form;

use bytes::Bytes;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

use super::{Account, Driver, Performed, Performing, Trouble};
use crate::http::{HttpClient, form_body};
use crate::seed::random_text;
use crate::tls::Trust;
use idx_judge::http_message::HttpAnswer;
use idx_judge::page::Page;
use idx_judge::pkce::code_challenge;
use idx_scenario::model::{Action, Handle, RawBody, RawRequest};
use idx_scenario::protocol;
use idx_scenario::template::Variables;

const ION: &str = "application/ion+json; okta-version=1.0.0";
const FORM: &str = "application/x-www-form-urlencoded";

/// A client in plain HTTP.
#[derive(Debug)]
pub struct WireClient {
    http: HttpClient,
    account: Account,
    rng: ChaCha8Rng,
    issuer: String,
    interaction_handle: String,
    code_verifier: String,
    page: Value,
}

impl Driver for WireClient {
    fn perform<'a>(&'a mut self, action: &'a Action) -> Performing<'a> {
        Box::pin(self.act(action))
    }
}

impl WireClient {
    /// A client that has done nothing yet. What it draws comes from `rng`.
    #[must_use]
    pub fn new(account: Account, rng: ChaCha8Rng, trust: &Trust) -> Self {
        let issuer = account.issuer.clone();
        Self {
            http: HttpClient::new(trust),
            account,
            rng,
            issuer,
            interaction_handle: String::new(),
            code_verifier: String::new(),
            page: Value::Null,
        }
    }

    async fn act(&mut self, action: &Action) -> Result<Performed, Trouble> {
        match action {
            Action::Start { with } => return self.start(with).await,
            Action::Answer { remediation, choose, with } => {
                self.answer(remediation, choose.as_deref(), with).await?
            }
            Action::Introspect { by } => self.introspect(*by).await?,
            Action::Resend | Action::Poll => {
                self.submit_authenticator_form(&action.summary()).await?
            }
            Action::Cancel => self.cancel().await?,
            Action::Request(request) => self.send_raw(request).await?,
            Action::Redeem { with } => self.redeem(with).await?,
            Action::OpenLink { link } => self.open_link(link).await?,
            Action::Finish => self.finish().await?,
            Action::Inbox(_)
            | Action::Clock { .. }
            | Action::Faults { .. }
            | Action::Set { .. } => {}
        }
        Ok(Performed::default())
    }

    async fn start(&mut self, with: &Map<String, Value>) -> Result<Performed, Trouble> {
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
        let url = format!("{}/v1/interact", oauth_base(&self.issuer));
        let answer = self.post(&url, FORM, "application/json", form_body(&form)).await?;
        let handle = answer
            .json()
            .and_then(|body| Some(body.get("interaction_handle")?.as_str()?.to_owned()));
        if answer.status == 200 {
            let Some(handle) = handle else {
                return Err(Trouble::Failed(
                    "the answer of interact has no `interaction_handle`".into(),
                ));
            };
            self.interaction_handle = handle;
            self.introspect(Handle::Interaction).await?;
        }
        Ok(Performed {
            values: Variables::from([("codeVerifier".to_owned(), json!(self.code_verifier))]),
            report: None,
        })
    }

    async fn introspect(&mut self, by: Handle) -> Result<(), Trouble> {
        let body = match by {
            Handle::Interaction => json!({ "interactionHandle": self.interaction_handle }),
            Handle::State => json!({ "stateHandle": Page(&self.page).state_handle() }),
        };
        let url = format!("{}{}", self.account.base_url, protocol::INTROSPECT);
        let answer = self.post(&url, ION, ION, body.to_string()).await?;
        self.turn_to(&answer);
        Ok(())
    }

    async fn answer(
        &mut self,
        remediation: &str,
        choose: Option<&str>,
        with: &Map<String, Value>,
    ) -> Result<(), Trouble> {
        let page = Page(&self.page);
        let form = page.remediation(remediation).ok_or_else(|| Trouble::NotOffered {
            wanted: format!("the remediation `{remediation}`"),
            offered: listed(&page.remediation_names()),
        })?;
        let body = form::fill(page, form, choose, with)?;
        let form = form.clone();
        self.submit(&form, body).await
    }

    async fn submit_authenticator_form(&mut self, name: &str) -> Result<(), Trouble> {
        let form = Page(&self.page).authenticator_form(name).cloned().ok_or_else(|| {
            Trouble::NotOffered {
                wanted: format!("`{name}` of the current authenticator"),
                offered: listed(&Page(&self.page).remediation_names()),
            }
        })?;
        let body = form::fill(Page(&self.page), &form, None, &Map::new())?;
        self.submit(&form, body).await
    }

    async fn cancel(&mut self) -> Result<(), Trouble> {
        let form = self.page.get("cancel").cloned().ok_or_else(|| Trouble::NotOffered {
            wanted: "`cancel`".into(),
            offered: listed(&Page(&self.page).remediation_names()),
        })?;
        let body = form::fill(Page(&self.page), &form, None, &Map::new())?;
        self.submit(&form, body).await
    }

    async fn submit(&mut self, form: &Value, body: Map<String, Value>) -> Result<(), Trouble> {
        let text = |name: &str| form.get(name).and_then(Value::as_str);
        let href = text("href")
            .ok_or_else(|| Trouble::Failed("the form has no `href` to send it to".into()))?;
        self.stay_home(href)?;
        let media_type = text("accepts").unwrap_or("application/json; okta-version=1.0.0");
        let headers = headers(media_type, ION);
        let body = Bytes::from(Value::Object(body).to_string());
        let answer = self.send(text("method").unwrap_or("POST"), href, &headers, body).await?;
        self.turn_to(&answer);
        Ok(())
    }

    async fn send_raw(&mut self, request: &RawRequest) -> Result<(), Trouble> {
        let url = match request.target.strip_prefix('/') {
            Some(path) => format!("{}/{path}", self.account.base_url),
            None => request.target.clone(),
        };
        self.stay_home(&url)?;
        let (media_type, body) = match &request.body {
            RawBody::Nothing => (None, String::new()),
            RawBody::Json(value) => (Some("application/json"), value.to_string()),
            RawBody::Form(members) => (Some(FORM), form_body(members)),
            RawBody::Text(text) => (None, text.clone()),
        };
        let given = |name: &str| {
            request.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name))
        };
        let mut headers = request.headers.clone();
        if let Some(media_type) = media_type.filter(|_| !given("content-type")) {
            headers.push(("content-type".into(), media_type.into()));
        }
        if !given("accept") {
            headers.push(("accept".into(), "application/json".into()));
        }
        let answer = self.send(&request.method, &url, &headers, Bytes::from(body)).await?;
        self.turn_to(&answer);
        Ok(())
    }

    async fn open_link(&mut self, link: &str) -> Result<(), Trouble> {
        self.stay_home(link)?;
        let headers = [("accept".to_owned(), "text/html".to_owned())];
        self.send("GET", link, &headers, Bytes::new()).await.map(|_| ())
    }

    async fn redeem(&self, with: &Map<String, Value>) -> Result<(), Trouble> {
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
        self.stay_home(&url)?;
        self.post(&url, FORM, "application/json", form_body(&form)).await.map(|_| ())
    }

    async fn finish(&self) -> Result<(), Trouble> {
        if Page(&self.page).interaction_code().is_none() {
            return Err(Trouble::NotOffered {
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
            return Err(Trouble::Failed(format!("{discovery} names no `jwks_uri`")));
        };
        self.stay_home(keys)?;
        self.send("GET", keys, &accepting_json(), Bytes::new()).await.map(|_| ())
    }

    /// A page that offers something takes the place of the one before; a bare error does not.
    fn turn_to(&mut self, answer: &HttpAnswer) {
        let Some(body) = answer.json() else { return };
        if Page(&body).state_handle().is_some() {
            self.page = body;
        }
    }

    /// An address elsewhere would go past the record, and no client should follow it.
    fn stay_home(&self, url: &str) -> Result<(), Trouble> {
        let rest = url.strip_prefix(&self.account.base_url);
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Ok(());
        }
        Err(Trouble::Failed(format!(
            "the address {url} is not on the origin {}",
            self.account.base_url
        )))
    }

    async fn post(
        &self,
        url: &str,
        media_type: &str,
        accept: &str,
        body: String,
    ) -> Result<HttpAnswer, Trouble> {
        self.send("POST", url, &headers(media_type, accept), Bytes::from(body)).await
    }

    async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: Bytes,
    ) -> Result<HttpAnswer, Trouble> {
        self.http
            .send(method, url, headers, body)
            .await
            .map_err(|error| Trouble::Failed(error.to_string()))
    }
}

fn headers(media_type: &str, accept: &str) -> Vec<(String, String)> {
    vec![
        ("content-type".to_owned(), media_type.to_owned()),
        ("accept".to_owned(), accept.to_owned()),
    ]
}

fn accepting_json() -> Vec<(String, String)> {
    vec![("accept".to_owned(), "application/json".to_owned())]
}

/// `false` leaves a member out; anything else takes its place.
fn override_members(form: &mut Map<String, Value>, with: &Map<String, Value>) {
    for (name, value) in with {
        if value == &Value::Bool(false) {
            form.remove(name);
        } else {
            form.insert(name.clone(), value.clone());
        }
    }
}

/// Where an issuer's endpoints are: a custom authorization server's issuer has the segment already.
fn oauth_base(issuer: &str) -> String {
    if issuer.contains("/oauth2/") { issuer.to_owned() } else { format!("{issuer}/oauth2") }
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}
