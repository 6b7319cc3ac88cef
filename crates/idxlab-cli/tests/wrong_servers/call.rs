//! A request on its way, the answer to it, and what a wrong server can do with both.

use bytes::Bytes;
use hyper::header::HOST;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, StatusCode};
use serde_json::Value;

/// The public client of every preset.
pub(crate) const PUBLIC_CLIENT: &str = "0oaidxlabdefault0001";

/// A request, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// What was sent on in place of what was given; the answer gets the given back.
    put_back: Vec<(String, String)>,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Way {
    /// The right server gets it, as it is now.
    On(Call),
    /// The right server gets these one after the other; the client is shown the last answer.
    All(Vec<Call>),
    /// The right server gets the first one. Where it refuses, the client is shown the answer to the second.
    NeverRefused(Call, Call),
    /// The right server gets nothing.
    Here(Answer),
}

impl Call {
    pub(crate) fn new(head: Parts, body: Bytes) -> Self {
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        let Parts { method, headers, .. } = head;
        Self { method, target, headers, body, put_back: Vec::new() }
    }

    /// Whether it goes to this endpoint.
    pub(crate) fn is(&self, endpoint: &str) -> bool {
        self.path().ends_with(endpoint)
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The text at a place of its JSON.
    pub(crate) fn text(&self, pointer: &str) -> Option<String> {
        text_at(&self.json(), pointer)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The same with something else at a place of its JSON. Where texts take each other's place, the answer gets the given one back.
    pub(crate) fn with(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        let (mut body, value) = (self.json(), value.into());
        let (parent, member) = pointer.rsplit_once('/').expect("a pointer has a slash");
        let Some(parent) = body.pointer_mut(parent) else { return self };
        if let (Some(given), Some(sent)) = (parent[member].as_str(), value.as_str()) {
            self.put_back.push((sent.to_owned(), given.to_owned()));
        }
        parent[member] = value;
        self.body = Bytes::from(body.to_string());
        self
    }

    /// The same with this JSON alone, at an IDX endpoint.
    pub(crate) fn onward_to(mut self, endpoint: &str, body: &Value) -> Self {
        self.target = format!("/idp/idx/{endpoint}");
        self.body = Bytes::from(body.to_string());
        self
    }

    /// A parameter of its form.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut form = form_urlencoded::parse(&self.body);
        form.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// The same with another parameter in its form.
    pub(crate) fn with_parameter(self, name: &str, value: &str) -> Self {
        let mut call = self.without_parameter(name);
        let mut form = form_urlencoded::Serializer::new(
            String::from_utf8(call.body.to_vec()).expect("a form is text"),
        );
        call.body = Bytes::from(form.append_pair(name, value).finish());
        call
    }

    /// The same without a parameter of its form.
    pub(crate) fn without_parameter(mut self, name: &str) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(form_urlencoded::parse(&self.body).filter(|(known, _)| known != name));
        self.body = Bytes::from(form.finish());
        self
    }

    /// The same with another text in its address; the answer gets the given one back.
    pub(crate) fn with_target(mut self, given: &str, sent: &str) -> Self {
        self.target = self.target.replace(given, sent);
        self.put_back.push((sent.to_owned(), given.to_owned()));
        self
    }

    /// The same, with another text in the response.
    pub(crate) fn with_response_text(mut self, found: &str, shown: &str) -> Self {
        self.put_back.push((found.to_owned(), shown.to_owned()));
        self
    }

    /// The same with another header.
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().expect("the header can be written"));
        self
    }

    /// The same to a host of another name.
    pub(crate) fn with_host(self, host: &str) -> Self {
        self.with_header(HOST.as_str(), host)
    }

    /// On its way, and changed where it goes to this endpoint.
    pub(crate) fn changed_at(self, endpoint: &str, change: fn(Self) -> Self) -> Way {
        Way::On(if self.is(endpoint) { change(self) } else { self })
    }

    /// The answer as a server gives it that took what was given.
    pub(crate) fn answered(&self, mut answer: Answer) -> Answer {
        for (sent, given) in &self.put_back {
            if let Ok(text) = std::str::from_utf8(&answer.body) {
                answer.body = Bytes::from(text.replace(sent, given));
            }
            for value in answer.headers.values_mut() {
                let put_back = value.to_str().ok().map(|text| text.replace(sent, given));
                if let Some(Ok(text)) = put_back.map(|text| text.parse()) {
                    *value = text;
                }
            }
        }
        answer
    }
}

impl Answer {
    /// Plain JSON.
    pub(crate) fn json(body: &Value) -> Self {
        let media_type = "application/json".parse().expect("the header can be written");
        let headers = HeaderMap::from_iter([(hyper::header::CONTENT_TYPE, media_type)]);
        Self { status: StatusCode::OK, headers, body: Bytes::from(body.to_string()) }
    }

    /// Success, and not a word.
    pub(crate) fn empty() -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::new() }
    }

    pub(crate) fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The text at a place of its JSON.
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
