//! What the control API says when it cannot do what it was asked: `{"error","detail"}` with 4xx.

use http::StatusCode;
use http::request::Parts;
use serde_json::json;

use crate::access::AccessDenied;
use crate::address;
use crate::answer::{Answer, Media};
use crate::body::Unread;
use crate::clock::ClockError;
use crate::faults::FaultError;
use crate::registry::RegistryError;

/// Every call and the methods it takes.
const CALLS: [(&str, &str); 11] = [
    ("health", "GET"),
    ("orgs", "GET, POST"),
    ("orgs/{id}", "GET, DELETE"),
    ("messages", "GET, DELETE"),
    ("users", "GET, POST"),
    ("users/{id}", "GET, DELETE"),
    ("clock", "GET, POST"),
    ("faults", "GET, PUT, DELETE"),
    ("journal", "GET"),
    ("graph", "GET"),
    ("reset", "POST"),
];

/// A refused call.
#[derive(Debug)]
pub(crate) struct ControlError {
    status: StatusCode,
    error: &'static str,
    detail: String,
    allow: Option<&'static str>,
}

impl ControlError {
    fn new(status: StatusCode, error: &'static str, detail: impl Into<String>) -> Self {
        Self { status, error, detail: detail.into(), allow: None }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", detail)
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", detail)
    }

    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", detail)
    }

    pub(crate) fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unprocessable", detail)
    }

    pub(crate) fn wrong_method(method: &str, allowed: &'static str) -> Self {
        let detail = format!("{method} does not go with this path; it takes {allowed}");
        Self {
            allow: Some(allowed),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
        }
    }

    pub(crate) fn body(error: &serde_json::Error) -> Self {
        Self::bad_request(format!("the body is not the JSON that this call takes: {error}"))
    }

    /// Nothing that this API shows fails to be written; if it did, the caller would learn why.
    pub(crate) fn unwritable(error: &serde_json::Error) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "unwritable", error.to_string())
    }

    pub(crate) fn unknown_org(head: &Parts) -> Self {
        let host = address::host(&head.headers).unwrap_or_default();
        Self::not_found(format!(
            "no org has the name {host:?}; `GET orgs` at the first org's address lists those there are"
        ))
    }
}

/// What is wrong with a call that is none.
pub(crate) fn no_such_call(first: &str, rest: Option<&str>, method: &str) -> ControlError {
    let pattern = if rest.is_some() { format!("{first}/{{id}}") } else { first.to_owned() };
    match CALLS.iter().find(|(call, _)| *call == pattern) {
        Some((_, methods)) => ControlError::wrong_method(method, methods),
        None => {
            let calls: Vec<&str> = CALLS.iter().map(|(call, _)| *call).collect();
            ControlError::not_found(format!(
                "there is no call {pattern:?}; the calls are {}",
                calls.join(", ")
            ))
        }
    }
}

impl From<ControlError> for Answer {
    fn from(refused: ControlError) -> Self {
        let body = json!({"error": refused.error, "detail": refused.detail}).to_string();
        let answer = Self::new(refused.status, Media::Json, body);
        match refused.allow {
            Some(methods) => answer.allowing(methods),
            None => answer,
        }
    }
}

impl From<AccessDenied> for ControlError {
    fn from(denied: AccessDenied) -> Self {
        let (status, error) = match denied {
            AccessDenied::Host(_) | AccessDenied::Origin(_) => (StatusCode::FORBIDDEN, "forbidden"),
            AccessDenied::Token => (StatusCode::UNAUTHORIZED, "unauthorized"),
        };
        Self::new(status, error, denied.to_string())
    }
}

impl From<Unread> for ControlError {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "the body is larger than 16 MiB",
            ),
            Unread::TooSlow => Self::new(
                StatusCode::REQUEST_TIMEOUT,
                "too-slow",
                "the body did not arrive within 30 seconds",
            ),
            Unread::Broken => Self::bad_request("the body broke off"),
        }
    }
}

impl From<ClockError> for ControlError {
    fn from(error: ClockError) -> Self {
        Self::unprocessable(error.to_string())
    }
}

impl From<FaultError> for ControlError {
    fn from(error: FaultError) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<RegistryError> for ControlError {
    fn from(error: RegistryError) -> Self {
        let (status, name) = match error {
            RegistryError::Id(_) => (StatusCode::BAD_REQUEST, "bad-request"),
            RegistryError::Unknown(_) => (StatusCode::NOT_FOUND, "not-found"),
            RegistryError::Taken(_) | RegistryError::First | RegistryError::Listen(_) => {
                (StatusCode::CONFLICT, "conflict")
            }
        };
        Self::new(status, name, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_method_and_a_wrong_path_are_told_apart() {
        let error = no_such_call("clock", None, "PATCH");
        assert_eq!(
            (error.status, error.allow),
            (StatusCode::METHOD_NOT_ALLOWED, Some("GET, POST"))
        );
        let error = no_such_call("orgs", Some("org-2"), "PUT");
        assert_eq!(
            (error.status, error.allow),
            (StatusCode::METHOD_NOT_ALLOWED, Some("GET, DELETE"))
        );
        for (first, rest) in
            [("inbox", None), ("", None), ("clock", Some("x")), ("health", Some(""))]
        {
            let error = no_such_call(first, rest, "GET");
            assert_eq!(error.status, StatusCode::NOT_FOUND, "{first}");
            assert!(error.detail.contains("messages"));
        }
    }
}
