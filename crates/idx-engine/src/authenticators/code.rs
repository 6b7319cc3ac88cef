//! A code that the server sends: generated, and checked against the limit on wrong answers.

use crate::contract::env::minutes_after;
use crate::ids;
use crate::idx::cx::Cx;
use crate::refusal::{self, Refusal};
use crate::state::challenge::{Destination, SentCode};
use crate::state::counter::CounterKey;
use crate::state::names::AuthenticatorKey;

impl SentCode {
    /// Generates a code for a destination, or takes the code that the org document fixes for it.
    pub(super) fn generate(cx: &mut Cx<'_>, to: Destination, lifetime_minutes: u32) -> Self {
        let (Destination::Email(address) | Destination::Phone { number: address, .. }) = &to;
        let code = match cx.org.test_codes.get(address) {
            Some(fixed) => fixed.clone(),
            None => ids::code(&mut cx.env.rng),
        };
        Self {
            code,
            expires_at: minutes_after(cx.env.now, i64::from(lifetime_minutes)),
            link: None,
            to,
        }
    }

    /// Checks an answer. The first five wrong answers in five minutes get an ordinary refusal; every further answer is one too many, even if it is
    /// correct. Inferred: an expired code is a wrong answer, and counts (no source confirms this).
    pub(super) fn check(
        &self,
        cx: &mut Cx<'_>,
        key: AuthenticatorKey,
        passcode: &str,
    ) -> Result<(), Refusal> {
        let wrong = cx.counter(CounterKey::WrongCode(cx.user_id(), key));
        if wrong.is_used_up(cx.env.now) {
            return Err(Refusal::of(&refusal::TOO_MANY_ATTEMPTS));
        }
        if passcode != self.code || cx.env.now >= self.expires_at {
            cx.count(&wrong);
            return Err(Refusal::of_passcode(&refusal::WRONG_CODE, &[]));
        }
        cx.require_unchanged(wrong);
        Ok(())
    }
}
