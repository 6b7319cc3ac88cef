//! The link of an email. If the app has an address for it, the browser is sent there with the code. Otherwise Okta's own page finishes the enrollment
//! in the browser that started the transaction, and shows the code in any other browser.

use std::sync::Arc;

use crate::authenticators;
use crate::contract::change::Change;
use crate::contract::env::Env;
use crate::contract::reply::{Answer, Reply};
use crate::contract::request::LinkCall;
use crate::contract::trace::Trace;
use crate::contract::view::View;
use crate::idx::cx::Cx;
use crate::idx::hosted;
use crate::idx::step::Step;
use crate::idx::transition::{self, After};
use crate::idx::writes::Moved;
use crate::oauth::uri::with_query;
use crate::org::App;
use crate::refusal;
use crate::state::challenge::Challenge;
use crate::state::transaction::Transaction;

/// Handles the link.
pub(crate) fn open(view: View<'_>, env: &mut Env, base: &str, call: &LinkCall) -> Answer {
    let (Some(transaction), Some(token)) = (view.transaction(), &call.token) else {
        return hosted::refused(&refusal::LINK_ERROR);
    };
    let Some(app) = view.org().app(&transaction.interact.client_id) else {
        return hosted::refused(&refusal::LINK_ERROR);
    };
    if transaction.links.iter().any(|link| *link.token == **token && link.used) {
        return hosted::refused(&refusal::LINK_ERROR);
    }
    if env.now >= transaction.expires_at {
        return hosted::refused(&refusal::LINK_EXPIRED);
    }
    let challenge = transaction.step.challenge();
    let sent = challenge.and_then(|challenge| Some((challenge, challenge.sent.as_ref()?)));
    let Some((challenge, sent)) = sent.filter(|(_, sent)| sent.link.as_ref() == Some(token)) else {
        return hosted::refused(&refusal::LINK_STALE);
    };
    if env.now >= sent.expires_at {
        return hosted::refused(&refusal::LINK_EXPIRED);
    }
    if let Some(callback) = &app.email_verification_callback {
        let state = transaction.interact.state.as_deref().unwrap_or_default();
        return Answer::plain(Reply::Redirect {
            location: with_query(callback, &[("state", state), ("otp", &sent.code)]),
        });
    }
    let same_browser = call.browser.is_some() && call.browser == transaction.interact.browser;
    if same_browser {
        finish(view, env, base, app, transaction, challenge)
    } else {
        hosted::message(&refusal::LINK_OTHER_BROWSER, Some(&sent.code))
    }
}

/// Finishes the enrollment as if the user had entered the code. The client learns of it with its next poll.
fn finish(
    view: View<'_>,
    env: &mut Env,
    base: &str,
    app: &App,
    transaction: &Transaction,
    challenge: &Challenge,
) -> Answer {
    let mut cx = Cx::new(view, app, base, env);
    authenticators::verified(&mut cx, challenge.key.authenticator(), challenge);
    let Ok(mut step) = transition::step_after(&mut cx, After::Authenticator) else {
        return hosted::refused(&refusal::LINK_ERROR);
    };
    if let Step::Success(success) = &mut step {
        success.awaits_poll = true;
    }
    let Moved { progress, mut changes, effects, .. } = cx.into_moved();
    let moved = transaction.advance(step, progress, view.org(), env);
    let trace = Trace {
        transaction: Some(moved.number),
        step_before: Some(transaction.step.name()),
        step_after: Some(moved.step.name()),
        edge: Some("email-link"),
        ..Trace::default()
    };
    changes.push(Change::Transaction(Arc::new(moved)));
    Answer { changes, effects, trace, ..hosted::message(&refusal::LINK_RETURN, None) }
}
