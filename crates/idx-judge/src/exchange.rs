//! Recorded exchanges: the only evidence for verdicts.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde_json::Value;

use idx_scenario::protocol::IDX_PATH;

use crate::http_message::{Headers, HttpAnswer, first_of, read_form};

/// One request and its response.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// When the request arrived, in milliseconds from the start of the scenario.
    pub at: u64,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// The org's time when the response arrived, RFC 3339. Absent if the org's clock runs.
    pub org_time: Option<String>,
    /// The request as the client sent it.
    pub request: Request,
    /// The response, or the reason why there is none.
    pub answer: Result<HttpAnswer, ResponseError>,
    /// Whether a scenario made this request on purpose. It is then not the client's.
    pub deliberate: bool,
}

#[cfg(test)]
impl Exchange {
    /// A POST with status 200 and a JSON body, sent at the start of the scenario.
    pub(crate) fn posted(target: &str, sent: &str, body: &Value) -> Self {
        let request = Request {
            method: "POST".to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: sent.to_owned().into(),
        };
        let headers = Vec::new();
        let answer = Ok(HttpAnswer { status: 200, headers, body: body.to_string().into() });
        Self { at: 0, took: 1, org_time: None, request, answer, deliberate: false }
    }
}

/// Why an exchange has no response. The recorder's own error, with its causes.
#[derive(Debug, Clone)]
pub struct ResponseError(Arc<dyn Error + Send + Sync>);

impl ResponseError {
    /// Keeps the recorder's error.
    pub fn new(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(error))
    }
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for ResponseError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// A request as the client sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Its headers, names in lower case.
    pub headers: Headers,
    /// Its body.
    pub body: Bytes,
}

impl Request {
    /// The path without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query without its question mark. Empty if the target has none.
    #[must_use]
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The first header of this lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        first_of(&self.headers, name)
    }

    /// The body, if it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The body as a form.
    #[must_use]
    pub fn form(&self) -> std::collections::BTreeMap<String, String> {
        read_form(&self.body)
    }

    /// The parameters of the query.
    #[must_use]
    pub fn query_form(&self) -> std::collections::BTreeMap<String, String> {
        read_form(self.query().as_bytes())
    }

    /// Whether it is a POST of a form.
    #[must_use]
    pub fn is_form_post(&self) -> bool {
        let media_type = self.header("content-type").unwrap_or_default();
        self.method == "POST" && media_type.starts_with("application/x-www-form-urlencoded")
    }

    /// Method, path and media type, for reports: `POST /a as "text/plain"`.
    #[must_use]
    pub fn described(&self) -> String {
        let media_type = self.header("content-type").unwrap_or_default();
        format!("{} {} as {media_type:?}", self.method, self.target)
    }

    /// Whether it is a token request with a refresh token.
    #[must_use]
    pub fn is_refresh(&self) -> bool {
        self.parameter("grant_type").as_deref() == Some("refresh_token")
    }

    /// A parameter of the form in the body, or of the query, as Go sends it.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.form().remove(name).or_else(|| self.query_form().remove(name))
    }
}

impl Exchange {
    /// Whether the request went to an IDX endpoint.
    #[must_use]
    pub fn is_idx(&self) -> bool {
        self.request.path().starts_with(IDX_PATH)
    }

    /// Whether the request went to this operation of an authorization server: `interact`, `token`, `keys` …
    #[must_use]
    pub fn is_oauth(&self, operation: &str) -> bool {
        let path = self.request.path();
        path.starts_with("/oauth2/") && path.ends_with(&format!("/v1/{operation}"))
    }

    /// Whether the request went to the control API, which no client calls.
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.request.path().starts_with("/_idxlab/api/")
    }

    /// The response's JSON, if it is JSON.
    #[must_use]
    pub fn answer_json(&self) -> Option<Value> {
        self.answer.as_ref().ok().and_then(HttpAnswer::json)
    }

    /// The response's status, or 0 without a response.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.answer.as_ref().map_or(0, |answer| answer.status)
    }

    /// One line for reports: `POST /idp/idx/identify → 200`.
    #[must_use]
    pub fn summary(&self) -> String {
        let outcome = match &self.answer {
            Ok(answer) => answer.status.to_string(),
            Err(error) => format!("no response ({error})"),
        };
        format!("{} {} → {outcome}", self.request.method, self.request.target)
    }
}

/// The exchanges of one scenario, in the order in which they ended. Clones share one record.
#[derive(Debug, Clone, Default)]
pub struct Record(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    exchanges: Vec<Exchange>,
    org_time: Option<String>,
}

impl Record {
    /// The number of exchanges so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.with(|recorded| recorded.exchanges.len())
    }

    /// The exchanges from this position on.
    #[must_use]
    pub fn since(&self, mark: usize) -> Vec<Exchange> {
        self.with(|recorded| recorded.exchanges.get(mark..).unwrap_or_default().to_vec())
    }

    /// Marks the exchanges from this position on as made by a scenario on purpose.
    pub fn mark_deliberate(&self, mark: usize) {
        self.with(|recorded| {
            for exchange in recorded.exchanges.iter_mut().skip(mark) {
                exchange.deliberate = true;
            }
        });
    }

    /// Marks the control API calls from this position on as made by a scenario, not by a client.
    pub fn mark_calls_of_the_owner(&self, mark: usize) {
        self.with(|recorded| {
            let since = recorded.exchanges.iter_mut().skip(mark);
            since.filter(|made| made.is_control()).for_each(|made| made.deliberate = true);
        });
    }

    /// Sets the org's time for later exchanges. `None` if its clock runs.
    pub fn set_org_time(&self, now: Option<String>) {
        self.with(|recorded| recorded.org_time = now);
    }

    /// Appends an exchange, stamped with the org's current time.
    pub fn push(&self, exchange: Exchange) {
        self.with(|recorded| {
            let org_time = recorded.org_time.clone();
            recorded.exchanges.push(Exchange { org_time, ..exchange });
        });
    }

    /// Nothing is awaited inside, and a panic elsewhere leaves the list whole.
    fn with<T>(&self, look: impl FnOnce(&mut Recorded) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
