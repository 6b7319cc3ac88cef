//! `messages`: what people got, with a wait for what is on its way.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use idx_engine::Channel;
use serde::Serialize;
use serde_json::json;
use tokio::time::{Instant, timeout_at};

use crate::answer::Answer;
use crate::control::query::Query;
use crate::control::{ControlError, ok};
use crate::inbox::{Filter, Found, Message, Recipient};
use crate::running_org::RunningOrg;
use crate::store::Store as _;

/// The longest wait, in real seconds.
const LONGEST_WAIT: f64 = 60.0;

/// A message as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    id: u64,
    channel: &'static str,
    to: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    otp: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    sent_at: String,
    expires_at: String,
}

pub(crate) async fn list(org: &RunningOrg, query: &Query<'_>) -> Result<Answer, ControlError> {
    let filter = filter(query)?;
    let wait = query.number("wait", 0.0_f64)?;
    let wait = if wait.is_finite() { wait.clamp(0.0, LONGEST_WAIT) } else { 0.0 };
    show(&arrived(org, &filter, Duration::from_secs_f64(wait)).await)
}

pub(crate) async fn clear(org: &RunningOrg) -> Answer {
    org.store.clear_messages().await;
    Answer::empty(StatusCode::NO_CONTENT)
}

fn filter(query: &Query<'_>) -> Result<Filter, ControlError> {
    let channel = match query.get("channel") {
        None | Some("") => None,
        Some(name) => Some(
            [Channel::Email, Channel::Sms, Channel::Voice]
                .into_iter()
                .find(|channel| channel.name() == name)
                .ok_or_else(|| {
                    ControlError::bad_request(format!(
                        "channel is {name:?}; it can be email, sms or voice"
                    ))
                })?,
        ),
    };
    let to = query.get("to").filter(|to| !to.is_empty()).map(Recipient::new);
    Ok(Filter { to, channel, after: query.number("after", 0)? })
}

/// The messages that are there, or else the first that arrive in time.
async fn arrived(org: &RunningOrg, filter: &Filter, wait: Duration) -> Vec<Arc<Message>> {
    let deadline = Instant::now() + wait;
    loop {
        // Subscribed before the search, so that no message can arrive unnoticed in between.
        let mut arrivals = org.store.arrivals();
        let Found { messages, next } = org.store.messages(filter).await;
        // A delayed message arrives by the org's clock, which notifies nobody.
        let until = next.map_or(deadline, |next| deadline.min(Instant::now() + next));
        let is_over = |waited: Result<_, _>| waited.is_err() && until == deadline;
        if !messages.is_empty() || is_over(timeout_at(until, arrivals.changed()).await) {
            return messages;
        }
    }
}

fn show(messages: &[Arc<Message>]) -> Result<Answer, ControlError> {
    let shown: Vec<Shown<'_>> = messages
        .iter()
        .map(|message| Shown {
            id: message.id,
            channel: message.delivery.channel.name(),
            to: &message.delivery.to,
            subject: message.delivery.subject.as_deref(),
            text: &message.delivery.text,
            html: message.delivery.html.as_deref(),
            otp: message.delivery.otp.as_deref(),
            link: message.delivery.link.as_deref(),
            sent_at: format!("{:.3}", message.sent_at),
            expires_at: format!("{:.3}", message.delivery.expires_at),
        })
        .collect();
    ok(&json!({"messages": shown}))
}
