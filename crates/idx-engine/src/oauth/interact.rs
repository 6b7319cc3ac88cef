//! `interact`: starts a transaction.

use std::sync::Arc;

use idx_wire::InteractResponse;

use crate::contract::change::Change;
use crate::contract::env::{Env, whole_second};
use crate::contract::reply::{Answer, Reply};
use crate::contract::request::InteractCall;
use crate::contract::trace::Trace;
use crate::contract::view::View;
use crate::ids;
use crate::idx::cx::Cx;
use crate::idx::step::Step;
use crate::idx::steps::start::Start;
use crate::idx::steps::terminal::Terminal;
use crate::idx::transition::{self, After};
use crate::idx::writes::Moved;
use crate::json::bytes;
use crate::oauth::client;
use crate::oauth::refuse::Refused;
use crate::oauth::scopes::{has_scope, scopes};
use crate::org::{App, Org};
use crate::refusal::{self, RefusalDef};
use crate::state::names::AuthenticatorKey;
use crate::state::transaction::{Interact, Transaction};
use crate::state::user::{Credential, Status, User};

/// The address of the app's settings page, at the end of Okta's message on redirect URIs.
fn settings_page(base: &str, app: &App) -> String {
    format!("{base}/admin/app/oidc_client/instance/{}#tab-general", app.client_id)
}

/// Handles `interact`.
pub(crate) fn interact(view: View<'_>, env: &mut Env, base: &str, call: &InteractCall) -> Answer {
    let app = match judge(view, base, call) {
        Ok(app) => app,
        Err(refused) => return refused.answer(env),
    };
    let browser = call.browser.clone().unwrap_or_else(|| ids::opaque(env));
    let interaction_handle = ids::opaque(env);
    let state_handle = ids::state_handle(env);
    let mut cx = Cx::new(view, app, base, env);
    let step = first_step(view, &mut cx, call);
    let expires_at = whole_second(step.expires_at(cx.env.now));
    let Moved { progress, mut changes, effects, .. } = cx.into_moved();
    let mut transaction = Transaction {
        number: view.number(),
        version: 1,
        interaction_handle: interaction_handle.into(),
        state_handle: state_handle.into(),
        older_handles: Vec::new(),
        interact: Arc::new(parameters(app, call, browser.clone())),
        expires_at,
        step,
        links: Vec::new(),
        proofs: progress.proofs,
    };
    transaction.note_new_link(None);
    let reply = Reply::Json {
        status: 200,
        body: bytes(&InteractResponse { interaction_handle: &transaction.interaction_handle }),
    };
    let trace = Trace {
        transaction: Some(transaction.number),
        step_after: Some(transaction.step.name()),
        edge: Some("interact"),
        ..Trace::default()
    };
    changes.push(Change::Transaction(Arc::new(transaction)));
    Answer { changes, effects, trace, browser: Some(browser), ..Answer::plain(reply) }
}

/// The start page; or, with an activation token, the page where an existing user continues.
fn first_step(view: View<'_>, cx: &mut Cx<'_>, call: &InteractCall) -> Step {
    let ended = |refusal: &'static RefusalDef| {
        Step::Terminal(Terminal { user: None, refusal: refusal.id() })
    };
    if !call.authorization_server.allows(cx.org, "interaction_code") {
        return ended(&refusal::NO_MATCHING_POLICY);
    }
    let Some(activation) = view.activation() else { return Step::Start(Start) };
    if cx.env.now >= activation.expires_at {
        return ended(&refusal::ACTIVATION_EXPIRED);
    }
    match view.user() {
        Some(user) if user.status != Status::Active => prove_enrollments(cx, user),
        _ => return ended(&refusal::ACTIVATION_MISSING),
    }
    transition::step_after(cx, After::Profile).unwrap_or(Step::Start(Start))
}

/// Inferred: an activation token proves the enrollments that the administrator's call created. It also proves the address, because Okta sends the token
/// there: the page that the Java SDK recorded lists the password alone, and no enrollment.
fn prove_enrollments(cx: &mut Cx<'_>, user: &User) {
    if user.text("email").is_some() {
        cx.prove(AuthenticatorKey::OktaEmail, "email");
    }
    for (key, enrollment) in &user.enrollments {
        let method = match &enrollment.credential {
            Credential::Secret(_) => key.authenticator().kind(),
            Credential::Destination(to) => to.method(),
        };
        cx.prove(*key, method);
    }
}

fn judge<'a>(view: View<'a>, base: &str, call: &InteractCall) -> Result<&'a App, Refused> {
    let org = view.org();
    let app = client::identified(org, &call.credentials)?;
    if !app.may_use("interaction_code") {
        return Err(Refused::with(&refusal::GRANT_NOT_ENABLED, app.grant_types.join(", ")));
    }
    check_pkce(app, call)?;
    check_scopes(org, app, call)?;
    if !call.redirect_uri.as_deref().is_some_and(|uri| app.may_redirect_to(uri)) {
        return Err(Refused::with(&refusal::REDIRECT_UNREGISTERED, settings_page(base, app)));
    }
    if call.max_age.is_some_and(|seconds| !(0..=i32::MAX.into()).contains(&seconds)) {
        return Err((&refusal::MAX_AGE_INVALID).into());
    }
    if call.activation_token.is_some() && !app.is_confidential() {
        return Err((&refusal::ACTIVATION_OF_PUBLIC_CLIENT).into());
    }
    if call.activation_token.is_some() && view.activation().is_none() {
        return Err((&refusal::ACTIVATION_TOKEN_INVALID).into());
    }
    Ok(app)
}

fn check_pkce(app: &App, call: &InteractCall) -> Result<(), &'static RefusalDef> {
    if call.code_challenge.is_none() && !app.is_confidential() {
        return Err(&refusal::PKCE_MISSING);
    }
    match (call.code_challenge_method.as_deref(), call.code_challenge.as_deref()) {
        (None, None) | (Some("S256"), None) => Ok(()),
        (Some("S256"), Some(challenge)) if is_unreserved(challenge) => Ok(()),
        (Some("S256"), Some(_)) => Err(&refusal::PKCE_CHALLENGE),
        _ => Err(&refusal::PKCE_METHOD),
    }
}

/// The characters of RFC 7636 4.2.
fn is_unreserved(challenge: &str) -> bool {
    challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

fn check_scopes(org: &Org, app: &App, call: &InteractCall) -> Result<(), Refused> {
    let (server, scopes) = (call.authorization_server, requested(call));
    if !scopes.contains(&"openid") {
        return Err((&refusal::SCOPE_INVALID).into());
    }
    if !scopes.iter().all(|scope| has_scope(org, server, scope)) {
        return Err((&refusal::SCOPE_UNKNOWN).into());
    }
    // Inferred: a refresh token that the client could never use is not issued.
    let can_refresh = app.may_use("refresh_token") && server.allows(org, "refresh_token");
    if scopes.contains(&"offline_access") && !can_refresh {
        return Err(Refused::with(&refusal::SCOPE_NOT_ALLOWED, "offline_access"));
    }
    Ok(())
}

fn requested(call: &InteractCall) -> Vec<&str> {
    scopes(call.scope.as_deref().unwrap_or_default())
}

fn parameters(app: &App, call: &InteractCall, browser: String) -> Interact {
    Interact {
        authorization_server: call.authorization_server,
        client_id: app.client_id.clone(),
        scope: requested(call).join(" "),
        redirect_uri: call.redirect_uri.clone().unwrap_or_default(),
        code_challenge: call.code_challenge.clone(),
        state: call.state.clone(),
        nonce: call.nonce.clone(),
        max_age: call.max_age,
        browser: Some(browser),
    }
}
