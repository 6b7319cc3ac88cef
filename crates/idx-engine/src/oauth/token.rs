//! `token`: exchanges an interaction code for tokens, once.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::contract::change::Change;
use crate::contract::env::{Env, minutes_after};
use crate::contract::reply::{Answer, Reply, Tokens};
use crate::contract::request::TokenCall;
use crate::contract::trace::Trace;
use crate::contract::view::View;
use crate::ids;
use crate::idx::step::Step;
use crate::idx::steps::success::Success;
use crate::oauth::claims::{LIFETIME, Subject};
use crate::oauth::client;
use crate::oauth::refuse::refuse;
use crate::refusal::{self, RefusalDef};
use crate::state::tokens::RefreshToken;
use crate::state::transaction::Transaction;

/// Lifetime of a refresh token of the org authorization server.
const REFRESH_DAYS: i64 = 90;

/// Handles `token`.
pub(crate) fn token(view: View<'_>, env: &mut Env, base: &str, call: &TokenCall) -> Answer {
    let (transaction, success) = match judge(view, env, call) {
        Ok(found) => found,
        Err(refusal) => return refuse(refusal, &[], env),
    };
    let Some(user) = view.user() else { return refuse(&refusal::CODE_INVALID, &[], env) };
    let subject = Subject {
        org: view.org(),
        base,
        interact: &transaction.interact,
        user,
        proofs: &transaction.proofs,
        reached_at: success.reached_at,
    };
    let scopes = || transaction.interact.scope.split_whitespace();
    let offline = scopes().any(|scope| scope == "offline_access");
    let access = subject.access(env, offline);
    let id = scopes().any(|scope| scope == "openid").then(|| subject.id(env));
    let refresh_token = offline.then(|| ids::opaque(&mut env.rng));
    let mut changes = vec![Change::Transaction(Arc::new(redeemed(transaction, success)))];
    if let Some(token) = &refresh_token {
        changes.push(Change::RefreshToken(Arc::new(RefreshToken {
            token: token.clone(),
            client_id: transaction.interact.client_id.clone(),
            user: user.id.clone(),
            scopes: scopes().map(str::to_owned).collect(),
            issuer: subject.issuer(),
            issued_at: env.now,
            expires_at: minutes_after(env.now, REFRESH_DAYS * 24 * 60),
        })));
    }
    let trace = Trace {
        transaction: Some(transaction.number),
        step_before: Some(transaction.step.name()),
        step_after: Some(transaction.step.name()),
        edge: Some("token"),
        ..Trace::default()
    };
    let tokens = Tokens {
        access,
        id,
        refresh_token,
        scope: transaction.interact.scope.clone(),
        expires_in: LIFETIME,
    };
    Answer { changes, trace, ..Answer::plain(Reply::Tokens(Box::new(tokens))) }
}

fn judge<'a>(
    view: View<'a>,
    env: &Env,
    call: &TokenCall,
) -> Result<(&'a Arc<Transaction>, &'a Success), &'static RefusalDef> {
    if call.grant_type.as_deref() != Some("interaction_code") {
        return Err(&refusal::GRANT_UNSUPPORTED);
    }
    let app = client::authenticated(view.org(), &call.credentials)?;
    let transaction = view.transaction().ok_or(&refusal::CODE_INVALID)?;
    let Step::Success(success) = &transaction.step else { return Err(&refusal::CODE_INVALID) };
    if success.redeemed || env.now >= transaction.expires_at {
        return Err(&refusal::CODE_INVALID);
    }
    // A code is good only for the app and the authorization server that it was made for.
    if transaction.interact.client_id != app.client_id
        || transaction.interact.authorization_server != call.authorization_server
    {
        return Err(&refusal::CODE_INVALID);
    }
    match &transaction.interact.code_challenge {
        Some(challenge) => {
            verify(challenge, call.code_verifier.as_deref()).map(|()| (transaction, success))
        }
        None => Ok((transaction, success)),
    }
}

/// A missing verifier is an invalid code; an incorrect verifier is a mismatch.
fn verify(challenge: &str, verifier: Option<&str>) -> Result<(), &'static RefusalDef> {
    let verifier = verifier.ok_or(&refusal::CODE_INVALID)?;
    let expected = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    if expected == challenge { Ok(()) } else { Err(&refusal::PKCE_MISMATCH) }
}

/// The transaction with a used code. The client can introspect it until the code's minute is over.
fn redeemed(transaction: &Transaction, success: &Success) -> Transaction {
    transaction.in_place(Step::Success(Success { redeemed: true, ..success.clone() }))
}
