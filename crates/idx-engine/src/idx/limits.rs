//! The rate limits of the org document: per state handle and per user.

use crate::contract::change::Change;
use crate::contract::env::Env;
use crate::contract::reply::{Answer, Rate};
use crate::contract::view::View;
use crate::oauth;
use crate::refusal;
use crate::state::counter::{Counter, CounterKey};
use crate::state::transaction::Transaction;

/// The counters that a request increments.
#[derive(Debug, Default)]
pub(crate) struct Charge {
    pub(crate) changes: Vec<Change>,
    /// The state of the strictest limit.
    pub(crate) rate: Option<Rate>,
}

/// Counts a request, or refuses it.
pub(crate) fn charge(
    view: View<'_>,
    env: &mut Env,
    transaction: &Transaction,
) -> Result<Charge, Box<Answer>> {
    let limits = &view.org().rate_limits;
    let handle =
        limits.state_token.then(|| CounterKey::StateHandle(transaction.state_handle.to_string()));
    let user = view.user().filter(|_| limits.user).map(|user| CounterKey::User(user.id.clone()));
    let mut charge = Charge::default();
    for key in [handle, user].into_iter().flatten() {
        let counter = view.counter(&key).cloned().unwrap_or_else(|| Counter::new(key, env.now));
        if counter.is_used_up(env.now) {
            let refused = oauth::refuse(&refusal::TOO_MANY_REQUESTS, &[], env);
            return Err(Box::new(Answer { rate: Some(rate(&counter)), ..refused }));
        }
        let counter = counter.incremented(env.now);
        let stands = rate(&counter);
        if charge.rate.is_none_or(|strictest| stands.remaining < strictest.remaining) {
            charge.rate = Some(stands);
        }
        charge.changes.push(Change::Counter(counter));
    }
    Ok(charge)
}

fn rate(counter: &Counter) -> Rate {
    let limit = counter.key.threshold();
    Rate { limit, remaining: limit.saturating_sub(counter.count), reset: counter.window_ends() }
}
