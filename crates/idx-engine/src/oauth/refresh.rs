//! The grant `refresh_token`: exchanges a refresh token for new tokens.

use std::sync::Arc;

use crate::contract::change::Change;
use crate::contract::env::Env;
use crate::contract::reply::{Answer, Reply};
use crate::contract::request::TokenCall;
use crate::contract::trace::Trace;
use crate::contract::view::View;
use crate::oauth::claims::Subject;
use crate::oauth::refuse::{Refused, refuse};
use crate::oauth::scopes::{has_scope, scopes};
use crate::org::{App, Org};
use crate::refusal;
use crate::state::refresh_grant::{RefreshGrant, Standing};
use crate::state::transaction::Interact;

/// Exchanges the refresh token, and rotates it if the app is configured so.
pub(super) fn refresh(
    view: View<'_>,
    env: &mut Env,
    base: &str,
    app: &App,
    call: &TokenCall,
) -> Result<Answer, Refused> {
    let Some(token) = call.refresh_token.as_deref() else {
        return Err(Refused::with(&refusal::PARAMETER_MISSING, "refresh_token"));
    };
    let grant = view.grant().ok_or(&refusal::REFRESH_TOKEN_INVALID)?;
    let standing = grant.standing(token, env.now, app.refresh_token_leeway());
    check_owner(grant, standing, app, call)?;
    if standing == Standing::Rotated && !grant.revoked {
        return Ok(reused(grant, env));
    }
    if !grant.is_active(token, app, env.now) {
        return Err((&refusal::REFRESH_TOKEN_INVALID).into());
    }
    let user = view.user().ok_or(&refusal::REFRESH_TOKEN_INVALID)?;
    if !app.is_assigned_to(user) {
        return Err((&refusal::USER_NOT_ASSIGNED).into());
    }
    let interact = narrowed(view.org(), &grant.interact, call.scope.as_deref())?;
    // Inferred: without `offline_access` the response has no refresh token, so the client must be able to keep its own. Within the leeway, the
    // response has the newest refresh token, so that two tabs of an app end up with the same one.
    let rotates = app.rotates_refresh_tokens()
        && standing == Standing::Newest
        && interact.has_scope("offline_access");
    let next =
        if rotates { grant.rotated(view.org(), env.now) } else { grant.used(view.org(), env.now) };
    let subject = Subject {
        org: view.org(),
        base,
        interact: &interact,
        user,
        proofs: &next.proofs,
        reached_at: next.reached_at,
    };
    let tokens = subject.tokens(env, Some(&next));
    let trace = trace(&next);
    let changes = vec![Change::RefreshGrant(Arc::new(next))];
    Ok(Answer { changes, trace, ..Answer::plain(Reply::Tokens(Box::new(tokens))) })
}

/// A refresh token is good only for the app and the authorization server that it was made for.
fn check_owner(
    grant: &RefreshGrant,
    standing: Standing,
    app: &App,
    call: &TokenCall,
) -> Result<(), Refused> {
    if standing == Standing::Unknown {
        return Err((&refusal::REFRESH_TOKEN_INVALID).into());
    }
    if grant.interact.client_id != app.client_id {
        return Err((&refusal::GRANT_OF_ANOTHER_CLIENT).into());
    }
    if grant.interact.authorization_server != call.authorization_server {
        return Err((&refusal::GRANT_OF_ANOTHER_SERVER).into());
    }
    Ok(())
}

/// Refuses a refresh token that was rotated before the leeway. Either its sender or its owner stole it, so all tokens of the grant are revoked.
fn reused(grant: &RefreshGrant, env: &mut Env) -> Answer {
    let refused = refuse(&refusal::REFRESH_TOKEN_INVALID, &[], env);
    let trace = Trace { refusal: refused.trace.refusal, ..trace(grant) };
    Answer { changes: vec![Change::RefreshGrant(Arc::new(grant.revoked()))], trace, ..refused }
}

fn trace(grant: &RefreshGrant) -> Trace {
    Trace { transaction: Some(grant.transaction), edge: Some("token"), ..Trace::default() }
}

/// The parameters of the tokens: the granted scopes, or those that the request names. A refreshed id_token has no nonce (OpenID Connect Core 12.2).
fn narrowed(org: &Org, granted: &Interact, requested: Option<&str>) -> Result<Interact, Refused> {
    let scope = match scopes(requested.unwrap_or_default()) {
        requested if requested.is_empty() => granted.scope.clone(),
        requested => {
            if !requested.iter().all(|scope| has_scope(org, granted.authorization_server, scope)) {
                return Err((&refusal::SCOPE_UNKNOWN).into());
            }
            let denied: Vec<_> =
                requested.iter().copied().filter(|scope| !granted.has_scope(scope)).collect();
            if !denied.is_empty() {
                return Err(Refused::with(&refusal::REFRESH_SCOPE_DENIED, denied.join(", ")));
            }
            requested.join(" ")
        }
    };
    Ok(Interact { scope, nonce: None, ..granted.clone() })
}
