//! Refusals in the shape of OAuth or of the older API.

use idx_wire::{ApiError, OAuthError};

use crate::contract::env::Env;
use crate::contract::reply::{Answer, Reply, Trace};
use crate::ids;
use crate::json::bytes;
use crate::refusal::{Place, Row};

/// A row of the refusal table in the shape of OAuth or of the older API.
pub(crate) fn refuse(row: &'static Row, params: &[&str], env: &mut Env) -> Answer {
    let (status, body) = error_body(row, params, env);
    Answer {
        trace: Trace { refusal: Some(row.id), ..Trace::default() },
        ..Answer::plain(Reply::Json { status, body })
    }
}

/// Status and body of such a row.
pub(crate) fn error_body(row: &'static Row, params: &[&str], env: &mut Env) -> (u16, Vec<u8>) {
    let body = match row.place {
        Place::OAuth(error) => bytes(&OAuthError { error, error_description: row.text(params) }),
        Place::Api(code) => bytes(&ApiError {
            error_code: code,
            error_summary: row.text(params),
            error_link: code,
            error_id: ids::error_id(&mut env.rng),
            error_causes: Vec::new(),
        }),
        _ => Vec::new(),
    };
    (row.status, body)
}
