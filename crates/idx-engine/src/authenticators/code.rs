//! A code on its way: made, sent, and checked against the limit on wrong answers.

use crate::contract::env::minutes_after;
use crate::ids;
use crate::idx::cx::Cx;
use crate::refusal::{self, Refusal};
use crate::state::challenge::SentCode;
use crate::state::names::AuthenticatorKey;
use crate::state::tally::TallyKey;

impl SentCode {
    /// Makes a code for an address or number, or takes the one that the org's document fixes for it.
    pub(crate) fn make(cx: &mut Cx<'_>, to: &str, lifetime_minutes: u32) -> Self {
        let code = match cx.org.test_codes.get(to) {
            Some(fixed) => fixed.clone(),
            None => ids::code(&mut cx.env.rng),
        };
        Self {
            code,
            expires_at: minutes_after(cx.env.now, i64::from(lifetime_minutes)),
            link: None,
        }
    }

    /// Judges an answer. Five wrong ones in five minutes are answered as such; any further one, right or wrong, is too many.
    /// Inferred: an expired code is a wrong one, and counts (no source settles it).
    pub(crate) fn check(
        &self,
        cx: &mut Cx<'_>,
        key: AuthenticatorKey,
        passcode: &str,
    ) -> Result<(), Refusal> {
        let wrong = cx.tally(TallyKey::WrongCode(cx.person_id(), key));
        if wrong.is_used_up(cx.env.now) {
            return Err(Refusal::of(&refusal::TOO_MANY_ATTEMPTS));
        }
        if passcode != self.code || cx.env.now >= self.expires_at {
            cx.count(&wrong);
            return Err(Refusal::of_passcode(&refusal::WRONG_CODE, &[]));
        }
        cx.rest_on(wrong);
        Ok(())
    }
}
