//! The engine's entry: which records a call reads, and what it answers.

use idx_wire::IdxBody;

use crate::email;
use crate::env::Env;
use crate::idx;
use crate::oauth;
use crate::reply::Answer;
use crate::request::{Bearer, Call, Endpoint, Presented, Request};
use crate::view::{Needs, TransactionKey, View};

/// Names the records that a call reads. The caller loads them, and `handle` sees nothing else.
pub fn needs(request: &Request) -> Needs {
    match &request.call {
        Call::Interact(_) => Needs { number: true, ..Needs::default() },
        Call::Idx(endpoint, body) => idx_needs(*endpoint, body),
        Call::Token(call) => Needs {
            transaction: call.interaction_code.clone().map(TransactionKey::InteractionCode),
            ..Needs::default()
        },
        Call::Userinfo(Bearer { token }) => match token {
            Some(token) => Needs {
                person: Some(token.person.clone()),
                token: Some(token.jti.clone()),
                ..Needs::default()
            },
            None => Needs::default(),
        },
        Call::TokenIntrospect(_, presented) | Call::Revoke(_, presented) => match presented {
            Presented::Access(token) => Needs {
                person: Some(token.person.clone()),
                token: Some(token.jti.clone()),
                ..Needs::default()
            },
            Presented::Opaque(token) => Needs { token: Some(token.clone()), ..Needs::default() },
            Presented::Missing => Needs::default(),
        },
        Call::Logout(_) | Call::Discovery(_) => Needs::default(),
    }
}

fn idx_needs(endpoint: Endpoint, body: &IdxBody) -> Needs {
    let transaction = match (&body.state_handle, &body.state_token, &body.interaction_handle) {
        (Some(handle), ..) | (None, Some(handle), _) => {
            Some(TransactionKey::StateHandle(handle.clone()))
        }
        (None, None, Some(handle)) if endpoint == Endpoint::Introspect => {
            Some(TransactionKey::InteractionHandle(handle.clone()))
        }
        _ => None,
    };
    let login = match endpoint {
        Endpoint::EnrollNew => {
            body.user_profile.as_ref().and_then(|profile| match profile.get("email") {
                Some(idx_wire::Scalar::Text(address)) => Some(email::normalised(address)),
                _ => None,
            })
        }
        Endpoint::Identify => body.identifier.as_deref().map(email::normalised),
        _ => None,
    };
    Needs { transaction, login, ..Needs::default() }
}

/// Answers a call. Pure: the same view, environment and request give the same answer, and nothing is written but through the answer's changes.
pub fn handle(view: &impl View, env: &mut Env, request: &Request) -> Answer {
    let base = request.base.as_str();
    match &request.call {
        Call::Idx(endpoint, body) => idx::answer(view, env, base, *endpoint, body),
        Call::Interact(call) => oauth::interact(view, env, base, call),
        Call::Token(call) => oauth::token(view, env, base, call),
        Call::Userinfo(bearer) => oauth::userinfo(view, env, bearer),
        Call::TokenIntrospect(credentials, presented) => {
            oauth::introspect(view, env, credentials, presented)
        }
        Call::Revoke(credentials, presented) => oauth::revoke(view, env, credentials, presented),
        Call::Logout(call) => oauth::logout(view, env, base, call),
        Call::Discovery(server) => oauth::discovery(base, *server),
    }
}
