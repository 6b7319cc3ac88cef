//! The link of a mail. Where the app has an address for it, the browser is sent there with the code; else Okta's own page finishes the enrollment, if it is
//! opened in the browser that began the transaction, and shows the code in any other.

use std::sync::Arc;

use crate::contract::change::Change;
use crate::contract::env::{Env, whole_second};
use crate::contract::reply::{Answer, Reply, Trace};
use crate::contract::request::LinkCall;
use crate::contract::view::View;
use crate::idx::advance;
use crate::idx::cx::Cx;
use crate::idx::hosted;
use crate::oauth::uri::with_query;
use crate::org::App;
use crate::refusal;
use crate::state::challenge::{Challenge, SentCode};
use crate::state::names::AuthenticatorKey;
use crate::state::transaction::Transaction;

/// Answers the link.
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
    let Some(sent) = current(transaction).filter(|sent| sent.link.as_deref() == Some(token)) else {
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
        finish(view, env, base, app, transaction)
    } else {
        hosted::told(&refusal::LINK_OTHER_BROWSER, Some(&sent.code))
    }
}

/// What the transaction waits for, if it is the code of a mail.
fn current(transaction: &Transaction) -> Option<&SentCode> {
    match transaction.step.challenge()? {
        Challenge::Email(sent) => Some(sent),
        _ => None,
    }
}

/// The enrollment is finished as if the code had been answered; the client learns of it at its next poll.
fn finish(
    view: View<'_>,
    env: &mut Env,
    base: &str,
    app: &App,
    transaction: &Transaction,
) -> Answer {
    let mut cx = Cx::new(view.org(), app, base, env, view);
    let enrollment = Challenge::mail_enrollment(&mut cx);
    cx.change_person(|person| {
        drop(person.enrollments.insert(AuthenticatorKey::OktaEmail, enrollment))
    });
    let Ok(step) = advance::step_after(&mut cx, advance::When::AuthenticatorEnrolled) else {
        return hosted::refused(&refusal::LINK_ERROR);
    };
    let now = cx.env.now;
    let (mut changes, effects) = cx.into_changes();
    let mut moved = Transaction {
        version: transaction.version + 1,
        expires_at: whole_second(step.expires_at(now)),
        step,
        ..transaction.clone()
    };
    moved.note_links(&transaction.step);
    let trace = Trace {
        transaction: Some(moved.number),
        step_before: Some(transaction.step.name()),
        step_after: Some(moved.step.name()),
        edge: Some("email-link"),
        ..Trace::default()
    };
    changes.push(Change::Transaction(Arc::new(moved)));
    Answer { changes, effects, trace, ..hosted::told(&refusal::LINK_RETURN, None) }
}
