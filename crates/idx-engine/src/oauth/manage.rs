//! `introspect`, `revoke` and `logout`.

use std::borrow::Cow;
use std::sync::Arc;

use idx_wire::TokenIntrospection;

use crate::contract::change::Change;
use crate::contract::env::Env;
use crate::contract::reply::{Answer, Reply};
use crate::contract::request::{AccessToken, Hint, LogoutCall, Presented, TokenInquiry};
use crate::contract::view::View;
use crate::json::bytes;
use crate::oauth::client;
use crate::oauth::issued::{self, is_id_token_of};
use crate::oauth::refuse::refuse;
use crate::oauth::uri::with_query;
use crate::org::App;
use crate::refusal::{self, RefusalDef};
use crate::state::refresh_grant::RefreshGrant;

/// Handles the token introspection endpoint.
pub(crate) fn introspect(
    view: View<'_>,
    env: &mut Env,
    base: &str,
    inquiry: &TokenInquiry,
) -> Answer {
    match introspection(view, env, base, inquiry) {
        Ok(described) => Answer::plain(Reply::Json { status: 200, body: bytes(&described) }),
        Err(refusal) => refuse(refusal, &[], env),
    }
}

/// All claims if the token is valid and belongs to the app; otherwise only that it is not active.
fn introspection<'a>(
    view: View<'a>,
    env: &Env,
    base: &str,
    inquiry: &'a TokenInquiry,
) -> Result<TokenIntrospection<'a>, &'static RefusalDef> {
    let app = client::authenticated(view.org(), &inquiry.credentials)?;
    let described = match &inquiry.token {
        Presented::Missing => return Err(&refusal::TOKEN_MISSING),
        Presented::Access(token) => (env.now < token.expires_at
            && !view.is_revoked()
            && is_own_access_token(view, env, app, inquiry, token)
            && view.user().is_some())
        .then(|| of_access_token(token, view)),
        Presented::Opaque(token) => {
            own_grant(view, env, app, inquiry, token).map(|grant| of_refresh_token(grant, base))
        }
    };
    Ok(described.unwrap_or_default())
}

fn of_access_token<'a>(token: &'a AccessToken, view: View<'a>) -> TokenIntrospection<'a> {
    let login = view.user().map(|user| Cow::Borrowed(user.login.as_str()));
    TokenIntrospection {
        active: true,
        token_type: Some("Bearer"),
        scope: Some(token.scopes.join(" ").into()),
        client_id: Some(token.client_id.as_str().into()),
        username: login.clone(),
        exp: Some(token.expires_at.as_second()),
        iat: Some(token.issued_at.as_second()),
        sub: login,
        aud: Some(token.aud.as_str().into()),
        iss: Some(token.iss.as_str().into()),
        jti: Some(token.jti.as_str().into()),
        uid: Some(token.user.as_str().into()),
    }
}

fn of_refresh_token<'a>(grant: &'a RefreshGrant, base: &str) -> TokenIntrospection<'a> {
    let interact = &grant.interact;
    let issuer = format!("{base}{}", interact.authorization_server.issuer_path());
    TokenIntrospection {
        active: true,
        scope: Some(interact.scope.as_str().into()),
        client_id: Some(interact.client_id.as_str().into()),
        exp: Some(grant.ends_at().as_second()),
        iat: Some(grant.issued_at.as_second()),
        iss: Some(issuer.into()),
        uid: Some(grant.user.as_str().into()),
        ..TokenIntrospection::default()
    }
}

/// Whether the authorization server issued the access token for the app.
fn is_own_access_token(
    view: View<'_>,
    env: &Env,
    app: &App,
    inquiry: &TokenInquiry,
    token: &AccessToken,
) -> bool {
    let server = inquiry.authorization_server;
    token.client_id == app.client_id
        && issued::is_access_token_of(server, token, view.org(), env.epoch)
}

/// The grant of a refresh token that the app can use now, at the authorization server that issued it.
fn own_grant<'a>(
    view: View<'a>,
    env: &Env,
    app: &App,
    inquiry: &TokenInquiry,
    token: &str,
) -> Option<&'a RefreshGrant> {
    let grant = view.grant()?;
    let is_own = grant.interact.client_id == app.client_id
        && grant.interact.authorization_server == inquiry.authorization_server;
    (is_own && grant.is_active(token, app, env.now)).then_some(grant)
}

/// Handles `revoke`: always 200 without a body. A token of another app or authorization server is not revoked.
pub(crate) fn revoke(view: View<'_>, env: &mut Env, inquiry: &TokenInquiry) -> Answer {
    match revocation(view, env, inquiry) {
        Ok(changes) => Answer {
            changes: changes.into_iter().collect(),
            ..Answer::plain(Reply::Empty { status: 200 })
        },
        Err(refusal) => refuse(refusal, &[], env),
    }
}

/// The revocation of an access token does not revoke the refresh token. The revocation of a refresh token revokes all tokens of its grant, as
/// Okta's guide to token revocation documents.
fn revocation(
    view: View<'_>,
    env: &Env,
    inquiry: &TokenInquiry,
) -> Result<Option<Change>, &'static RefusalDef> {
    let app = client::authenticated(view.org(), &inquiry.credentials)?;
    Ok(match &inquiry.token {
        Presented::Missing => return Err(&refusal::TOKEN_MISSING),
        Presented::Access(token) if is_own_access_token(view, env, app, inquiry, token) => {
            Some(Change::Revoke { token: token.jti.clone(), until: token.expires_at })
        }
        Presented::Access(_) => None,
        Presented::Opaque(token) => own_grant(view, env, app, inquiry, token)
            .map(|grant| Change::RefreshGrant(Arc::new(grant.revoked()))),
    })
}

/// Refuses a call of an endpoint that discovery lists and the org does not emulate.
pub(crate) fn not_emulated(env: &mut Env) -> Answer {
    refuse(&refusal::NOT_EMULATED_HERE, &[], env)
}

/// Refuses a call with a parameter that occurs twice (RFC 6749 3.1, 3.2).
pub(crate) fn repeated_parameter(env: &mut Env) -> Answer {
    refuse(&refusal::PARAMETER_REPEATED, &[], env)
}

/// Handles `logout`: redirects to the app if its address is registered, and to the org's own address without a parameter.
pub(crate) fn logout(view: View<'_>, env: &mut Env, base: &str, call: &LogoutCall) -> Answer {
    let client_id = match &call.id_token_hint {
        Hint::Missing => None,
        Hint::IdToken(hint) if is_id_token_of(call.authorization_server, hint, env.epoch) => {
            Some(&hint.aud)
        }
        Hint::Invalid | Hint::IdToken(_) => return refuse(&refusal::ID_TOKEN_INVALID, &[], env),
    };
    let Some(uri) = &call.post_logout_redirect_uri else {
        return Answer::plain(Reply::Redirect { location: base.to_owned() });
    };
    let apps = view.org().apps.iter().filter(|app| client_id.is_none_or(|id| *id == app.client_id));
    if !apps.clone().any(|app| app.may_log_out_to(uri)) {
        return refuse(&refusal::LOGOUT_REDIRECT, &[base], env);
    }
    let state = call.state.as_deref().map(|state| ("state", state));
    let location = with_query(uri, state.as_slice());
    Answer::plain(Reply::Redirect { location })
}
