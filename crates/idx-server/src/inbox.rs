//! Messages sent to an org's users: emails, texts and calls.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use idx_engine::{Channel, Delivery};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Maximum messages per org; the oldest is dropped first.
pub const MESSAGES_KEPT: usize = 10_000;

/// A delivered message.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    /// From 1, in the order of sending.
    pub(crate) id: u64,
    pub(crate) sent_at: Timestamp,
    pub(crate) delivery: Delivery,
}

/// All messages of an org, oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Inbox {
    messages: VecDeque<Arc<Message>>,
    sent: u64,
    /// Messages that a fault delays, with their due times.
    late: Vec<(Timestamp, Delivery)>,
}

/// A query for messages.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Filter {
    pub(crate) to: Option<Recipient>,
    pub(crate) channel: Option<Channel>,
    pub(crate) after: u64,
}

/// The messages that match a filter.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Found {
    /// Oldest first.
    pub(crate) messages: Vec<Arc<Message>>,
    /// Real time until the next delayed message arrives, if the clock runs.
    pub(crate) next: Option<Duration>,
}

/// A normalised address or number. Two recipients are equal if their normalised forms are equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Recipient {
    /// In lower case.
    Address(String),
    /// The digits of the E.164 form.
    Number(String),
}

impl Inbox {
    /// Stores a message. If `due` is set, delivers it at that time. Returns the message if it is delivered at once.
    pub(crate) fn accept(
        &mut self,
        delivery: Delivery,
        now: Timestamp,
        due: Option<Timestamp>,
    ) -> Option<Arc<Message>> {
        match due {
            None => Some(self.deliver(delivery, now)),
            Some(due) => {
                self.deliver_late(delivery, due);
                None
            }
        }
    }

    /// Delivers the messages that are due at `now`, then returns the messages that match.
    pub(crate) fn find(&mut self, filter: &Filter, now: Timestamp, clock_runs: bool) -> Found {
        self.release(now);
        let next = self.next_release().filter(|_| clock_runs);
        Found {
            messages: self.matching(filter),
            next: next.map(|at| at.duration_since(now).unsigned_abs()),
        }
    }

    fn deliver(&mut self, delivery: Delivery, now: Timestamp) -> Arc<Message> {
        if self.messages.len() == MESSAGES_KEPT {
            self.messages.pop_front();
        }
        self.sent += 1;
        let message = Arc::new(Message { id: self.sent, sent_at: now, delivery });
        self.messages.push_back(Arc::clone(&message));
        message
    }

    /// Delays a message until the org's clock reaches `at`.
    fn deliver_late(&mut self, delivery: Delivery, at: Timestamp) {
        self.late.push((at, delivery));
        self.late.sort_by_key(|(at, _)| *at);
    }

    /// Delivers the delayed messages that are due.
    fn release(&mut self, now: Timestamp) {
        let due = self.late.partition_point(|(at, _)| *at <= now);
        let released: Vec<_> = self.late.drain(..due).collect();
        for (at, delivery) in released {
            self.deliver(delivery, at);
        }
    }

    /// The time at which the next delayed message is due.
    fn next_release(&self) -> Option<Timestamp> {
        self.late.first().map(|(at, _)| *at)
    }

    fn matching(&self, filter: &Filter) -> Vec<Arc<Message>> {
        let first = self.messages.partition_point(|message| message.id <= filter.after);
        self.messages
            .range(first..)
            .filter(|message| filter.accepts(&message.delivery))
            .cloned()
            .collect()
    }

    /// Removes all messages, including delayed messages. Ids are never reused.
    pub(crate) fn clear(&mut self) {
        self.messages.clear();
        self.late.clear();
    }
}

impl Filter {
    fn accepts(&self, delivery: &Delivery) -> bool {
        self.channel.is_none_or(|channel| channel == delivery.channel)
            && self.to.as_ref().is_none_or(|to| *to == Recipient::new(&delivery.to))
    }
}

impl Recipient {
    /// Parses a recipient: an address, or a number in any format. A leading space is accepted because form decoding
    /// turns `+` into a space.
    pub(crate) fn new(typed: &str) -> Self {
        if typed.chars().any(char::is_alphabetic) {
            Self::Address(typed.trim().to_lowercase())
        } else {
            Self::Number(typed.chars().filter(char::is_ascii_digit).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(channel: Channel, to: &str) -> Delivery {
        Delivery {
            channel,
            to: to.to_owned(),
            subject: None,
            text: "Your verification code is 012345".to_owned(),
            html: None,
            otp: Some("012345".to_owned()),
            link: None,
            expires_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn inbox() -> Inbox {
        let mut inbox = Inbox::default();
        inbox.deliver(delivery(Channel::Email, "mary@example.com"), Timestamp::UNIX_EPOCH);
        inbox.deliver(delivery(Channel::Sms, "+15551234567"), Timestamp::UNIX_EPOCH);
        inbox.deliver(delivery(Channel::Voice, "+15551234567"), Timestamp::UNIX_EPOCH);
        inbox
    }

    fn ids(inbox: &Inbox, filter: &Filter) -> Vec<u64> {
        inbox.matching(filter).iter().map(|message| message.id).collect()
    }

    #[test]
    fn recipients_are_compared_after_normalisation() {
        for typed in ["+15551234567", " 15551234567", "+1 (555) 123-4567"] {
            let filter = Filter { to: Some(Recipient::new(typed)), ..Filter::default() };
            assert_eq!(ids(&inbox(), &filter), [2, 3], "{typed}");
        }
        let filter = Filter { to: Some(Recipient::new(" Mary@Example.com")), ..Filter::default() };
        assert_eq!(ids(&inbox(), &filter), [1]);
        let filter = Filter { to: Some(Recipient::new("5551234567")), ..Filter::default() };
        assert_eq!(ids(&inbox(), &filter), [0; 0]);
    }

    #[test]
    fn filter_matches_channel_and_id() {
        assert_eq!(
            ids(&inbox(), &Filter { channel: Some(Channel::Voice), ..Filter::default() }),
            [3]
        );
        assert_eq!(ids(&inbox(), &Filter { after: 1, ..Filter::default() }), [2, 3]);
        assert_eq!(ids(&inbox(), &Filter { after: 99, ..Filter::default() }), [0; 0]);
    }

    #[test]
    fn delayed_message_arrives_when_due() {
        let minute = |minutes: i64| Timestamp::from_second(60 * minutes).unwrap();
        let mut inbox = Inbox::default();
        inbox.deliver_late(delivery(Channel::Sms, "+2"), minute(2));
        inbox.deliver_late(delivery(Channel::Sms, "+1"), minute(1));
        assert_eq!(inbox.next_release(), Some(minute(1)));
        inbox.release(minute(0));
        assert_eq!(ids(&inbox, &Filter::default()), [0; 0]);
        inbox.release(minute(1));
        assert_eq!(inbox.matching(&Filter::default())[0].delivery.to, "+1");
        inbox.release(minute(9));
        assert_eq!(inbox.matching(&Filter::default())[1].sent_at, minute(2));
        assert_eq!(inbox.next_release(), None);
    }

    #[test]
    fn full_inbox_drops_oldest_and_never_reuses_ids() {
        let mut inbox = Inbox::default();
        for _ in 0..=MESSAGES_KEPT {
            inbox.deliver(delivery(Channel::Sms, "+15551234567"), Timestamp::UNIX_EPOCH);
        }
        let kept = ids(&inbox, &Filter::default());
        assert_eq!((kept.len(), kept[0]), (MESSAGES_KEPT, 2));
        inbox.clear();
        assert_eq!(
            inbox.deliver(delivery(Channel::Sms, "+1"), Timestamp::UNIX_EPOCH).id,
            MESSAGES_KEPT as u64 + 2
        );
    }
}
