//! A plain HTTP/1.1 client: it does not follow redirects, keeps no cookies and returns the exact bytes.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::openapi;

/// An HTTP response.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers; names are in lower case.
    pub headers: HeaderMap,
    /// The exact body.
    pub bytes: Bytes,
}

impl Reply {
    /// A header's value, or an empty string if the header is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("headers are ASCII"))
            .unwrap_or_default()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| {
            panic!("{error} in the {} response {:?}", self.status, self.bytes)
        })
    }
}

/// A client with its own connections.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Default for Http {
    fn default() -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http() }
    }
}

impl Http {
    /// Sends a request. A response of the control API must match its OpenAPI description.
    pub async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Reply {
        let reply = self.exchange(method.clone(), url, headers, body).await;
        openapi::check(&method, url, &reply).await;
        reply
    }

    /// Sends a request without a body whose response is not validated.
    pub async fn exchange_without_check(&self, method: Method, url: &str) -> Reply {
        self.exchange(method, url, &[], "").await
    }

    /// Sends a request whose response is not validated.
    pub(crate) async fn exchange(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).expect("the request is valid");
        let response = self
            .client
            .request(request)
            .await
            .unwrap_or_else(|error| panic!("no response from {url}: {error}"));
        let (head, body) = response.into_parts();
        let bytes = body
            .collect()
            .await
            .unwrap_or_else(|error| panic!("incomplete response from {url}: {error}"))
            .to_bytes();
        Reply { status: head.status.as_u16(), headers: head.headers, bytes }
    }

    /// GET.
    pub async fn get(&self, url: &str) -> Reply {
        self.send(Method::GET, url, &[], "").await
    }

    /// POST of JSON.
    pub async fn post_json(&self, url: &str, body: &Value) -> Reply {
        self.send(Method::POST, url, &[("content-type", "application/json")], body.to_string())
            .await
    }

    /// POST of a form, percent-encoded.
    pub async fn post_form(&self, url: &str, fields: &[(&str, &str)]) -> Reply {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, url, &headers, encode_form(fields)).await
    }
}

/// `a=1&b=c+d`.
pub fn encode_form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
