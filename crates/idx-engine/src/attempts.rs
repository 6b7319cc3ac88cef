//! The limit on wrong codes: five in five minutes, per person and authenticator. Okta's System Log names it
//! `authenticator_otp_verification`, threshold 5, time span 5 MINUTES, scope User.

use jiff::Timestamp;

use crate::authenticators::AuthenticatorKey;
use crate::env::minutes_after;

/// How many wrong answers are answered as such.
pub(crate) const LIMIT: u32 = 5;
/// How long they count, from the first on.
pub(crate) const WINDOW_MINUTES: i64 = 5;

/// The wrong answers of one person with one authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempts {
    /// The person's id.
    pub person: String,
    /// With what.
    pub key: AuthenticatorKey,
    /// Goes up by one with each change.
    pub version: u64,
    /// When the window began.
    pub first: Timestamp,
    /// How many since.
    pub count: u32,
}

impl Attempts {
    /// None yet.
    pub(crate) fn none(person: &str, key: AuthenticatorKey, now: Timestamp) -> Self {
        Self { person: person.to_owned(), key, version: 0, first: now, count: 0 }
    }

    /// When the window ends.
    pub fn window_ends(&self) -> Timestamp {
        minutes_after(self.first, WINDOW_MINUTES)
    }

    /// Whether any further answer, right or wrong, is refused.
    pub(crate) fn are_used_up(&self, now: Timestamp) -> bool {
        self.count >= LIMIT && now < self.window_ends()
    }

    /// One more.
    #[must_use]
    pub(crate) fn and_one(&self, now: Timestamp) -> Self {
        let (first, count) = if self.count == 0 || now >= self.window_ends() {
            (now, 1)
        } else {
            (self.first, self.count + 1)
        };
        Self { first, count, version: self.version + 1, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_are_answered_and_the_window_ends_five_minutes_after_the_first() {
        let start = Timestamp::UNIX_EPOCH;
        let mut attempts = Attempts::none("00u", AuthenticatorKey::OktaEmail, start);
        for minute in 0..4 {
            attempts = attempts.and_one(minutes_after(start, minute));
        }
        assert!(!attempts.are_used_up(minutes_after(start, 4)));
        attempts = attempts.and_one(minutes_after(start, 4));
        assert!(attempts.are_used_up(minutes_after(start, 4)));
        assert!(!attempts.are_used_up(minutes_after(start, 5)));
        assert_eq!(attempts.and_one(minutes_after(start, 5)).count, 1);
    }
}
