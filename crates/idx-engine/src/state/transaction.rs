//! A transaction: one user's way from `interact` to an interaction code.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::env::{Env, whole_second};
use crate::ids;
use crate::idx::step::Step;
use crate::limits::{HANDLES_KEPT, LINKS_KEPT};
use crate::org::Org;
use crate::state::authorization_server::AuthorizationServer;
use crate::state::proof::Proof;

/// A transaction. It is small, and each change makes a new version.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Transaction {
    /// Its number in the org, from 1.
    pub number: u64,
    /// Increases by one with each change.
    pub version: u64,
    /// Never changes.
    pub interaction_handle: Arc<str>,
    /// Changes only on `cancel`, or with every step if the org rotates handles.
    pub state_handle: Arc<str>,
    /// Handles of earlier responses that are still valid, if the org rotates handles. The oldest are dropped.
    pub older_handles: Vec<Arc<str>>,
    /// The parameters of `interact`.
    pub interact: Arc<Interact>,
    /// A whole second. The transaction ends then.
    pub expires_at: Timestamp,
    /// Decides which page the client sees.
    pub step: Step,
    /// The links of its emails, the newest last. The oldest are dropped.
    pub links: Vec<Link>,
    /// What the user has proven in this transaction.
    pub proofs: Vec<Proof>,
}

impl Transaction {
    /// The next version, after the user moved on: the step's lifetime starts, and the handle rotates if the org rotates handles.
    pub(crate) fn advance(&self, step: Step, progress: Progress, org: &Org, env: &mut Env) -> Self {
        let Progress { proofs, is_proof_added } = progress;
        let expires_at = whole_second(step.expires_at(env.now));
        let mut next = Self { expires_at, proofs, ..self.in_place(step) };
        if is_proof_added {
            next.use_link(self.step.link());
        }
        next.note_new_link(self.step.link());
        if org.rotate_handles {
            let handle = ids::state_handle(env).into();
            let older = std::mem::replace(&mut next.state_handle, handle);
            push_within(&mut next.older_handles, older, HANDLES_KEPT);
        }
        next
    }

    /// The next version, on the same page: its lifetime and its handle stay.
    pub(crate) fn in_place(&self, step: Step) -> Self {
        Self { version: self.version + 1, step, ..self.clone() }
    }

    /// Marks the link of an answered challenge as used. If the user left the page without an answer, its link is stale instead.
    fn use_link(&mut self, answered: Option<&str>) {
        if let Some(last) = self.links.last_mut() {
            last.used |= answered == Some(&*last.token);
        }
    }

    /// Adds the link of a new email.
    pub(crate) fn note_new_link(&mut self, before: Option<&str>) {
        if let Some(token) = self.step.link().filter(|token| before != Some(token)) {
            let link = Link { token: token.into(), used: false };
            push_within(&mut self.links, link, LINKS_KEPT);
        }
    }
}

/// What the user has proven when a step ends.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The proofs of the transaction.
    pub(crate) proofs: Vec<Proof>,
    /// Whether the user proved an authenticator in this step.
    pub(crate) is_proof_added: bool,
}

/// Adds an item, and drops the oldest if there are more than `limit`.
fn push_within<T>(items: &mut Vec<T>, item: T, limit: usize) {
    items.push(item);
    items.drain(..items.len().saturating_sub(limit));
}

/// A link of an email.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The token in its address.
    pub token: Arc<str>,
    /// Whether the user entered the code of the same email, or opened the link.
    pub used: bool,
}

/// The parameters of `interact`.
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
    /// The device cookie of the browser that sent the request.
    pub browser: Option<String>,
}

impl Interact {
    /// The requested scopes.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split(' ')
    }

    pub(crate) fn has_scope(&self, wanted: &str) -> bool {
        self.scopes().any(|scope| scope == wanted)
    }
}
