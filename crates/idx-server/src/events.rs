//! What happens in an org, as values for a reporter. The server itself prints nothing.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use idx_engine::{Channel, Trace};
use jiff::Timestamp;

use crate::limits::EVENTS_QUEUED;

/// An exchange or a message.
#[derive(Debug, Clone)]
pub enum Event {
    /// The server responded to a request.
    Exchange {
        /// The org's id.
        org: String,
        /// The org's time.
        at: Timestamp,
        /// The HTTP method.
        method: String,
        /// The path, without its query.
        path: String,
        /// The HTTP status.
        status: u16,
        /// The engine's trace.
        trace: Trace,
    },
    /// A message arrived in the inbox.
    Message {
        /// The org's id.
        org: String,
        /// The org's time.
        at: Timestamp,
        /// Email, text message or phone call.
        channel: Channel,
        /// An email address in lower case, or a phone number in E.164.
        to: String,
        /// The code in the message.
        otp: Option<String>,
        /// The link in the message.
        link: Option<String>,
    },
}

/// The receiver of the events, if any.
#[derive(Debug, Clone, Default)]
pub struct Events(Option<SyncSender<Event>>);

impl Events {
    /// Sends every event to the receiver. If the receiver is slow, a limited number of events waits for it.
    pub fn channel() -> (Self, Receiver<Event>) {
        let (sender, receiver) = sync_channel(EVENTS_QUEUED);
        (Self(Some(sender)), receiver)
    }

    /// Builds an event only if there is a receiver. A receiver that is gone or too slow does not affect the server.
    pub(crate) fn send(&self, event: impl FnOnce() -> Event) {
        if let Some(sender) = &self.0 {
            let _ = sender.try_send(event());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_receiver_gets_a_limited_number_of_events() {
        let (events, receiver) = Events::channel();
        for _ in 0..2 * EVENTS_QUEUED {
            events.send(|| Event::Message {
                org: "default".to_owned(),
                at: Timestamp::UNIX_EPOCH,
                channel: Channel::Sms,
                to: "+15551234567".to_owned(),
                otp: None,
                link: None,
            });
        }
        assert_eq!(receiver.try_iter().count(), EVENTS_QUEUED);
    }
}
