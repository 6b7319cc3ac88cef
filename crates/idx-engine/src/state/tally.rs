//! Every limit on how often: what is counted, how many are too many, and for how long.
//!
//! The limit on wrong codes is always on, as in Okta, whose System Log names it `authenticator_otp_verification`: threshold 5, time span 5 MINUTES, scope
//! User. The others are dials of the org's document, off unless asked for, so that no test trips over them unawares.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::state::names::{AuthenticatorKey, PhoneMethod};
use crate::state::person::Person;

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TallyKey {
    /// Wrong codes of a person (by id) with an authenticator.
    WrongCode(String, AuthenticatorKey),
    /// Requests with a state handle.
    StateHandle(String),
    /// Requests for a person (by id).
    Person(String),
    /// Messages to a person's (by id) phone.
    Send(String, PhoneMethod),
    /// The last message to a person's (by id) phone.
    Resend(String, PhoneMethod),
}

impl TallyKey {
    /// Every key that concerns a transaction or a user.
    pub fn concerning(
        state_handle: Option<&str>,
        person: Option<&Person>,
    ) -> impl Iterator<Item = Self> {
        let handle = state_handle.map(|handle| Self::StateHandle(handle.to_owned()));
        let of_person = person.into_iter().flat_map(|person| {
            let id = || person.id.clone();
            let wrong = AuthenticatorKey::ALL.iter().map(move |key| Self::WrongCode(id(), *key));
            let sent = [PhoneMethod::Sms, PhoneMethod::Voice]
                .into_iter()
                .flat_map(move |method| [Self::Send(id(), method), Self::Resend(id(), method)]);
            wrong.chain(sent).chain([Self::Person(id())])
        });
        handle.into_iter().chain(of_person)
    }

    /// How many are answered as usual.
    pub const fn threshold(&self) -> u32 {
        match self {
            Self::WrongCode(..) => 5,
            Self::StateHandle(_) => 10,
            Self::Person(_) => 20,
            Self::Send(..) => 15,
            Self::Resend(..) => 1,
        }
    }

    /// How long they count, from the first on.
    const fn window(&self) -> SignedDuration {
        match self {
            Self::WrongCode(..) | Self::Send(..) => SignedDuration::from_mins(5),
            Self::StateHandle(_) | Self::Person(_) => SignedDuration::from_secs(5),
            Self::Resend(..) => SignedDuration::from_secs(30),
        }
    }
}

/// A count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Of what.
    pub key: TallyKey,
    /// Goes up by one with each change.
    pub version: u64,
    /// When the window began.
    pub first: Timestamp,
    /// How many since.
    pub count: u32,
}

impl Tally {
    /// None yet.
    pub(crate) fn none(key: TallyKey, now: Timestamp) -> Self {
        Self { key, version: 0, first: now, count: 0 }
    }

    /// When the window ends.
    pub fn window_ends(&self) -> Timestamp {
        self.first.saturating_add(self.key.window()).unwrap_or(Timestamp::MAX)
    }

    /// Whether any further one is refused.
    pub(crate) fn is_used_up(&self, now: Timestamp) -> bool {
        self.count >= self.key.threshold() && now < self.window_ends()
    }

    /// One more.
    #[must_use]
    pub(crate) fn and_one(&self, now: Timestamp) -> Self {
        let over = self.count == 0 || now >= self.window_ends();
        let (first, count) = if over { (now, 1) } else { (self.first, self.count + 1) };
        Self { key: self.key.clone(), version: self.version + 1, first, count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_are_answered_and_the_window_ends_five_minutes_after_the_first() {
        let start = Timestamp::UNIX_EPOCH;
        let minute = |minutes| start + SignedDuration::from_mins(minutes);
        let mut tally =
            Tally::none(TallyKey::WrongCode("00u".to_owned(), AuthenticatorKey::OktaEmail), start);
        for minutes in 0..4 {
            tally = tally.and_one(minute(minutes));
        }
        assert!(!tally.is_used_up(minute(4)));
        tally = tally.and_one(minute(4));
        assert!(tally.is_used_up(minute(4)));
        assert!(!tally.is_used_up(minute(5)));
        assert_eq!(tally.and_one(minute(5)).count, 1);
    }
}
