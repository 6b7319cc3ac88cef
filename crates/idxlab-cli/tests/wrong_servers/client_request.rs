//! A request, its response, and the ways in which a wrong server can change them.

use bytes::Bytes;
use hyper::header::HOST;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, StatusCode};
use serde_json::Value;

/// The public client of every preset.
pub(crate) const PUBLIC_CLIENT: &str = "0oaidxlabdefault0001";

/// A request with its complete body.
#[derive(Debug, Clone)]
pub(crate) struct ClientRequest {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Pairs of the forwarded and the client's value. The response gets the client's value again.
    replacements: Vec<(String, String)>,
}

/// A response with its complete body.
#[derive(Debug, Clone)]
pub(crate) struct ServerResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The wrong server's handling of a request.
#[derive(Debug)]
pub(crate) enum Handling {
    /// Forwards the request to the correct server.
    Forward(ClientRequest),
    /// Forwards the requests one after the other, and returns the last response.
    ForwardAll(Vec<ClientRequest>),
    /// Forwards the first request. If the correct server refuses it, forwards the second and returns its response.
    ForwardWithFallback(ClientRequest, ClientRequest),
    /// Forwards nothing, and returns this response.
    Respond(ServerResponse),
}

impl ClientRequest {
    pub(crate) fn new(head: Parts, body: Bytes) -> Self {
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        let Parts { method, headers, .. } = head;
        Self { method, target, headers, body, replacements: Vec::new() }
    }

    /// Whether the path ends with this endpoint.
    pub(crate) fn is(&self, endpoint: &str) -> bool {
        self.path().ends_with(endpoint)
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The string at a pointer into the JSON body.
    pub(crate) fn text(&self, pointer: &str) -> Option<String> {
        text_at(&self.json(), pointer)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Replaces a value of the JSON body. If both values are strings, the response gets the client's value again.
    pub(crate) fn with(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        let (mut body, value) = (self.json(), value.into());
        let (parent, member) = pointer.rsplit_once('/').expect("a pointer has a slash");
        let Some(parent) = body.pointer_mut(parent) else { return self };
        if let (Some(submitted), Some(sent)) = (parent[member].as_str(), value.as_str()) {
            self.replacements.push((sent.to_owned(), submitted.to_owned()));
        }
        parent[member] = value;
        self.body = Bytes::from(body.to_string());
        self
    }

    /// Replaces the endpoint and the JSON body.
    pub(crate) fn with_idx_request(mut self, endpoint: &str, body: &Value) -> Self {
        self.target = format!("/idp/idx/{endpoint}");
        self.body = Bytes::from(body.to_string());
        self
    }

    /// A parameter of the form.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut form = form_urlencoded::parse(&self.body);
        form.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// Sets a parameter of the form.
    pub(crate) fn with_parameter(self, name: &str, value: &str) -> Self {
        let mut request = self.without_parameter(name);
        let mut form = form_urlencoded::Serializer::new(
            String::from_utf8(request.body.to_vec()).expect("a form is text"),
        );
        request.body = Bytes::from(form.append_pair(name, value).finish());
        request
    }

    /// Removes a parameter of the form.
    pub(crate) fn without_parameter(mut self, name: &str) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(form_urlencoded::parse(&self.body).filter(|(known, _)| known != name));
        self.body = Bytes::from(form.finish());
        self
    }

    /// Replaces a part of the target. The response gets the client's text again.
    pub(crate) fn with_target(mut self, submitted: &str, sent: &str) -> Self {
        self.target = self.target.replace(submitted, sent);
        self.replacements.push((sent.to_owned(), submitted.to_owned()));
        self
    }

    /// Replaces a text of the response.
    pub(crate) fn with_response_text(mut self, found: &str, shown: &str) -> Self {
        self.replacements.push((found.to_owned(), shown.to_owned()));
        self
    }

    /// Sets a header.
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().expect("the header can be written"));
        self
    }

    /// Sets the Host header.
    pub(crate) fn with_host(self, host: &str) -> Self {
        self.with_header(HOST.as_str(), host)
    }

    /// Forwards the request, with a change if it goes to this endpoint.
    pub(crate) fn forward_with_change_at(
        self,
        endpoint: &str,
        change: fn(Self) -> Self,
    ) -> Handling {
        Handling::Forward(if self.is(endpoint) { change(self) } else { self })
    }

    /// Restores the client's values in the response.
    pub(crate) fn restored(&self, mut response: ServerResponse) -> ServerResponse {
        for (sent, submitted) in &self.replacements {
            if let Ok(text) = std::str::from_utf8(&response.body) {
                response.body = Bytes::from(text.replace(sent, submitted));
            }
            for value in response.headers.values_mut() {
                let restored = value.to_str().ok().map(|text| text.replace(sent, submitted));
                if let Some(Ok(text)) = restored.map(|text| text.parse()) {
                    *value = text;
                }
            }
        }
        response
    }
}

impl ServerResponse {
    /// Status 200 with this JSON.
    pub(crate) fn json(body: &Value) -> Self {
        let media_type = "application/json".parse().expect("the header can be written");
        let headers = HeaderMap::from_iter([(hyper::header::CONTENT_TYPE, media_type)]);
        Self { status: StatusCode::OK, headers, body: Bytes::from(body.to_string()) }
    }

    /// Status 200 without a body.
    pub(crate) fn empty() -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::new() }
    }

    pub(crate) fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The string at a pointer into the JSON body.
    pub(crate) fn text(&self, pointer: &str) -> Option<String> {
        text_at(&self.value(), pointer)
    }

    pub(crate) fn is_refusal(&self) -> bool {
        self.status.is_client_error()
    }
}

fn text_at(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer)?.as_str().map(ToOwned::to_owned)
}
