//! `messages`: the messages that users received, with a wait for the next message.

use std::time::Duration;

use idx_engine::Channel;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};

use crate::control::call::{Call, CallContext, Json, NoQuery};
use crate::control::error::ControlError;
use crate::control::time::ApiTime;
use crate::inbox::{Filter, Found, Message, Recipient};
use crate::running_org::RunningOrg;
use crate::store::Store as _;

/// The maximum wait, in real seconds.
const MAX_WAIT: f64 = 60.0;

/// Selects messages.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MessageQuery {
    /// An email address or a phone number in any spelling.
    to: Option<String>,
    channel: Option<MessageChannel>,
    /// Only messages after the message with this id.
    after: u64,
    /// The seconds to wait for a first message, at most 60.
    wait: f64,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum MessageChannel {
    Email,
    Sms,
    Voice,
}

/// Messages, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Messages {
    messages: Vec<ListedMessage>,
    /// The number of messages that the inbox no longer has because of its limits.
    dropped: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ListedMessage {
    id: u64,
    channel: MessageChannel,
    to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
    /// The code in the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    otp: Option<String>,
    /// The link in the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    sent_at: ApiTime,
    /// When the code or link expires.
    expires_at: ApiTime,
}

#[derive(Debug)]
pub(crate) struct ListMessages;

impl Call for ListMessages {
    const SUMMARY: &'static str =
        "Lists messages, and waits for the first message if `wait` is set.";
    type Query = MessageQuery;
    type Request = ();
    type Response = Json<Messages>;

    async fn run(
        cx: &CallContext<'_>,
        query: MessageQuery,
        (): (),
    ) -> Result<Json<Messages>, ControlError> {
        let filter = query.filter();
        let Found { messages, dropped, .. } = tokio::select! {
            found = arrived(cx.org, &filter, query.wait()) => found,
            () = cx.client_gone() => Found::default(),
        };
        let messages = messages.iter().map(|message| ListedMessage::from(&**message)).collect();
        Ok(Json(Messages { messages, dropped }))
    }
}

#[derive(Debug)]
pub(crate) struct ClearMessages;

impl Call for ClearMessages {
    const SUMMARY: &'static str = "Removes all messages.";
    type Query = NoQuery;
    type Request = ();
    type Response = ();

    async fn run(cx: &CallContext<'_>, _: NoQuery, (): ()) -> Result<(), ControlError> {
        cx.org.store.clear_messages().await;
        Ok(())
    }
}

impl MessageQuery {
    fn filter(&self) -> Filter {
        Filter {
            to: self.to.as_deref().map(Recipient::new),
            channel: self.channel.map(Channel::from),
            after: self.after,
        }
    }

    fn wait(&self) -> Duration {
        let seconds = if self.wait.is_finite() { self.wait.clamp(0.0, MAX_WAIT) } else { 0.0 };
        Duration::from_secs_f64(seconds)
    }
}

/// The messages in the inbox, or the first messages that arrive in time.
async fn arrived(org: &RunningOrg, filter: &Filter, wait: Duration) -> Found {
    let deadline = Instant::now() + wait;
    loop {
        // Subscribed before the search, so that no message can arrive unnoticed in between.
        let mut arrivals = org.store.arrivals();
        let found = org.store.messages(filter).await;
        // A delayed message arrives by the org's clock, which notifies nobody.
        let until = found.next.map_or(deadline, |next| deadline.min(Instant::now() + next));
        let is_over = |waited: Result<_, _>| waited.is_err() && until == deadline;
        if !found.messages.is_empty() || is_over(timeout_at(until, arrivals.changed()).await) {
            return found;
        }
    }
}

impl From<&Message> for ListedMessage {
    fn from(message: &Message) -> Self {
        let delivery = &message.delivery;
        Self {
            id: message.id,
            channel: delivery.channel.into(),
            to: delivery.to.clone(),
            subject: delivery.subject.clone(),
            text: delivery.text.clone(),
            html: delivery.html.clone(),
            otp: delivery.otp.clone(),
            link: delivery.link.clone(),
            sent_at: ApiTime(message.sent_at),
            expires_at: ApiTime(delivery.expires_at),
        }
    }
}

impl From<MessageChannel> for Channel {
    fn from(channel: MessageChannel) -> Self {
        match channel {
            MessageChannel::Email => Self::Email,
            MessageChannel::Sms => Self::Sms,
            MessageChannel::Voice => Self::Voice,
        }
    }
}

impl From<Channel> for MessageChannel {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::Email,
            Channel::Sms => Self::Sms,
            Channel::Voice => Self::Voice,
        }
    }
}
