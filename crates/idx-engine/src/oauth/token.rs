//! `token`: exchanges a grant for tokens.

use crate::contract::env::Env;
use crate::contract::reply::Answer;
use crate::contract::request::TokenCall;
use crate::contract::view::View;
use crate::oauth::grant_type::GrantType;
use crate::oauth::refuse::Refused;
use crate::oauth::{client, redeem, refresh};

/// Handles `token`.
pub(crate) fn token(view: View<'_>, env: &mut Env, base: &str, call: &TokenCall) -> Answer {
    granted(view, env, base, call).unwrap_or_else(|refused| refused.answer(env))
}

fn granted(view: View<'_>, env: &mut Env, base: &str, call: &TokenCall) -> Result<Answer, Refused> {
    let (org, server) = (view.org(), call.authorization_server);
    let grant_type = GrantType::named(call.grant_type.as_deref(), org, server)?;
    let app = client::authenticated(org, &call.credentials)?;
    grant_type.check(org, server, app)?;
    match grant_type {
        GrantType::InteractionCode => redeem::redeem(view, env, base, app, call),
        GrantType::RefreshToken => refresh::refresh(view, env, base, app, call),
    }
}
