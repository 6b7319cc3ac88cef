//! The errors of the control API: `{"error","detail"}` with 4xx.

use std::fmt;

use http::header::{HeaderValue, RETRY_AFTER};
use http::request::Parts;
use http::{Method, StatusCode};
use idx_engine::presets::UnknownPreset;
use idx_engine::{DocumentError, DocumentMistake};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::error::Category;

use crate::access::AccessDenied;
use crate::address;
use crate::body::Unread;
use crate::clock::ClockError;
use crate::faults::FaultRulesError;
use crate::registry::RegistryError;
use crate::response::{BufferedResponse, Media};

/// A failed call.
#[derive(Debug)]
pub(crate) struct ControlError {
    status: StatusCode,
    document: ErrorDocument,
    /// The value of `Allow`.
    allow: Option<String>,
    /// Whether the client can try again later.
    is_temporary: bool,
}

/// The body of a failed call.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ErrorDocument {
    /// The type of the error, such as `not-found`.
    error: &'static str,
    /// What failed and why, and what to do.
    detail: String,
    /// The mistakes in an org document: the path of each key, what was found and the remedy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<serde_json::Value>>")]
    mistakes: Option<Vec<DocumentMistake>>,
}

impl ControlError {
    fn new(status: StatusCode, error: &'static str, detail: impl Into<String>) -> Self {
        let document = ErrorDocument { error, detail: detail.into(), mistakes: None };
        Self { status, document, allow: None, is_temporary: false }
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

    /// A limit is reached until something is deleted.
    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        let refused = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
        Self { is_temporary: true, ..refused }
    }

    /// The org's users take all of the memory that they can.
    pub(crate) fn org_is_full() -> Self {
        Self::unavailable(
            "the org's users and their tokens have reached the limit on their size; delete users, or restore the initial state with `POST reset`",
        )
    }

    pub(crate) fn method_not_allowed(method: &Method, allowed: &str) -> Self {
        let detail =
            format!("method {method} is not allowed; use {}", allowed.replace(", ", " or "));
        Self {
            allow: Some(allowed.to_owned()),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
        }
    }

    pub(crate) fn unknown_call(path: &str, calls: &[&str]) -> Self {
        Self::not_found(format!("unknown call {path:?}; the calls are {}", calls.join(", ")))
    }

    /// The body is not what the call expects. `path` is the location in the body, or `.`.
    pub(crate) fn body(path: &str, error: &serde_json::Error) -> Self {
        match error.classify() {
            Category::Data if path != "." => {
                Self::bad_request(format!("invalid body at {path}: {error}"))
            }
            _ => Self::bad_request(format!("invalid body: {error}")),
        }
    }

    /// The query is not what the call expects. `path` is the parameter's name, or `.`.
    pub(crate) fn query(path: &str, error: &impl fmt::Display) -> Self {
        match path {
            "." => Self::bad_request(format!("invalid query: {error}")),
            name => Self::bad_request(format!("invalid query parameter {name}: {error}")),
        }
    }

    /// The response could not be serialised, which no known response causes.
    pub(crate) fn internal(error: &serde_json::Error) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string())
    }

    pub(crate) fn unknown_org(head: &Parts) -> Self {
        let host = address::host(&head.headers).unwrap_or_default();
        Self::not_found(format!(
            "no org has the host name {host:?}; `GET orgs` at the first org's address lists the orgs"
        ))
    }
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.document.detail)
    }
}

impl From<ControlError> for BufferedResponse {
    fn from(failed: ControlError) -> Self {
        // A struct of strings always serialises.
        let body = serde_json::to_vec(&failed.document).unwrap_or_default();
        let response = Self::new(failed.status, Media::Json, body);
        let response = match failed.is_temporary {
            true => response.with(RETRY_AFTER, HeaderValue::from_static("1")),
            false => response,
        };
        match failed.allow {
            Some(methods) => response.allowing(&methods),
            None => response,
        }
    }
}

impl From<AccessDenied> for ControlError {
    fn from(denied: AccessDenied) -> Self {
        let (status, error) = match denied {
            AccessDenied::Host(_) | AccessDenied::Origin(_) | AccessDenied::OtherPage => {
                (StatusCode::FORBIDDEN, "forbidden")
            }
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
                "the body is larger than 1 MiB",
            ),
            Unread::TooSlow => Self::new(
                StatusCode::REQUEST_TIMEOUT,
                "too-slow",
                "the body did not arrive within 30 seconds",
            ),
            Unread::Broken => Self::bad_request("the connection closed before the end of the body"),
        }
    }
}

impl From<DocumentError> for ControlError {
    fn from(error: DocumentError) -> Self {
        let mut refused = Self::bad_request(error.to_string());
        refused.document.mistakes = Some(error.mistakes().to_vec());
        refused
    }
}

impl From<UnknownPreset> for ControlError {
    fn from(error: UnknownPreset) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<ClockError> for ControlError {
    fn from(error: ClockError) -> Self {
        Self::unprocessable(error.to_string())
    }
}

impl From<FaultRulesError> for ControlError {
    fn from(error: FaultRulesError) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<RegistryError> for ControlError {
    fn from(error: RegistryError) -> Self {
        let (status, name) = match error {
            RegistryError::Id(_) => (StatusCode::BAD_REQUEST, "bad-request"),
            RegistryError::Unknown(_) => (StatusCode::NOT_FOUND, "not-found"),
            RegistryError::TooMany(_) | RegistryError::NoHandles => {
                return Self::unavailable(error.to_string());
            }
            RegistryError::Taken(_) | RegistryError::First | RegistryError::Listen(_) => {
                (StatusCode::CONFLICT, "conflict")
            }
        };
        Self::new(status, name, error.to_string())
    }
}
