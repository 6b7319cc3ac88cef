//! The OAuth endpoints of both authorization servers.

mod claims;
mod client;
mod discovery;
mod interact;
mod manage;
mod token;
mod userinfo;

pub(crate) use discovery::discovery;
pub(crate) use interact::interact;
pub(crate) use manage::{introspect, logout, revoke};
pub(crate) use token::token;
pub(crate) use userinfo::userinfo;

use idx_wire::{ApiError, OAuthError};

use crate::env::Env;
use crate::ids;
use crate::org::Org;
use crate::refusal::{Place, Row};
use crate::render::bytes;
use crate::reply::{Answer, Reply, Trace};
use crate::request::AuthorizationServer;

/// The org's own id, which id_tokens name as their identity provider.
const ORG_ID: &str = "00oidxlaborg00000001";

impl AuthorizationServer {
    /// Its id in answers.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Org => ORG_ID,
            Self::Default => "default",
        }
    }

    /// Its name in answers.
    pub(crate) fn name(self, org: &Org) -> &str {
        match self {
            Self::Org => "Okta",
            Self::Default => &org.authorization_server.name,
        }
    }
}

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
