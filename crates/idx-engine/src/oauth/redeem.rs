//! The grant `interaction_code`: exchanges an interaction code for tokens, once.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::contract::change::Change;
use crate::contract::env::Env;
use crate::contract::reply::{Answer, Reply};
use crate::contract::request::TokenCall;
use crate::contract::trace::Trace;
use crate::contract::view::View;
use crate::idx::step::Step;
use crate::idx::steps::success::Success;
use crate::oauth::claims::Subject;
use crate::oauth::refuse::Refused;
use crate::org::App;
use crate::refusal::{self, RefusalDef};
use crate::state::refresh_grant::RefreshGrant;
use crate::state::transaction::Transaction;

/// Exchanges the code. With the scope `offline_access`, a grant with refresh tokens begins.
pub(super) fn redeem(
    view: View<'_>,
    env: &mut Env,
    base: &str,
    app: &App,
    call: &TokenCall,
) -> Result<Answer, Refused> {
    let (transaction, success) = judge(view, env, app, call)?;
    let user = view.user().ok_or(&refusal::CODE_INVALID)?;
    let Transaction { number, interact, proofs, .. } = &**transaction;
    let reached_at = success.reached_at;
    let grant = interact.has_scope("offline_access").then(|| {
        let user = user.id.clone();
        RefreshGrant::new(view.org(), *number, interact, user, proofs, reached_at, env)
    });
    let subject = Subject { org: view.org(), base, interact, user, proofs, reached_at };
    let tokens = subject.tokens(env, grant.as_ref());
    let mut changes = vec![Change::Transaction(Arc::new(redeemed(transaction, success)))];
    changes.extend(grant.map(|grant| Change::RefreshGrant(Arc::new(grant))));
    let trace = Trace {
        transaction: Some(*number),
        step_before: Some(transaction.step.name()),
        step_after: Some(transaction.step.name()),
        edge: Some("token"),
        ..Trace::default()
    };
    Ok(Answer { changes, trace, ..Answer::plain(Reply::Tokens(Box::new(tokens))) })
}

fn judge<'a>(
    view: View<'a>,
    env: &Env,
    app: &App,
    call: &TokenCall,
) -> Result<(&'a Arc<Transaction>, &'a Success), &'static RefusalDef> {
    let transaction = view.transaction().ok_or(&refusal::CODE_INVALID)?;
    let Step::Success(success) = &transaction.step else { return Err(&refusal::CODE_INVALID) };
    if success.redeemed || env.now >= transaction.expires_at {
        return Err(&refusal::CODE_INVALID);
    }
    let interact = &transaction.interact;
    if interact.client_id != app.client_id {
        return Err(&refusal::GRANT_OF_ANOTHER_CLIENT);
    }
    if interact.authorization_server != call.authorization_server {
        return Err(&refusal::GRANT_OF_ANOTHER_SERVER);
    }
    if call.redirect_uri.as_ref().is_some_and(|uri| *uri != interact.redirect_uri) {
        return Err(&refusal::REDIRECT_MISMATCH);
    }
    match (&interact.code_challenge, call.code_verifier.as_deref()) {
        (Some(challenge), verifier) => verify(challenge, verifier)?,
        (None, Some(_)) => return Err(&refusal::VERIFIER_WITHOUT_CHALLENGE),
        (None, None) => {}
    }
    Ok((transaction, success))
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
