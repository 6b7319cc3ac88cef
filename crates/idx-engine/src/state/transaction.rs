//! A transaction: one person's way from `interact` to an interaction code.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::authorization_server::AuthorizationServer;
use crate::state::step::Step;

/// A transaction. It is small, and each change makes a new one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Transaction {
    /// Its number in the org, from 1.
    pub number: u64,
    /// Goes up by one with each change.
    pub version: u64,
    /// Stays for life.
    pub interaction_handle: Arc<str>,
    /// Stays until `cancel`, but where the org's handles rotate.
    pub state_handle: Arc<str>,
    /// Handles of earlier answers that are good still, where handles rotate.
    pub older_handles: Vec<Arc<str>>,
    /// What the client asked for.
    pub interact: Arc<Interact>,
    /// A whole second. From then on the transaction is gone.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub step: Step,
    /// The links of its mails, the newest last.
    pub links: Vec<Link>,
    /// Whether a person's hook is being asked about the profile that was sent.
    pub asking: bool,
}

impl Transaction {
    /// Keeps the links in step: the one of the step before is used up if it was answered, and a new mail's is the newest.
    pub(crate) fn note_links(&mut self, before: &Step) {
        let (old, new) = (before.link(), self.step.link());
        if old == new {
            return;
        }
        // A link that the client left behind without answering is stale, not used.
        let answered = new.is_none() && !matches!(self.step, Step::Start(_));
        if let Some(last) = self.links.last_mut() {
            last.used |= answered && old == Some(&*last.token);
        }
        if let Some(token) = new {
            self.links.push(Link { token: token.into(), used: false });
        }
    }
}

/// A link of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its token.
    pub token: Arc<str>,
    /// Whether the code of its mail was answered, or the link itself used.
    pub used: bool,
}

/// What the client asked for at `interact`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the parameters")]
pub struct Interact {
    pub authorization_server: AuthorizationServer,
    pub client_id: String,
    pub scope: String,
    pub redirect_uri: String,
    pub code_challenge: Option<String>,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub max_age: Option<i64>,
    /// The browser that asked, by its device cookie.
    pub browser: Option<String>,
}
