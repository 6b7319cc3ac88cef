//! What happens in an org, as values for a reporter. The server itself prints nothing.

use std::sync::mpsc::Sender;

use idx_engine::{Channel, Trace};
use jiff::Timestamp;

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
pub struct Events(Option<Sender<Event>>);

impl Events {
    /// Sends every event to a channel.
    pub fn to(sender: Sender<Event>) -> Self {
        Self(Some(sender))
    }

    /// Builds an event only if there is a receiver. A receiver that is gone does not affect the server.
    pub(crate) fn send(&self, event: impl FnOnce() -> Event) {
        if let Some(sender) = &self.0 {
            let _ = sender.send(event());
        }
    }
}
