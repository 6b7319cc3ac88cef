//! The engine's entry points.

use idx_wire::IdxBody;

use crate::contract::env::Env;
use crate::contract::hook::HookOutcome;
use crate::contract::loaded::{Loaded, Needs, TransactionKey};
use crate::contract::reply::{Answer, Outcome};
use crate::contract::request::{AccessToken, Bearer, Call, Endpoint, Presented, Request};
use crate::contract::view::View;
use crate::idx;
use crate::idx::activation;
use crate::idx::link;
use crate::oauth;
use crate::policy::{email, profile};
use crate::state::refresh_grant::RefreshGrant;

/// Lists the records that a request reads. The caller loads them, and `handle` sees nothing else.
pub fn needs(request: &Request) -> Needs {
    match &request.call {
        Call::Interact(call) => {
            Needs { number: true, activation: call.activation_token.clone(), ..Needs::default() }
        }
        Call::Idx(endpoint, body) => idx_needs(*endpoint, body),
        Call::Token(call) => Needs {
            transaction: call.interaction_code.clone().map(TransactionKey::InteractionCode),
            grant: call.refresh_token.as_deref().and_then(RefreshGrant::id_in_refresh_token),
            ..Needs::default()
        },
        Call::Userinfo(Bearer { token, .. }) => match token {
            Some(token) => access_token_needs(token),
            None => Needs::default(),
        },
        Call::TokenIntrospect(inquiry) | Call::Revoke(inquiry) => match &inquiry.token {
            Presented::Access(token) => access_token_needs(token),
            Presented::Opaque(token) => {
                Needs { grant: RefreshGrant::id_in_refresh_token(token), ..Needs::default() }
            }
            Presented::Missing => Needs::default(),
        },
        Call::EmailLink(call) => {
            Needs { transaction: call.token.clone().map(TransactionKey::Link), ..Needs::default() }
        }
        Call::ActivationLink(token) => {
            Needs { activation: Some(token.clone()), ..Needs::default() }
        }
        Call::Logout(_) | Call::Discovery(_) | Call::RepeatedParameter | Call::NotEmulated => {
            Needs::default()
        }
    }
}

fn access_token_needs(token: &AccessToken) -> Needs {
    Needs {
        user: Some(token.user.clone()),
        token: Some(token.jti.clone()),
        grant: RefreshGrant::id_in_jti(&token.jti),
        ..Needs::default()
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
        Endpoint::EnrollNew => body.user_profile.as_ref().and_then(profile::login),
        Endpoint::Identify => body.identifier.as_deref().map(email::normalised),
        _ => None,
    };
    Needs { transaction, login, ..Needs::default() }
}

/// Handles a request. Pure: the same records, environment and request give the same outcome, and every write is one of its changes.
pub fn handle(loaded: &Loaded, env: &mut Env, request: &Request) -> Outcome {
    let view = View { org: &request.org, loaded };
    let base = request.base.as_str();
    Outcome::Answer(match &request.call {
        Call::Idx(endpoint, body) => return idx::answer(view, env, base, *endpoint, body),
        Call::Interact(call) => oauth::interact(view, env, base, call),
        Call::Token(call) => oauth::token(view, env, base, call),
        Call::Userinfo(bearer) => oauth::userinfo(view, env, bearer),
        Call::TokenIntrospect(inquiry) => oauth::introspect(view, env, base, inquiry),
        Call::Revoke(inquiry) => oauth::revoke(view, env, inquiry),
        Call::Logout(call) => oauth::logout(view, env, base, call),
        Call::Discovery(server) => oauth::discovery(view.org(), base, *server),
        Call::RepeatedParameter => oauth::repeated_parameter(env),
        Call::NotEmulated => oauth::not_emulated(env),
        Call::EmailLink(call) => link::open(view, env, base, call),
        Call::ActivationLink(_) => activation::open_link(view, env),
    })
}

/// Lists the records that [`resume`] reads: those of the request, but the hook can set another login.
pub fn needs_after_hook(request: &Request, outcome: &HookOutcome) -> Needs {
    let needs = needs(request);
    let login = idx::login_of_hook(&request.org, outcome).or(needs.login);
    Needs { login, ..needs }
}

/// Finishes the request that led to an [`Ask`](crate::Ask), once the hook was called. The records are loaded again, by [`needs_after_hook`].
pub fn resume(loaded: &Loaded, env: &mut Env, request: &Request, outcome: &HookOutcome) -> Answer {
    idx::resume(View { org: &request.org, loaded }, env, &request.base, outcome)
}
