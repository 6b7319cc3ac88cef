//! A running org: its document, records and address.

use std::sync::Arc;

use arc_swap::ArcSwap;
use idx_engine::{Delivery, Org};

use crate::address::Address;
use crate::events::{Event, Events};
use crate::inbox::Message;
use crate::journal::{Entry, redacted_path};
use crate::keys::SigningKey;
use crate::store::{OrgStore, Store as _};

#[derive(Debug)]
pub(crate) struct RunningOrg {
    pub(crate) id: String,
    pub(crate) seed: u64,
    /// Signs the org's tokens.
    pub(crate) key: &'static SigningKey,
    pub(crate) address: Address,
    pub(crate) store: OrgStore,
    version: ArcSwap<OrgVersion>,
    /// The document that a reset restores.
    initial: ArcSwap<Org>,
    events: Events,
}

/// A version of the org document. A request uses the same version throughout.
#[derive(Debug, Clone)]
pub(crate) struct OrgVersion {
    /// From 1.
    pub(crate) number: u64,
    pub(crate) document: Arc<Org>,
}

impl RunningOrg {
    pub(crate) fn new(
        id: String,
        document: Arc<Org>,
        seed: u64,
        key: &'static SigningKey,
        address: Address,
        store: OrgStore,
        events: Events,
    ) -> Self {
        let version = OrgVersion { number: 1, document: Arc::clone(&document) };
        let (version, initial) = (ArcSwap::from_pointee(version), ArcSwap::new(document));
        Self { id, seed, key, address, store, version, initial, events }
    }

    /// The newest version of the org document.
    pub(crate) fn version(&self) -> OrgVersion {
        OrgVersion::clone(&self.version.load())
    }

    /// Replaces the org document until the next reset.
    pub(crate) fn replace(&self, document: &Arc<Org>) {
        self.version
            .rcu(|old| OrgVersion { number: old.number + 1, document: Arc::clone(document) });
    }

    /// Replaces the org document and the document that a reset restores.
    pub(crate) fn reload(&self, document: Arc<Org>) {
        self.replace(&document);
        self.initial.store(document);
    }

    /// Removes all records and restores the initial document, clock and random streams. Handles and tokens of the time before are worthless, because the
    /// epoch is another one.
    pub(crate) async fn reset(&self) {
        self.replace(&self.initial.load());
        self.store.reset().await;
    }

    /// Sends events for an exchange and its messages to the subscribers.
    pub(crate) fn announce(&self, exchange: &Entry, messages: &[Arc<Message>]) {
        self.events.send(|| Event::Exchange {
            org: self.id.clone(),
            at: exchange.at,
            method: exchange.head.method().to_owned(),
            path: redacted_path(exchange.head.path()),
            status: exchange.response.status.as_u16(),
            trace: exchange.trace.clone(),
        });
        for message in messages {
            let Delivery { channel, to, otp, link, .. } = &message.delivery;
            self.events.send(|| Event::Message {
                org: self.id.clone(),
                at: message.sent_at,
                channel: *channel,
                to: to.clone(),
                otp: otp.clone(),
                link: link.clone(),
            });
        }
    }
}
