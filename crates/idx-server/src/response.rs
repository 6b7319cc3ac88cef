//! A response before it becomes HTTP: small and cheap to clone, since the journal keeps it too.

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, VARY, WWW_AUTHENTICATE,
};
use http::{HeaderMap, Response, StatusCode};
use idx_engine::Reply;
use idx_engine::org::ErrorContentType;
use jiff::Timestamp;

use crate::cors::Cors;
use crate::keys::SigningKey;
use crate::response_body::ResponseBody;

/// The exchange's id in the journal, in the header that Okta's support asks for.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-okta-request-id");

/// A response whose body is complete.
#[derive(Debug, Clone)]
pub(crate) struct BufferedResponse {
    pub(crate) status: StatusCode,
    pub(crate) media: Media,
    pub(crate) body: Bytes,
    pub(crate) extra: Vec<(HeaderName, HeaderValue)>,
}

/// The media type of a body.
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

impl BufferedResponse {
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

    /// The engine's reply. It signs tokens, so no lock may be held.
    pub(crate) fn from_reply(reply: Reply, key: &SigningKey) -> Self {
        match reply {
            Reply::Idx { status, body } => Self::new(status_code(status), Media::Ion, body),
            Reply::Json { status, body } => Self::new(status_code(status), Media::Json, body),
            Reply::Empty { status } => Self::empty(status_code(status)),
            Reply::Tokens(tokens) => match key.sign_tokens(*tokens) {
                Ok(body) => Self::new(StatusCode::OK, Media::Json, body),
                Err(error) => internal(&error.to_string()),
            },
            Reply::Page { status, html } => Self::new(status_code(status), Media::Html, html),
            Reply::Redirect { location } => match HeaderValue::try_from(location) {
                Ok(location) => Self::empty(StatusCode::FOUND).with(LOCATION, location),
                Err(_) => internal("the redirect address is not a valid header value"),
            },
            Reply::Unauthorized { status, challenge } => match HeaderValue::try_from(challenge) {
                Ok(challenge) => Self::empty(status_code(status)).with(WWW_AUTHENTICATE, challenge),
                Err(_) => Self::empty(status_code(status)),
            },
        }
    }

    /// Gives a refusal the media type that the org document sets for errors.
    #[must_use]
    pub(crate) fn with_error_media(mut self, media: ErrorContentType) -> Self {
        let is_refusal = self.media == Media::Ion && self.status.is_client_error();
        if is_refusal && media == ErrorContentType::Json {
            self.media = Media::Json;
        }
        self
    }

    /// Adds the headers of a rate limit, which Okta's documentation names.
    #[must_use]
    pub(crate) fn with_rate_limit(self, limit: u32, remaining: u32, reset: Timestamp) -> Self {
        self.with(HeaderName::from_static("x-rate-limit-limit"), HeaderValue::from(limit))
            .with(HeaderName::from_static("x-rate-limit-remaining"), HeaderValue::from(remaining))
            .with(
                HeaderName::from_static("x-rate-limit-reset"),
                HeaderValue::from(reset.as_second()),
            )
    }

    /// Adds `Allow`.
    #[must_use]
    pub(crate) fn allowing(mut self, methods: &str) -> Self {
        self.extra.extend(HeaderValue::try_from(methods).map(|methods| (ALLOW, methods)));
        self
    }

    /// The headers that the client receives. An `id` of 0 is omitted.
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

    /// The HTTP response. `id` is the id in the journal, or 0 if the journal does not record the exchange.
    pub(crate) fn to_http(
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

/// The device cookie. It lasts two years, as Okta's does. A cross-origin page receives it only over TLS, since browsers ignore such a cookie
/// without TLS.
pub(crate) fn device_cookie(value: &str, base: &str) -> Option<HeaderValue> {
    let scope = if base.starts_with("https:") { "SameSite=None; Secure" } else { "SameSite=Lax" };
    HeaderValue::try_from(format!("DT={value}; Path=/; Max-Age=63072000; HttpOnly; {scope}")).ok()
}

/// An internal error in Okta's format, which clients already handle. No known input causes it.
fn internal(what: &str) -> BufferedResponse {
    let body = serde_json::json!({
        "errorCode": "E0000009", "errorSummary": "Internal Server Error", "errorLink": "E0000009",
        "errorId": "oae0000000000000000000000", "errorCauses": [{"errorSummary": what}],
    });
    BufferedResponse::new(StatusCode::INTERNAL_SERVER_ERROR, Media::Json, body.to_string())
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
