//! The emulator's control API, over HTTP.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::{HttpClient, NoResponse, form_body};
use crate::tls::Trust;

/// Why a call of the control API failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ControlError {
    /// The server did not respond.
    #[error(transparent)]
    NoResponse(#[from] NoResponse),
    /// The server refused the call, or its response was not understood.
    #[error("{call} responded with {status}: {detail}")]
    Refused {
        /// Method and path.
        call: String,
        /// The status of the response.
        status: u16,
        /// The response's `detail`, or its text.
        detail: String,
    },
}

/// A created org.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Org {
    /// The id.
    pub(crate) id: String,
    /// The origin.
    pub(crate) base_url: String,
    /// The `default` authorization server.
    pub(crate) issuer: String,
    /// The clients.
    pub(crate) clients: Vec<OrgClient>,
    /// The control API.
    pub(crate) control_url: String,
}

/// A client of an org.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrgClient {
    /// The id.
    pub(crate) client_id: String,
    /// The secret, when it is confidential.
    pub(crate) client_secret: Option<String>,
    /// Registered redirect URIs, which may contain `*`.
    #[serde(default)]
    pub(crate) redirect_uris: Vec<String>,
}

/// A message that the org sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Message {
    /// The id.
    pub(crate) id: Value,
    /// The code in it.
    pub(crate) otp: Option<String>,
    /// The link in it.
    pub(crate) link: Option<String>,
}

/// The control API at one address.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    url: String,
    client: HttpClient,
}

impl Control {
    /// The control API at `{baseUrl}/_idxlab/api`.
    pub(crate) fn at(url: &str, trust: &Trust) -> Self {
        Self { url: url.trim_end_matches('/').to_owned(), client: HttpClient::new(trust) }
    }

    /// Creates an org. `document` is the body of `POST orgs`.
    ///
    /// # Errors
    /// When nobody answers, or the document is refused.
    pub(crate) async fn create_org(&self, document: &Value) -> Result<Org, ControlError> {
        let answer = self.call("POST", "orgs", Some(document)).await?;
        serde_json::from_value(answer).map_err(|error| ControlError::Refused {
            call: "POST orgs".into(),
            status: 201,
            detail: format!("the response is not an org: {error}"),
        })
    }

    /// Deletes an org.
    ///
    /// # Errors
    /// When nobody answers, or the org is not there.
    pub(crate) async fn delete_org(&self, id: &str) -> Result<(), ControlError> {
        self.call("DELETE", &format!("orgs/{id}"), None).await.map(|_| ())
    }

    /// Moves, sets or freezes the clock.
    ///
    /// # Errors
    /// When nobody answers, or the movement is refused.
    pub(crate) async fn move_clock(&self, movement: &Value) -> Result<(), ControlError> {
        self.call("POST", "clock", Some(movement)).await.map(|_| ())
    }

    /// The org's time, RFC 3339.
    ///
    /// # Errors
    /// When nobody answers.
    pub(crate) async fn now(&self) -> Result<String, ControlError> {
        let clock = self.call("GET", "clock", None).await?;
        Ok(clock["now"].as_str().unwrap_or_default().to_owned())
    }

    /// Replaces the faults.
    ///
    /// # Errors
    /// When nobody answers, or a rule is refused.
    pub(crate) async fn put_faults(&self, rules: &Value) -> Result<(), ControlError> {
        self.call("PUT", "faults", Some(rules)).await.map(|_| ())
    }

    /// Messages to an address or number, newer than `after`, oldest first; waits up to `wait` seconds for one.
    ///
    /// # Errors
    /// When nobody answers.
    pub(crate) async fn messages(
        &self,
        to: &str,
        channel: Option<&str>,
        after: Option<&Value>,
        wait: u64,
    ) -> Result<Vec<Message>, ControlError> {
        let query = [
            ("to", Some(json!(to))),
            ("wait", Some(json!(wait))),
            ("channel", channel.map(|channel| json!(channel))),
            ("after", after.cloned()),
        ];
        let query = query.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let query = form_body(&query.collect());
        let answer = self.call("GET", &format!("messages?{query}"), None).await?;
        Ok(serde_json::from_value(answer["messages"].clone()).unwrap_or_default())
    }

    async fn call(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ControlError> {
        let url = format!("{}/{path}", self.url);
        let headers = [("content-type".to_owned(), "application/json".to_owned())];
        let bytes = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let answer = self.client.send(method, &url, &headers, bytes).await?;
        let value = answer.json().unwrap_or_else(|| json!(String::from_utf8_lossy(&answer.body)));
        if answer.status < 300 {
            return Ok(value);
        }
        let detail = value["detail"]
            .as_str()
            .or_else(|| value["error"].as_str())
            .map_or_else(|| value.to_string(), ToOwned::to_owned);
        Err(ControlError::Refused {
            call: format!("{method} {path}"),
            status: answer.status,
            detail,
        })
    }
}
