//! What a fault does to a response.

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use idx_engine::{Effect, Env, error_id};
use idx_wire::ApiError;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::faults::document::Fault;
use crate::faults::values::{FaultStatus, MediaType};
use crate::response::{BufferedResponse, Media};
use crate::store::Outgoing;

/// The default duration of a rate limit.
const RATE_LIMIT_WINDOW: SignedDuration = SignedDuration::from_mins(1);
const DEFAULT_MEDIA_TYPE: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

impl Fault {
    /// The handler's response, as the client receives it.
    pub(crate) fn alter(&self, mut response: BufferedResponse) -> BufferedResponse {
        match self {
            Self::Malformed { body } => {
                // A JSON document without its last byte is not JSON.
                let end = response.body.len().saturating_sub(1);
                response.body =
                    body.as_ref().map_or_else(|| response.body.slice(..end), body_bytes);
                response
            }
            Self::ContentType { body } => {
                let media = body.as_ref().and_then(MediaType::header);
                response.with(CONTENT_TYPE, media.unwrap_or(DEFAULT_MEDIA_TYPE))
            }
            _ => response,
        }
    }

    /// The messages of a request that was handled at `now`.
    pub(crate) fn alter_messages(
        &self,
        messages: impl Iterator<Item = Outgoing>,
        now: Timestamp,
    ) -> Vec<Outgoing> {
        match self {
            Self::MessageLost {} => Vec::new(),
            Self::MessageLate { duration } => {
                let due = Some(now.saturating_add(duration.length()).unwrap_or(Timestamp::MAX));
                messages.map(|message| Outgoing { due, ..message }).collect()
            }
            Self::MessageDuplicate {} => {
                messages.flat_map(|message| [message.clone(), message]).collect()
            }
            _ => messages.collect(),
        }
    }
}

/// Each effect as a message that arrives at once.
pub(crate) fn messages(effects: Vec<Effect>) -> impl Iterator<Item = Outgoing> {
    effects.into_iter().map(|Effect::Deliver(delivery)| Outgoing { delivery, due: None })
}

/// The response of the fault `status`.
pub(crate) fn status(
    status: Option<FaultStatus>,
    body: Option<&Value>,
    env: &mut Env,
) -> BufferedResponse {
    let status = status
        .and_then(|status| StatusCode::from_u16(status.into()).ok())
        .unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let media = if matches!(body, Some(Value::String(_))) { Media::Html } else { Media::Json };
    let body =
        body.map_or_else(|| api_error("E0000009", "Internal Server Error", env).into(), body_bytes);
    let response = BufferedResponse::new(status, media, body);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.with(RETRY_AFTER, HeaderValue::from_static("1"))
    } else {
        response
    }
}

/// The response of the fault `rate-limit`.
pub(crate) fn rate_limit(window: Option<SignedDuration>, env: &mut Env) -> BufferedResponse {
    let window = window.unwrap_or(RATE_LIMIT_WINDOW);
    let reset = env.now.saturating_add(window).unwrap_or(env.now);
    let body = api_error("E0000047", "API call exceeded rate limit due to too many requests.", env);
    BufferedResponse::new(StatusCode::TOO_MANY_REQUESTS, Media::Json, body)
        .with_rate_limit(10, 0, reset)
}

/// JSON, or the text of a string.
fn body_bytes(body: &Value) -> Bytes {
    match body {
        Value::String(text) => text.clone().into(),
        document => document.to_string().into(),
    }
}

fn api_error(code: &str, summary: &str, env: &mut Env) -> Vec<u8> {
    let error = ApiError {
        error_code: code,
        error_summary: summary.into(),
        error_link: code,
        error_id: error_id(&mut env.rng),
        error_causes: Vec::new(),
    };
    // A struct of strings always serialises.
    serde_json::to_vec(&error).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use idx_engine::{Epoch, Stream};
    use serde_json::json;

    use super::*;

    fn env() -> Env {
        Env::new(
            Timestamp::UNIX_EPOCH,
            Stream { seed: 7, number: 0, version: 0, epoch: Epoch::first(7, 0) },
        )
    }

    #[test]
    fn status_has_the_configured_body_or_oktas() {
        let status_502 = Some(FaultStatus::try_from(502).unwrap());
        let response = status(status_502, Some(&json!("<h1>Bad gateway</h1>")), &mut env());
        assert_eq!(
            (response.status, response.media, &response.body[..]),
            (StatusCode::BAD_GATEWAY, Media::Html, &b"<h1>Bad gateway</h1>"[..])
        );
        let response = status(None, None, &mut env());
        assert_eq!(response.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(response.body.starts_with(br#"{"errorCode":"E0000009""#));
    }

    #[test]
    fn rate_limit_response_contains_its_reset_time() {
        let response = rate_limit(Some(SignedDuration::from_secs(5)), &mut env());
        assert_eq!(response.status, StatusCode::TOO_MANY_REQUESTS);
        let reset = response.extra.iter().find(|(name, _)| name == "x-rate-limit-reset").unwrap();
        assert_eq!(reset.1, "5");
    }

    #[test]
    fn malformed_body_is_not_json() {
        let response = BufferedResponse::new(StatusCode::OK, Media::Ion, &b"{\"a\":1}"[..]);
        let malformed = Fault::Malformed { body: None }.alter(response);
        assert!(serde_json::from_slice::<Value>(&malformed.body).is_err());
    }
}
