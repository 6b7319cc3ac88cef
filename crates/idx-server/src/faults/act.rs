//! What a fault makes of an answer.

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use idx_engine::{Effect, Env, error_id};
use idx_wire::ApiError;
use jiff::{SignedDuration, Timestamp};

use crate::answer::{Answer, Media, rate_limit};
use crate::faults::{Acting, Fault, Kind};
use crate::store::Outgoing;

/// How long a rate limit lasts where the rule does not say.
const RATE_LIMIT_WINDOW: SignedDuration = SignedDuration::from_mins(1);

impl Acting {
    /// The answer in place of the engine's, for a request that is not handled.
    pub(crate) fn instead(&self, env: &mut Env) -> Option<Answer> {
        match self.fault.kind {
            Kind::Status => Some(status(&self.fault, env)),
            Kind::RateLimit => {
                let window = self.fault.length().unwrap_or(RATE_LIMIT_WINDOW);
                let reset = env.now.saturating_add(window).unwrap_or(env.now);
                let body = api_error(
                    "E0000047",
                    "API call exceeded rate limit due to too many requests.",
                    env,
                );
                let answer = Answer::new(StatusCode::TOO_MANY_REQUESTS, Media::Json, body);
                Some(rate_limit(answer, 10, 0, reset))
            }
            Kind::DropBefore => Some(Answer::empty(StatusCode::SERVICE_UNAVAILABLE)),
            _ => None,
        }
    }

    /// Holds the request back, where that is the fault. It must be real time, not the org's: what is tried is the patience of a client and of the
    /// network between, and neither looks at the org's clock.
    pub(crate) async fn hold(&self) -> bool {
        let holds = self.fault.kind == Kind::Delay;
        if holds {
            tokio::time::sleep(self.fault.delay()).await;
        }
        holds
    }

    /// The engine's answer as it arrives.
    pub(crate) fn alter(&self, mut answer: Answer) -> Answer {
        match self.fault.kind {
            Kind::Malformed => {
                // Without its last byte no JSON document is one.
                let end = answer.body.len().saturating_sub(1);
                answer.body =
                    self.fault.body_bytes().map_or_else(|| answer.body.slice(..end), Bytes::from);
            }
            Kind::ContentType => {
                answer.extra.extend(self.fault.media_type().map(|kind| (CONTENT_TYPE, kind)))
            }
            _ => {}
        }
        answer
    }

    /// Whether the connection breaks in place of the answer.
    pub(crate) fn drops(&self) -> bool {
        matches!(self.fault.kind, Kind::DropBefore | Kind::DropAfter)
    }

    /// How much of a body is sent, where it breaks off.
    pub(crate) fn cut(&self, body: &Bytes) -> Option<usize> {
        (self.fault.kind == Kind::Truncate).then(|| self.fault.bytes.unwrap_or(body.len() / 2))
    }
}

/// The messages that a request sends at `now`, as far as a fault lets them through.
pub(crate) fn outgoing(
    effects: Vec<Effect>,
    now: Timestamp,
    fault: Option<&Acting>,
) -> Vec<Outgoing> {
    let sent =
        effects.into_iter().map(|Effect::Deliver(delivery)| Outgoing { delivery, due: None });
    match fault.map(|acting| &acting.fault) {
        Some(fault) if fault.kind == Kind::MessageLost => Vec::new(),
        Some(fault) if fault.kind == Kind::MessageLate => {
            let due = now.saturating_add(fault.length().unwrap_or_default());
            let due = Some(due.unwrap_or(Timestamp::MAX));
            sent.map(|message| Outgoing { due, ..message }).collect()
        }
        Some(fault) if fault.kind == Kind::MessageDuplicate => {
            sent.flat_map(|message| [message.clone(), message]).collect()
        }
        _ => sent.collect(),
    }
}

fn status(fault: &Fault, env: &mut Env) -> Answer {
    let status = fault
        .status
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let media = if matches!(fault.body, Some(serde_json::Value::String(_))) {
        Media::Html
    } else {
        Media::Json
    };
    let body =
        fault.body_bytes().unwrap_or_else(|| api_error("E0000009", "Internal Server Error", env));
    let answer = Answer::new(status, media, body);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.with(RETRY_AFTER, HeaderValue::from_static("1"))
    } else {
        answer
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
    // Strings alone: nothing in it can fail to be written.
    serde_json::to_vec(&error).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use idx_engine::Stream;

    use super::*;

    fn acting(fault: &str) -> Acting {
        Acting { rule: "a".to_owned(), fault: serde_json::from_str(fault).unwrap() }
    }

    fn env() -> Env {
        Env::new(Timestamp::UNIX_EPOCH, Stream { seed: 7, number: 0, version: 0 })
    }

    fn document() -> Answer {
        Answer::new(StatusCode::OK, Media::Ion, &b"{\"version\":\"1.0.0\"}"[..])
    }

    #[test]
    fn a_status_comes_with_the_body_that_was_asked_for_or_oktas() {
        let answer = acting(r#"{"kind":"status","status":502,"body":"<h1>Bad gateway</h1>"}"#)
            .instead(&mut env())
            .unwrap();
        assert_eq!(
            (answer.status, answer.media, &answer.body[..]),
            (StatusCode::BAD_GATEWAY, Media::Html, &b"<h1>Bad gateway</h1>"[..])
        );
        let answer = acting(r#"{"kind":"status"}"#).instead(&mut env()).unwrap();
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.body.starts_with(br#"{"errorCode":"E0000009""#));
    }

    #[test]
    fn a_rate_limit_says_when_it_ends() {
        let answer =
            acting(r#"{"kind":"rate-limit","duration":"PT5S"}"#).instead(&mut env()).unwrap();
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        let reset = answer.extra.iter().find(|(name, _)| name == "x-rate-limit-reset").unwrap();
        assert_eq!(reset.1, "5");
    }

    #[test]
    fn what_is_malformed_is_no_json_and_what_is_cut_is_shorter() {
        let malformed = acting(r#"{"kind":"malformed"}"#).alter(document());
        assert!(serde_json::from_slice::<serde_json::Value>(&malformed.body).is_err());
        let cut = acting(r#"{"kind":"truncate"}"#);
        assert_eq!(cut.cut(&document().body), Some(9));
        assert_eq!(cut.alter(document()).body, document().body);
    }
}
