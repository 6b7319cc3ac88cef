//! The history of one org: its exchanges and messages.

use serde::Deserialize;
use serde_json::Value;

use crate::client_request::{ClientRequest, ServerResponse};

/// The exchanges and messages of an org.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// The client's requests, with the responses that it received.
    pub(crate) exchanges: Vec<(ClientRequest, ServerResponse)>,
    /// Oldest first.
    pub(crate) messages: Vec<Message>,
    /// The secret of the confidential client.
    pub(crate) secret: Option<String>,
}

/// An email, an SMS or a voice call.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Message {
    pub(crate) channel: String,
    pub(crate) otp: Option<String>,
    pub(crate) link: Option<String>,
}

impl History {
    /// The newest page.
    pub(crate) fn page(&self) -> Value {
        let mut pages = self.exchanges.iter().rev().map(|(_, response)| response.value());
        pages.find(|page| page["stateHandle"].is_string()).unwrap_or_default()
    }

    /// The newest state handle.
    pub(crate) fn state_handle(&self) -> String {
        self.page()["stateHandle"].as_str().unwrap_or_default().to_owned()
    }

    /// The newest interaction handle.
    pub(crate) fn interaction_handle(&self) -> String {
        let mut responses = self.exchanges.iter().rev();
        responses.find_map(|(_, response)| response.text("/interaction_handle")).unwrap_or_default()
    }

    /// Whether a response contained this text.
    pub(crate) fn has_returned(&self, text: &str) -> bool {
        let contains =
            |response: &ServerResponse| String::from_utf8_lossy(&response.body).contains(text);
        self.exchanges.iter().any(|(_, response)| contains(response))
    }

    /// The response of the first exchange that matches.
    pub(crate) fn first_response(
        &self,
        matches: impl Fn(&ClientRequest, &ServerResponse) -> bool,
    ) -> Option<ServerResponse> {
        let found = self.exchanges.iter().find(|(request, response)| matches(request, response));
        found.map(|(_, response)| response.clone())
    }

    /// Whether the client sent an earlier request to this endpoint.
    pub(crate) fn was_called(&self, endpoint: &str) -> bool {
        self.exchanges.iter().any(|(request, _)| request.is(endpoint))
    }

    /// Whether the client sent an identical request before.
    pub(crate) fn is_repeated(&self, request: &ClientRequest) -> bool {
        self.exchanges
            .iter()
            .any(|(known, _)| known.target == request.target && known.body == request.body)
    }

    /// The code of the newest message, if the message used this channel.
    pub(crate) fn newest_code(&self, channel: &str) -> Option<String> {
        self.messages.last().filter(|message| message.channel == channel)?.otp.clone()
    }

    /// Whether the org sent this code in any message.
    pub(crate) fn has_sent_code(&self, code: &str) -> bool {
        self.messages.iter().any(|message| message.otp.as_deref() == Some(code))
    }

    /// Path and query of the newest link.
    pub(crate) fn link(&self) -> Option<String> {
        let link = self.messages.iter().rev().find_map(|message| message.link.clone())?;
        let after_scheme = link.split_once("://")?.1;
        Some(after_scheme[after_scheme.find('/')?..].to_owned())
    }
}
