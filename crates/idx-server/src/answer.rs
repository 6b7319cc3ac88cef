//! An answer before it becomes HTTP: small and cheap to clone, since the journal keeps one too.

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, VARY, WWW_AUTHENTICATE,
};
use http::{HeaderMap, Response, StatusCode};
use idx_engine::Reply;
use idx_engine::org::ErrorContentType;
use jiff::Timestamp;

use crate::cors::Cors;
use crate::keys;
use crate::response_body::ResponseBody;

/// The id of an exchange in the journal, under the name that Okta's support asks for.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-okta-request-id");

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) media: Media,
    pub(crate) body: Bytes,
    pub(crate) extra: Vec<(HeaderName, HeaderValue)>,
}

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    None,
    Ion,
    Json,
    Html,
}

impl Media {
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Ion => Some(idx_wire::ION_JSON),
            Self::Json => Some("application/json"),
            Self::Html => Some("text/html; charset=utf-8"),
        }
    }
}

impl Answer {
    pub(crate) fn new(status: StatusCode, media: Media, body: impl Into<Bytes>) -> Self {
        Self { status, media, body: body.into(), extra: Vec::new() }
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self::new(status, Media::None, Bytes::new())
    }

    #[must_use]
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.extra.push((name, value));
        self
    }

    /// What the engine said; tokens are signed here, so this is done with nothing locked.
    pub(crate) fn from_reply(reply: Reply) -> Self {
        match reply {
            Reply::Idx { status, body } => Self::new(status_code(status), Media::Ion, body),
            Reply::Json { status, body } => Self::new(status_code(status), Media::Json, body),
            Reply::Empty { status } => Self::empty(status_code(status)),
            Reply::Tokens(tokens) => match keys::sign_tokens(*tokens) {
                Ok(body) => Self::new(StatusCode::OK, Media::Json, body),
                Err(error) => internal(&error.to_string()),
            },
            Reply::Page { status, html } => Self::new(status_code(status), Media::Html, html),
            Reply::Redirect { location } => match HeaderValue::try_from(location) {
                Ok(location) => Self::empty(StatusCode::FOUND).with(LOCATION, location),
                Err(_) => internal("the address to go on with cannot stand in a header"),
            },
            Reply::Unauthorized { status, challenge } => match HeaderValue::try_from(challenge) {
                Ok(challenge) => Self::empty(status_code(status)).with(WWW_AUTHENTICATE, challenge),
                Err(_) => Self::empty(status_code(status)),
            },
        }
    }

    /// A refusal in the media type that the org's document gives it; anything else as it is.
    #[must_use]
    pub(crate) fn refused_as(mut self, media: ErrorContentType) -> Self {
        let is_refusal = self.media == Media::Ion && self.status.is_client_error();
        if is_refusal && media == ErrorContentType::Json {
            self.media = Media::Json;
        }
        self
    }

    /// A wrong method.
    pub(crate) fn allowing(self, methods: &'static str) -> Self {
        self.with(ALLOW, HeaderValue::from_static(methods))
    }

    /// The headers, as the client gets them.
    pub(crate) fn headers(&self, cors: &Cors, id: u64) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(12);
        if let Some(name) = self.media.name() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(name));
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store"));
        headers.insert(VARY, HeaderValue::from_static("Origin"));
        if id > 0 {
            headers.insert(REQUEST_ID, HeaderValue::from(id));
        }
        cors.write(&mut headers);
        for (name, value) in &self.extra {
            headers.insert(name, value.clone());
        }
        headers
    }

    /// The response with this body. `id` is that of the journal; 0 for what the journal leaves out.
    pub(crate) fn response(
        &self,
        body: ResponseBody,
        cors: &Cors,
        id: u64,
    ) -> Response<ResponseBody> {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers(cors, id);
        response
    }
}

/// Where a limit stands, in the headers that Okta's documentation names.
pub(crate) fn rate_limit(answer: Answer, limit: u32, remaining: u32, reset: Timestamp) -> Answer {
    answer
        .with(HeaderName::from_static("x-rate-limit-limit"), HeaderValue::from(limit))
        .with(HeaderName::from_static("x-rate-limit-remaining"), HeaderValue::from(remaining))
        .with(HeaderName::from_static("x-rate-limit-reset"), HeaderValue::from(reset.as_second()))
}

/// A fault of ours, said in Okta's shape, so that a client's error handling meets nothing new. It is not reached by any input we know.
fn internal(what: &str) -> Answer {
    let body = serde_json::json!({
        "errorCode": "E0000009", "errorSummary": "Internal Server Error", "errorLink": "E0000009",
        "errorId": "oae0000000000000000000000", "errorCauses": [{"errorSummary": what}],
    });
    Answer::new(StatusCode::INTERNAL_SERVER_ERROR, Media::Json, body.to_string())
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
