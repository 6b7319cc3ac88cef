//! An org that runs: its document, its records and its address.

use std::sync::Arc;

use arc_swap::ArcSwap;
use idx_engine::{Delivery, Org};

use crate::address::Address;
use crate::events::{Event, Events};
use crate::inbox::Message;
use crate::journal::Entry;
use crate::store::{OrgStore, Store as _};

/// An org that runs.
#[derive(Debug)]
pub(crate) struct RunningOrg {
    pub(crate) id: String,
    pub(crate) seed: u64,
    pub(crate) address: Address,
    pub(crate) store: OrgStore,
    document: ArcSwap<Org>,
    events: Events,
}

impl RunningOrg {
    pub(crate) fn new(
        id: String,
        document: Arc<Org>,
        seed: u64,
        address: Address,
        store: OrgStore,
        events: Events,
    ) -> Self {
        Self { id, seed, address, store, document: ArcSwap::new(document), events }
    }

    /// The newest version of the org document.
    pub(crate) fn document(&self) -> Arc<Org> {
        self.document.load_full()
    }

    /// Restores the initial state, clock and random streams included.
    pub(crate) async fn reset(&self) {
        self.store.reset().await;
    }

    /// Tells whoever listens about an exchange and the messages it sent.
    pub(crate) fn announce(&self, exchange: &Entry, messages: &[Arc<Message>]) {
        self.events.send(|| Event::Exchange {
            org: self.id.clone(),
            at: exchange.at,
            method: exchange.head.method().to_owned(),
            path: exchange.head.path().to_owned(),
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
