//! Refusals in the shape of OAuth or of the older API.

use idx_wire::{ApiError, OAuthError};

use crate::contract::env::Env;
use crate::contract::reply::{Answer, Reply};
use crate::contract::trace::Trace;
use crate::ids;
use crate::json::bytes;
use crate::refusal::{Placement, RefusalDef};

/// A refusal in the shape of OAuth or of the older API.
pub(crate) fn refuse(refusal: &'static RefusalDef, params: &[&str], env: &mut Env) -> Answer {
    let (status, body) = error_body(refusal, params, env);
    Answer {
        trace: Trace { refusal: Some(refusal.id), ..Trace::default() },
        ..Answer::plain(Reply::Json { status, body })
    }
}

/// A refusal with the parameter of its text.
#[derive(Debug)]
pub(super) struct Refused {
    definition: &'static RefusalDef,
    param: String,
}

impl Refused {
    pub(super) fn with(definition: &'static RefusalDef, param: impl Into<String>) -> Self {
        Self { definition, param: param.into() }
    }

    pub(super) fn answer(&self, env: &mut Env) -> Answer {
        refuse(self.definition, &[&self.param], env)
    }
}

impl From<&'static RefusalDef> for Refused {
    fn from(definition: &'static RefusalDef) -> Self {
        Self::with(definition, "")
    }
}

/// Status and body of a refusal.
pub(crate) fn error_body(
    refusal: &'static RefusalDef,
    params: &[&str],
    env: &mut Env,
) -> (u16, Vec<u8>) {
    let body = match refusal.placement {
        Placement::OAuth(error) => {
            bytes(&OAuthError { error, error_description: refusal.text(params) })
        }
        Placement::Api(code) => bytes(&ApiError {
            error_code: code,
            error_summary: refusal.text(params),
            error_link: code,
            error_id: ids::error_id(&mut env.rng),
            error_causes: Vec::new(),
        }),
        _ => Vec::new(),
    };
    (refusal.status, body)
}
