//! The refusals of what never reaches the engine: the server finds them at the door, and the table still gives their words.

use crate::contract::env::Env;
use crate::idx::render;
use crate::oauth;
use crate::refusal::{self, Refusal};

/// Why a request was refused at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiRefusal<'a> {
    /// The body is no JSON.
    MalformedJson,
    /// The method is not one of the endpoint's.
    MethodNotAllowed,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// Nothing is at the path; the parameter says what was looked for, such as `aus1 (AuthorizationServer)`.
    NotFound(&'a str),
}

/// Status and body of a refusal at the door, as `application/json`; and its row's id for the journal.
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

/// Status and IDX body for JSON that has the wrong shape, such as a number where an object belongs.
pub fn bad_request() -> (u16, Vec<u8>, &'static str) {
    let refusal = Refusal::of(&refusal::BAD_REQUEST);
    let definition = refusal.definition;
    (definition.status, render::no_session(&refusal.notices), definition.id)
}
