//! The limits on requests, which are dials of the org's document: so many with a state handle, so many for a person.

use crate::contract::change::Change;
use crate::contract::env::Env;
use crate::contract::reply::{Answer, Rate};
use crate::contract::view::View;
use crate::oauth;
use crate::refusal;
use crate::state::tally::{Tally, TallyKey};
use crate::state::transaction::Transaction;

/// What a request costs.
#[derive(Debug, Default)]
pub(crate) struct Charge {
    pub(crate) changes: Vec<Change>,
    /// Where the strictest limit stands.
    pub(crate) rate: Option<Rate>,
}

/// Charges a request, or refuses it.
pub(crate) fn charge(
    view: View<'_>,
    env: &mut Env,
    transaction: &Transaction,
) -> Result<Charge, Box<Answer>> {
    let limits = &view.org().rate_limits;
    let handle =
        limits.state_token.then(|| TallyKey::StateHandle(transaction.state_handle.to_string()));
    let person =
        view.person().filter(|_| limits.user).map(|person| TallyKey::Person(person.id.clone()));
    let mut charge = Charge::default();
    for key in [handle, person].into_iter().flatten() {
        let tally = view.tally(&key).cloned().unwrap_or_else(|| Tally::none(key, env.now));
        if tally.is_used_up(env.now) {
            let refused = oauth::refuse(&refusal::TOO_MANY_REQUESTS, &[], env);
            return Err(Box::new(Answer { rate: Some(rate(&tally)), ..refused }));
        }
        let tally = tally.and_one(env.now);
        let stands = rate(&tally);
        if charge.rate.is_none_or(|strictest| stands.remaining < strictest.remaining) {
            charge.rate = Some(stands);
        }
        charge.changes.push(Change::Tally(tally));
    }
    Ok(charge)
}

fn rate(tally: &Tally) -> Rate {
    let limit = tally.key.threshold();
    Rate { limit, remaining: limit.saturating_sub(tally.count), reset: tally.window_ends() }
}
