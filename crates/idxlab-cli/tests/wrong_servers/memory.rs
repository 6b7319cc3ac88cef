//! What a server remembers of one org: a proxy has none, and so can do none of this.

use serde::Deserialize;
use serde_json::Value;

use crate::call::{Answer, Call};

/// Everything that went through, and what the org sent to people.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    /// Requests as the client made them, with the answers that it was shown.
    pub(crate) exchanges: Vec<(Call, Answer)>,
    /// Oldest first.
    pub(crate) messages: Vec<Message>,
    /// Of the confidential client.
    pub(crate) secret: Option<String>,
}

/// A mail, a text message or a call.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Message {
    pub(crate) channel: String,
    pub(crate) otp: Option<String>,
    pub(crate) link: Option<String>,
}

impl Memory {
    /// The newest page.
    pub(crate) fn page(&self) -> Value {
        let mut pages = self.exchanges.iter().rev().map(|(_, answer)| answer.value());
        pages.find(|page| page["stateHandle"].is_string()).unwrap_or_default()
    }

    /// The newest handle of a transaction.
    pub(crate) fn state_handle(&self) -> String {
        self.page()["stateHandle"].as_str().unwrap_or_default().to_owned()
    }

    /// The newest handle of an interaction.
    pub(crate) fn interaction_handle(&self) -> String {
        let mut answers = self.exchanges.iter().rev();
        answers.find_map(|(_, answer)| answer.text("/interaction_handle")).unwrap_or_default()
    }

    /// Whether a text ever stood in an answer: a handle that was given out did.
    pub(crate) fn gave_out(&self, text: &str) -> bool {
        let in_answer = |answer: &Answer| String::from_utf8_lossy(&answer.body).contains(text);
        self.exchanges.iter().any(|(_, answer)| in_answer(answer))
    }

    /// What was answered first to a request that this holds of.
    pub(crate) fn answer_to(&self, is_it: impl Fn(&Call, &Answer) -> bool) -> Option<Answer> {
        let found = self.exchanges.iter().find(|(call, answer)| is_it(call, answer));
        found.map(|(_, answer)| answer.clone())
    }

    /// Whether the client asked this endpoint before.
    pub(crate) fn was_asked(&self, endpoint: &str) -> bool {
        self.exchanges.iter().any(|(call, _)| call.is(endpoint))
    }

    /// The same request as before, to the letter.
    pub(crate) fn is_again(&self, call: &Call) -> bool {
        self.exchanges
            .iter()
            .any(|(known, _)| known.target == call.target && known.body == call.body)
    }

    /// The newest code, where the newest message came this way.
    pub(crate) fn code_by(&self, channel: &str) -> Option<String> {
        self.messages.last().filter(|message| message.channel == channel)?.otp.clone()
    }

    /// Whether a code was ever sent to anybody.
    pub(crate) fn was_sent(&self, code: &str) -> bool {
        self.messages.iter().any(|message| message.otp.as_deref() == Some(code))
    }

    /// Path and query of the newest link.
    pub(crate) fn link(&self) -> Option<String> {
        let link = self.messages.iter().rev().find_map(|message| message.link.clone())?;
        let after_scheme = link.split_once("://")?.1;
        Some(after_scheme[after_scheme.find('/')?..].to_owned())
    }
}
