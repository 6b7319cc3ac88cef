//! `introspect`, `revoke` and `logout`: what a token is, and its end.

use std::borrow::Cow;

use idx_wire::TokenIntrospection;

use crate::change::{Change, RefreshToken};
use crate::env::Env;
use crate::json::bytes;
use crate::oauth::client;
use crate::oauth::refuse::refuse;
use crate::refusal;
use crate::reply::{Answer, Reply};
use crate::request::{AccessToken, ClientCredentials, LogoutCall, Presented};
use crate::view::View;

/// Answers the token introspection endpoint.
pub(crate) fn introspect(
    view: &impl View,
    env: &mut Env,
    credentials: &ClientCredentials,
    presented: &Presented,
) -> Answer {
    let app = match client::authenticated(view.org(), credentials) {
        Ok(app) => app,
        Err(row) => return refuse(row, &[], env),
    };
    let inactive = TokenIntrospection::default();
    let said = match presented {
        Presented::Missing => return refuse(&refusal::TOKEN_MISSING, &[], env),
        Presented::Access(token)
            if env.now < token.expires_at
                && !view.is_revoked()
                && token.client_id == app.client_id =>
        {
            of_access_token(token, view)
        }
        Presented::Access(_) => inactive,
        Presented::Opaque(_) => match view.refresh_token() {
            Some(token)
                if env.now < token.expires_at
                    && !view.is_revoked()
                    && token.client_id == app.client_id =>
            {
                of_refresh_token(token)
            }
            _ => inactive,
        },
    };
    Answer::plain(Reply::Json { status: 200, body: bytes(&said) })
}

fn of_access_token<'a>(token: &'a AccessToken, view: &'a impl View) -> TokenIntrospection<'a> {
    let login = view.person().map(|person| Cow::Borrowed(person.login.as_str()));
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
        uid: Some(token.person.as_str().into()),
    }
}

fn of_refresh_token(token: &RefreshToken) -> TokenIntrospection<'_> {
    TokenIntrospection {
        active: true,
        scope: Some(token.scopes.join(" ").into()),
        client_id: Some(token.client_id.as_str().into()),
        exp: Some(token.expires_at.as_second()),
        iat: Some(token.issued_at.as_second()),
        iss: Some(token.issuer.as_str().into()),
        uid: Some(token.person.as_str().into()),
        ..TokenIntrospection::default()
    }
}

/// Answers `revoke`: 200 without a body, whatever the token was. A token of another app is left as it is.
pub(crate) fn revoke(
    view: &impl View,
    env: &mut Env,
    credentials: &ClientCredentials,
    presented: &Presented,
) -> Answer {
    let app = match client::authenticated(view.org(), credentials) {
        Ok(app) => app,
        Err(row) => return refuse(row, &[], env),
    };
    let revoked = match presented {
        Presented::Missing => return refuse(&refusal::TOKEN_MISSING, &[], env),
        Presented::Access(token) if token.client_id == app.client_id => {
            Some(Change::Revoke { token: token.jti.clone(), until: token.expires_at })
        }
        Presented::Access(_) => None,
        Presented::Opaque(token) => view
            .refresh_token()
            .filter(|known| known.client_id == app.client_id)
            .map(|known| Change::Revoke { token: token.clone(), until: known.expires_at }),
    };
    Answer { changes: revoked.into_iter().collect(), ..Answer::plain(Reply::Empty { status: 200 }) }
}

/// Answers `logout`: back to the app where its address is registered, else to the org's own address.
pub(crate) fn logout(view: &impl View, env: &mut Env, base: &str, call: &LogoutCall) -> Answer {
    let Some(uri) = &call.post_logout_redirect_uri else {
        return Answer::plain(Reply::Redirect { location: base.to_owned() });
    };
    let apps = view
        .org()
        .apps
        .iter()
        .filter(|app| call.client_id.as_ref().is_none_or(|id| *id == app.client_id));
    if !apps.clone().any(|app| app.may_log_out_to(uri)) {
        return refuse(&refusal::LOGOUT_REDIRECT, &[base], env);
    }
    let separator = if uri.contains('?') { '&' } else { '?' };
    let location = match &call.state {
        Some(state) => format!("{uri}{separator}state={state}"),
        None => uri.clone(),
    };
    Answer::plain(Reply::Redirect { location })
}
