//! The rate limits: what the engine counts, the threshold, and the window.
//!
//! The limit on wrong codes is always on, as in Okta, whose System Log names it `authenticator_otp_verification`: threshold 5, time span 5 MINUTES, scope
//! User. The org document can turn the others on. They are off by default, so that they cannot surprise a test.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::state::names::{AuthenticatorKey, PhoneMethod};
use crate::state::user::User;

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CounterKey {
    /// Wrong codes of a user (by id) with an authenticator.
    WrongCode(String, AuthenticatorKey),
    /// Requests with a state handle.
    StateHandle(String),
    /// Requests for a user (by id).
    User(String),
    /// Messages to a user's (by id) phone.
    Send(String, PhoneMethod),
    /// The last message to a user's (by id) phone.
    Resend(String, PhoneMethod),
}

impl CounterKey {
    /// Every key that concerns a transaction or a user.
    pub fn concerning(
        state_handle: Option<&str>,
        user: Option<&User>,
    ) -> impl Iterator<Item = Self> {
        let handle = state_handle.map(|handle| Self::StateHandle(handle.to_owned()));
        let of_user = user.into_iter().flat_map(|user| {
            let id = || user.id.clone();
            let wrong = AuthenticatorKey::ALL.iter().map(move |key| Self::WrongCode(id(), *key));
            let sent = [PhoneMethod::Sms, PhoneMethod::Voice]
                .into_iter()
                .flat_map(move |method| [Self::Send(id(), method), Self::Resend(id(), method)]);
            wrong.chain(sent).chain([Self::User(id())])
        });
        handle.into_iter().chain(of_user)
    }

    /// The number of requests that are handled normally.
    pub const fn threshold(&self) -> u32 {
        match self {
            Self::WrongCode(..) => 5,
            Self::StateHandle(_) => 10,
            Self::User(_) => 20,
            Self::Send(..) => 15,
            Self::Resend(..) => 1,
        }
    }

    /// The length of the window, from the first request.
    const fn window(&self) -> SignedDuration {
        match self {
            Self::WrongCode(..) | Self::Send(..) => SignedDuration::from_mins(5),
            Self::StateHandle(_) | Self::User(_) => SignedDuration::from_secs(5),
            Self::Resend(..) => SignedDuration::from_secs(30),
        }
    }
}

/// A counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// What it counts.
    pub key: CounterKey,
    /// Increases by one with each change.
    pub version: u64,
    /// When the window began.
    pub first: Timestamp,
    /// The number in the window.
    pub count: u32,
}

impl Counter {
    /// A counter at zero.
    pub(crate) fn new(key: CounterKey, now: Timestamp) -> Self {
        Self { key, version: 0, first: now, count: 0 }
    }

    /// When the window ends.
    pub fn window_ends(&self) -> Timestamp {
        self.first.saturating_add(self.key.window()).unwrap_or(Timestamp::MAX)
    }

    /// Whether the next request is refused.
    pub(crate) fn is_used_up(&self, now: Timestamp) -> bool {
        self.count >= self.key.threshold() && now < self.window_ends()
    }

    /// The counter after one more request.
    #[must_use]
    pub(crate) fn incremented(&self, now: Timestamp) -> Self {
        let over = self.count == 0 || now >= self.window_ends();
        let (first, count) = if over { (now, 1) } else { (self.first, self.count + 1) };
        Self { key: self.key.clone(), version: self.version + 1, first, count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_requests_are_allowed_within_five_minutes_of_the_first() {
        let start = Timestamp::UNIX_EPOCH;
        let minute = |minutes| start + SignedDuration::from_mins(minutes);
        let mut counter = Counter::new(
            CounterKey::WrongCode("00u".to_owned(), AuthenticatorKey::OktaEmail),
            start,
        );
        for minutes in 0..4 {
            counter = counter.incremented(minute(minutes));
        }
        assert!(!counter.is_used_up(minute(4)));
        counter = counter.incremented(minute(4));
        assert!(counter.is_used_up(minute(4)));
        assert!(!counter.is_used_up(minute(5)));
        assert_eq!(counter.incremented(minute(5)).count, 1);
    }
}
