//! What happens in an org, as values for whoever shows it. The server itself prints nothing.

use std::sync::mpsc::Sender;

use idx_engine::{Channel, Trace};
use jiff::Timestamp;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A call was answered.
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
        /// What the engine says about it.
        trace: Trace,
    },
    /// A message was put into the inbox.
    Message {
        /// The org's id.
        org: String,
        /// The org's time.
        at: Timestamp,
        /// How it went.
        channel: Channel,
        /// To whom.
        to: String,
        /// The code in it.
        otp: Option<String>,
        /// The link in it.
        link: Option<String>,
    },
}

/// Where events go, if anywhere.
#[derive(Debug, Clone, Default)]
pub struct Events(Option<Sender<Event>>);

impl Events {
    /// Sends every event there.
    pub fn to(sender: Sender<Event>) -> Self {
        Self(Some(sender))
    }

    /// Builds an event only if somebody wants it. Whoever stops listening does not disturb the server.
    pub(crate) fn send(&self, event: impl FnOnce() -> Event) {
        if let Some(sender) = &self.0 {
            let _ = sender.send(event());
        }
    }
}
