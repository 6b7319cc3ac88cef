//! Messages sent to an org's users: emails, texts and calls.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use idx_engine::{Channel, Delivery};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::limits::Limits;
use crate::usage::Amount;

/// A delivered message.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    /// From 1, in the order of sending.
    pub(crate) id: u64,
    pub(crate) sent_at: Timestamp,
    pub(crate) delivery: Delivery,
}

/// All messages of an org, oldest first.
#[derive(Debug)]
pub(crate) struct Inbox {
    messages: VecDeque<Arc<Message>>,
    sent: u64,
    /// Messages that a fault delays, by their due times and the order of sending.
    late: BTreeMap<(Timestamp, u64), Delivery>,
    delayed: u64,
    /// The size of all messages, delayed or not.
    bytes: usize,
    dropped: u64,
    limits: Limits,
}

/// A query for messages.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Filter {
    pub(crate) to: Option<Recipient>,
    pub(crate) channel: Option<Channel>,
    pub(crate) after: u64,
}

/// The messages that match a filter.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Found {
    /// Oldest first.
    pub(crate) messages: Vec<Arc<Message>>,
    /// The number of messages that the limits have dropped.
    pub(crate) dropped: u64,
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
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            messages: VecDeque::new(),
            sent: 0,
            late: BTreeMap::new(),
            delayed: 0,
            bytes: 0,
            dropped: 0,
            limits,
        }
    }

    /// Stores a message. If `due` is set, delivers it at that time. Returns the message if it is delivered at once.
    pub(crate) fn accept(
        &mut self,
        delivery: Delivery,
        now: Timestamp,
        due: Option<Timestamp>,
    ) -> Option<Arc<Message>> {
        self.bytes += size(&delivery);
        match due {
            None => Some(self.deliver(delivery, now)),
            Some(due) => {
                self.delay(delivery, due);
                None
            }
        }
    }

    /// Delivers the messages that are due at `now`, as long as `may_visit` allows it. Returns true if all are delivered.
    pub(crate) fn release(&mut self, now: Timestamp, mut may_visit: impl FnMut() -> bool) -> bool {
        while let Some(first) = self.late.first_entry()
            && first.key().0 <= now
        {
            if !may_visit() {
                return false;
            }
            let ((at, _), delivery) = first.remove_entry();
            self.deliver(delivery, at);
        }
        true
    }

    /// Adds the messages that match after the id `after`, and moves `after` on, as long as `may_visit` allows it. Returns true at the end.
    pub(crate) fn page(
        &self,
        filter: &Filter,
        after: &mut u64,
        mut may_visit: impl FnMut() -> bool,
        found: &mut Vec<Arc<Message>>,
    ) -> bool {
        let first = self.messages.partition_point(|message| message.id <= *after);
        for message in self.messages.range(first..) {
            if !may_visit() {
                return false;
            }
            *after = message.id;
            if filter.accepts(&message.delivery) {
                found.push(Arc::clone(message));
            }
        }
        true
    }

    /// The time at which the next delayed message is due.
    pub(crate) fn next_release(&self) -> Option<Timestamp> {
        self.late.keys().next().map(|(at, _)| *at)
    }

    /// The number of messages that the limits have dropped.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(crate) fn amount(&self) -> Amount {
        Amount { count: self.messages.len(), bytes: self.bytes, dropped: self.dropped }
    }

    /// The number of delayed messages.
    pub(crate) fn delayed(&self) -> usize {
        self.late.len()
    }

    /// Removes all messages, including delayed messages, and returns them, so that the caller can free them later. Ids are never reused.
    pub(crate) fn clear(&mut self) -> Self {
        let (sent, delayed, dropped) = (self.sent, self.delayed, self.dropped);
        let empty = Self { sent, delayed, dropped, ..Self::new(self.limits) };
        std::mem::replace(self, empty)
    }

    fn deliver(&mut self, delivery: Delivery, now: Timestamp) -> Arc<Message> {
        self.sent += 1;
        let message = Arc::new(Message { id: self.sent, sent_at: now, delivery });
        self.messages.push_back(Arc::clone(&message));
        self.drop_oldest();
        message
    }

    /// Delays a message until the org's clock reaches `at`.
    fn delay(&mut self, delivery: Delivery, at: Timestamp) {
        self.delayed += 1;
        self.late.insert((at, self.delayed), delivery);
        self.drop_oldest();
    }

    /// Drops messages until the limits hold: delivered messages first.
    fn drop_oldest(&mut self) {
        while self.late.len() > self.limits.delayed_messages {
            self.drop_late();
        }
        while self.messages.len() > self.limits.messages || self.bytes > self.limits.message_bytes {
            match self.messages.pop_front() {
                Some(oldest) => {
                    self.bytes -= size(&oldest.delivery);
                    self.dropped += 1;
                }
                None if self.late.is_empty() => break,
                None => self.drop_late(),
            }
        }
    }

    fn drop_late(&mut self) {
        if let Some((_, delivery)) = self.late.pop_first() {
            self.bytes -= size(&delivery);
            self.dropped += 1;
        }
    }
}

/// The memory that a message takes, in bytes.
fn size(delivery: &Delivery) -> usize {
    let Delivery { to, subject, text, html, otp, link, .. } = delivery;
    let optional = [subject, html, otp, link].into_iter().flatten().map(String::len);
    size_of::<Message>()
        + size_of::<Arc<Message>>()
        + to.len()
        + text.len()
        + optional.sum::<usize>()
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
        let mut inbox = Inbox::new(Limits::default());
        for (channel, to) in [
            (Channel::Email, "mary@example.com"),
            (Channel::Sms, "+15551234567"),
            (Channel::Voice, "+15551234567"),
        ] {
            inbox.accept(delivery(channel, to), Timestamp::UNIX_EPOCH, None);
        }
        inbox
    }

    fn matching(inbox: &Inbox, filter: &Filter) -> Vec<Arc<Message>> {
        let mut found = Vec::new();
        assert!(inbox.page(filter, &mut { filter.after }, || true, &mut found));
        found
    }

    fn ids(inbox: &Inbox, filter: &Filter) -> Vec<u64> {
        matching(inbox, filter).iter().map(|message| message.id).collect()
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

    fn minute(minutes: i64) -> Timestamp {
        Timestamp::from_second(60 * minutes).unwrap()
    }

    fn accept(inbox: &mut Inbox, to: &str, due: Option<Timestamp>) -> Option<u64> {
        inbox.accept(delivery(Channel::Sms, to), minute(0), due).map(|message| message.id)
    }

    #[test]
    fn delayed_message_arrives_when_due() {
        let mut inbox = Inbox::new(Limits::default());
        accept(&mut inbox, "+2", Some(minute(2)));
        accept(&mut inbox, "+1", Some(minute(1)));
        assert_eq!(inbox.next_release(), Some(minute(1)));
        inbox.release(minute(0), || true);
        assert_eq!(ids(&inbox, &Filter::default()), [0; 0]);
        inbox.release(minute(1), || true);
        assert_eq!(matching(&inbox, &Filter::default())[0].delivery.to, "+1");
        inbox.release(minute(9), || true);
        assert_eq!(matching(&inbox, &Filter::default())[1].sent_at, minute(2));
        assert_eq!(inbox.next_release(), None);
    }

    #[test]
    fn full_inbox_drops_oldest_and_never_reuses_ids() {
        let mut inbox = Inbox::new(Limits { messages: 3, ..Limits::default() });
        for _ in 0..4 {
            accept(&mut inbox, "+15551234567", None);
        }
        assert_eq!(ids(&inbox, &Filter::default()), [2, 3, 4]);
        assert_eq!(inbox.dropped(), 1);
        inbox.clear();
        assert_eq!(inbox.amount(), Amount { count: 0, bytes: 0, dropped: 1 });
        assert_eq!(accept(&mut inbox, "+1", None), Some(5));
    }

    #[test]
    fn size_of_delivered_and_delayed_messages_is_limited() {
        let long = "1".repeat(10_000);
        let mut inbox = Inbox::new(Limits { message_bytes: 45_000, ..Limits::default() });
        for due in [None, Some(minute(1)), None, Some(minute(2)), None, None, Some(minute(3))] {
            accept(&mut inbox, &long, due);
        }
        // Four messages of more than 10,000 bytes fit. The delivered messages are dropped first.
        let amount = inbox.amount();
        assert_eq!((ids(&inbox, &Filter::default()), inbox.delayed()), (vec![4], 3));
        assert!((40_000..45_000).contains(&amount.bytes), "{amount:?}");
        assert_eq!(amount.dropped, 3);
        for _ in 0..4 {
            accept(&mut inbox, &long, Some(minute(9)));
        }
        assert_eq!((inbox.delayed(), inbox.dropped()), (4, 7));
        assert_eq!(inbox.next_release(), Some(minute(9)));
    }

    #[test]
    fn number_of_delayed_messages_is_limited() {
        let mut inbox = Inbox::new(Limits { delayed_messages: 2, ..Limits::default() });
        for at in [3, 1, 2] {
            accept(&mut inbox, "+1", Some(minute(at)));
        }
        assert_eq!((inbox.delayed(), inbox.next_release()), (2, Some(minute(2))));
        assert_eq!(inbox.dropped(), 1);
    }

    #[test]
    fn pages_find_each_message_once() {
        let inbox = inbox();
        let (mut after, mut found, mut pages) = (0, Vec::new(), 1);
        let filter = Filter { channel: Some(Channel::Voice), ..Filter::default() };
        loop {
            let mut left = 2;
            let may_visit = || {
                left -= 1;
                left >= 0
            };
            if inbox.page(&filter, &mut after, may_visit, &mut found) {
                break;
            }
            pages += 1;
        }
        assert_eq!((found.len(), pages), (1, 2));
    }
}
