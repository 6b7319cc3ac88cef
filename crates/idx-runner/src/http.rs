//! A small HTTP client that hides nothing: it follows no redirects, keeps no cookies, and returns every header.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio_rustls::rustls::{self, CertificateError};

use idx_judge::http_message::{Headers, HttpAnswer};

use crate::tls::Trust;

/// The maximum length of a body, in bytes.
pub(crate) const MAX_BODY: usize = 8 * 1024 * 1024;
/// The longest time that one exchange may take. The inbox itself waits up to sixty seconds.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(90);

/// The longest time that connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends requests and reads whole responses.
#[derive(Debug, Clone)]
pub(crate) struct HttpClient(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// The server sent no response.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{method} {url} got no response: {error}")]
pub struct NoResponse {
    /// The method.
    pub method: String,
    /// The address.
    pub url: String,
    /// Why there is none.
    pub error: HttpError,
}

/// Why an exchange failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HttpError {
    /// The request cannot be written as HTTP.
    #[error("{0}")]
    Request(Arc<http::Error>),
    /// The server could not be reached, or closed the connection.
    #[error("{}", with_sources(&**_0))]
    Connection(Arc<hyper_util::client::legacy::Error>),
    /// The body of the response ended early, or is too long.
    #[error("{0}")]
    Body(Arc<dyn Error + Send + Sync>),
    /// The server took too long.
    #[error("no response within {} s", _0.as_secs())]
    Timeout(Duration),
}

impl From<http::Error> for HttpError {
    fn from(error: http::Error) -> Self {
        Self::Request(Arc::new(error))
    }
}

impl HttpError {
    /// Whether the server's certificate is from an authority that is not trusted.
    pub(crate) fn is_unknown_issuer(&self) -> bool {
        matches!(self, Self::Connection(error) if is_unknown_issuer(&**error))
    }
}

fn is_unknown_issuer(error: &(dyn Error + 'static)) -> bool {
    // The source of an I/O error is the source of the error inside, not that error itself.
    let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    let expected = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
    error.downcast_ref() == Some(&expected)
        || inner.is_some_and(|inner| is_unknown_issuer(inner))
        || error.source().is_some_and(is_unknown_issuer)
}

impl HttpClient {
    pub(crate) fn new(trust: &Trust) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.enforce_http(false);
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let connector = HttpsConnector::from((connector, trust.config()));
        Self(Client::builder(TokioExecutor::new()).build(connector))
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: Bytes,
    ) -> Result<HttpAnswer, NoResponse> {
        let failed =
            |error: HttpError| NoResponse { method: method.to_owned(), url: url.to_owned(), error };
        let mut request = http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(body)).map_err(|error| failed(error.into()))?;
        match tokio::time::timeout(EXCHANGE_TIMEOUT, self.exchange(request)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(failed(error)),
            Err(_) => Err(failed(HttpError::Timeout(EXCHANGE_TIMEOUT))),
        }
    }

    /// Sends a complete request.
    pub(crate) async fn exchange(
        &self,
        request: http::Request<Full<Bytes>>,
    ) -> Result<HttpAnswer, HttpError> {
        let answer = self.0.request(request).await;
        let answer = answer.map_err(|error| HttpError::Connection(Arc::new(error)))?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, MAX_BODY).collect().await;
        let body = body.map_err(|error| HttpError::Body(error.into()))?;
        Ok(HttpAnswer {
            status: head.status.as_u16(),
            headers: readable(&head.headers),
            body: body.to_bytes(),
        })
    }
}

/// Headers as text, names in lower case.
pub(crate) fn readable(headers: &http::HeaderMap) -> Headers {
    headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}

fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

/// A form as `application/x-www-form-urlencoded`. Values other than strings are written as JSON.
pub(crate) fn form_body(members: &serde_json::Map<String, Value>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in members {
        match value {
            Value::String(text) => form.append_pair(name, text),
            other => form.append_pair(name, &other.to_string()),
        };
    }
    form.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use idx_judge::http_message::read_form;

    use super::*;

    #[test]
    fn form_body_can_be_read_back() {
        let Value::Object(members) =
            json!({"redirect_uri": "http://localhost:8080/cb?a=b", "scope": "openid é", "n": 7})
        else {
            panic!("an object")
        };
        let read = read_form(form_body(&members).as_bytes());
        assert_eq!(read["redirect_uri"], "http://localhost:8080/cb?a=b");
        assert_eq!(read["scope"], "openid é");
        assert_eq!(read["n"], "7");
    }
}
