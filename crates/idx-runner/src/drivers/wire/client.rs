//! The client and its requests.

use bytes::Bytes;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use crate::drivers::driver::{Account, ActionError, ActionFuture, Driver, Performed};
use crate::http::{HttpClient, form_body};
use crate::tls::Trust;
use idx_judge::http_message::HttpAnswer;
use idx_scenario::model::{Action, RawBody, RawRequest};

/// The media type of IDX requests.
pub(super) const ION: &str = "application/ion+json; okta-version=1.0.0";
/// The media type of OAuth requests.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// A client in plain HTTP, and the state of its sign-up.
#[derive(Debug)]
pub struct WireClient {
    http: HttpClient,
    pub(super) account: Account,
    pub(super) rng: ChaCha8Rng,
    pub(super) issuer: String,
    pub(super) interaction_handle: String,
    pub(super) code_verifier: String,
    pub(super) page: Value,
}

impl Driver for WireClient {
    fn perform<'a>(&'a mut self, action: &'a Action) -> ActionFuture<'a> {
        Box::pin(self.act(action))
    }
}

impl WireClient {
    /// A client before its first request. `rng` generates its random values.
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

    async fn act(&mut self, action: &Action) -> Result<Performed, ActionError> {
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
            Action::Refresh { with } => self.refresh(with).await?,
            Action::OpenLink { link } => self.open_link(link).await?,
            Action::Finish => self.finish().await?,
            Action::Inbox(_)
            | Action::Clock { .. }
            | Action::Faults { .. }
            | Action::Set { .. } => {}
        }
        Ok(Performed::default())
    }

    async fn send_raw(&mut self, request: &RawRequest) -> Result<(), ActionError> {
        let url = match request.target.strip_prefix('/') {
            Some(path) => format!("{}/{path}", self.account.base_url),
            None => request.target.clone(),
        };
        self.check_origin(&url)?;
        let (media_type, body) = match &request.body {
            RawBody::Nothing => (None, String::new()),
            RawBody::Json(value) => (Some("application/json"), value.to_string()),
            RawBody::Form(members) => (Some(FORM), form_body(members)),
            RawBody::Text(text) => (None, text.clone()),
        };
        let has_header = |name: &str| {
            request.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name))
        };
        let mut headers = request.headers.clone();
        if let Some(media_type) = media_type.filter(|_| !has_header("content-type")) {
            headers.push(("content-type".into(), media_type.into()));
        }
        if !has_header("accept") {
            headers.push(("accept".into(), "application/json".into()));
        }
        // An empty value omits the header.
        headers.retain(|(_, value)| !value.is_empty());
        let response = self.send(&request.method, &url, &headers, Bytes::from(body)).await?;
        self.update_page(&response);
        Ok(())
    }

    async fn open_link(&mut self, link: &str) -> Result<(), ActionError> {
        self.check_origin(link)?;
        let headers = [("accept".to_owned(), "text/html".to_owned())];
        self.send("GET", link, &headers, Bytes::new()).await.map(|_| ())
    }

    /// Refuses an address at another origin.
    pub(super) fn check_origin(&self, url: &str) -> Result<(), ActionError> {
        let rest = url.strip_prefix(&self.account.base_url);
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Ok(());
        }
        let origin = self.account.base_url.clone();
        Err(ActionError::OtherOrigin { url: url.to_owned(), origin })
    }

    pub(super) async fn post(
        &self,
        url: &str,
        media_type: &str,
        accept: &str,
        body: String,
    ) -> Result<HttpAnswer, ActionError> {
        self.send("POST", url, &headers(media_type, accept), Bytes::from(body)).await
    }

    pub(super) async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: Bytes,
    ) -> Result<HttpAnswer, ActionError> {
        Ok(self.http.send(method, url, headers, body).await?)
    }
}

/// A response lacks a member.
pub(super) fn missing(response: &str, member: &'static str) -> ActionError {
    ActionError::Missing { response: response.to_owned(), member }
}

pub(super) fn headers(media_type: &str, accept: &str) -> Vec<(String, String)> {
    vec![
        ("content-type".to_owned(), media_type.to_owned()),
        ("accept".to_owned(), accept.to_owned()),
    ]
}

pub(super) fn accepting_json() -> Vec<(String, String)> {
    vec![("accept".to_owned(), "application/json".to_owned())]
}
