//! Refusals of requests that the server cannot parse. The refusal table defines their texts too.

use crate::contract::env::Env;
use crate::idx::render;
use crate::oauth;
use crate::refusal::{self, Refusal};

/// Why the server could not parse a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiRefusal<'a> {
    /// The body is not JSON.
    MalformedJson,
    /// The endpoint does not support the method.
    MethodNotAllowed,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// The path is unknown. The parameter is what was not found, such as `aus1 (AuthorizationServer)`.
    NotFound(&'a str),
}

/// Status, body (`application/json`) and refusal id, for the journal.
pub fn api_error(refusal: ApiRefusal<'_>, env: &mut Env) -> (u16, Vec<u8>, &'static str) {
    let (definition, param) = match refusal {
        ApiRefusal::MalformedJson => (&refusal::MALFORMED_JSON, ""),
        ApiRefusal::MethodNotAllowed => (&refusal::METHOD_NOT_ALLOWED, ""),
        ApiRefusal::BodyTooLarge => (&refusal::BODY_TOO_LARGE, ""),
        ApiRefusal::NotFound(what) => (&refusal::NOT_FOUND, what),
    };
    let (status, body) = oauth::error_body(definition, &[param], env);
    (status, body, definition.id)
}

/// Status, IDX body and refusal id for JSON with an invalid type, such as a number instead of an object.
pub fn bad_request() -> (u16, Vec<u8>, &'static str) {
    let refusal = Refusal::of(&refusal::BAD_REQUEST);
    let definition = refusal.definition;
    (definition.status, render::no_session(&refusal.notices), definition.id)
}
