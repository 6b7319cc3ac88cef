//! Where an org's records live: users, transactions, counters, random streams, the clock, the inbox, faults and the journal.
//!
//! Everything else in this crate reaches them through [`Store`] alone, so a store across a network needs no change outside this folder.

mod memory;
#[cfg(feature = "round-trip-store")]
mod round_trip;

use std::sync::Arc;

use idx_engine::{Change, Conflict, Delivery, Loaded, Needs, User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::clock::{ClockAdjustment, ClockError, ClockStart};
use crate::faults::{Acting, Document, Seen};
use crate::inbox::{Filter, Found, Message};
use crate::journal::{Entry, Exchanges};

pub(crate) use memory::MemoryStore;
pub use memory::Records;
#[cfg(feature = "round-trip-store")]
pub(crate) use round_trip::RoundTripStore;

/// An org's records. A future of the memory store is ready at its first poll and allocates nothing.
pub(crate) trait Store {
    /// The records that a request reads, with the time and a random stream for it.
    fn load(&self, needs: &Needs) -> impl Future<Output = Loaded> + Send;
    /// Applies everything, or nothing if a record has changed since it was loaded. Returns the messages that have arrived.
    fn commit(
        &self,
        commit: Commit<'_>,
    ) -> impl Future<Output = Result<Vec<Arc<Message>>, Conflict>> + Send;
    /// The org's time.
    fn now(&self) -> impl Future<Output = Timestamp> + Send;
    /// Restores the initial state, clock and random streams included.
    fn reset(&self) -> impl Future<Output = ()> + Send;

    /// The users, by id.
    fn users(&self) -> impl Future<Output = Vec<Arc<User>>> + Send;
    fn user(&self, id: &str) -> impl Future<Output = Option<Arc<User>>> + Send;
    /// Removes a user and the transactions they are in. False if the id is unknown.
    fn remove_user(&self, id: &str) -> impl Future<Output = bool> + Send;

    fn clock(&self) -> impl Future<Output = ClockReading> + Send;
    /// Applies every part of an adjustment, or none.
    fn adjust_clock(
        &self,
        adjustment: &ClockAdjustment,
    ) -> impl Future<Output = Result<ClockReading, ClockError>> + Send;

    fn messages(&self, filter: &Filter) -> impl Future<Output = Found> + Send;
    fn clear_messages(&self) -> impl Future<Output = ()> + Send;
    /// Changes whenever `messages` may find more than before.
    fn arrivals(&self) -> watch::Receiver<()>;

    /// The fault rules.
    fn faults(&self) -> impl Future<Output = Document> + Send;
    /// Replaces the fault rules, which count from the beginning again.
    fn set_faults(&self, rules: Document) -> impl Future<Output = ()> + Send;
    /// The fault that acts on a request, if any.
    fn decide_fault(&self, seen: Seen<'_>) -> impl Future<Output = Option<Acting>> + Send;

    /// Writes an exchange into the journal. Returns its id.
    fn record(&self, exchange: &Arc<Entry>) -> impl Future<Output = u64> + Send;
    fn exchanges(&self) -> impl Future<Output = Exchanges> + Send;
}

/// The writes of one request.
#[derive(Debug)]
pub(crate) struct Commit<'a> {
    pub(crate) changes: &'a [Change],
    pub(crate) messages: Vec<Outgoing>,
    /// The org's time at which the request was handled.
    pub(crate) at: Timestamp,
}

/// A message on its way to the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outgoing {
    pub(crate) delivery: Delivery,
    /// When it arrives, if a fault delays it.
    pub(crate) due: Option<Timestamp>,
}

/// The org's clock, as the control API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClockReading {
    pub(crate) now: Timestamp,
    pub(crate) frozen: bool,
    /// The future ones, the earliest first.
    pub(crate) deadlines: Vec<Deadline>,
}

/// When something ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Deadline {
    pub(crate) at: Timestamp,
    pub(crate) what: Ends,
    /// The transaction's number.
    pub(crate) transaction: u64,
}

/// What ends at a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ends {
    Code,
    InteractionCode,
    Transaction,
}

/// Which store an org uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StoreKind {
    /// The process's own memory.
    #[default]
    Memory,
    /// Memory behind a round trip through JSON, for tests.
    #[cfg(feature = "round-trip-store")]
    RoundTrip,
}

/// The store of an org. An enum, since futures of a trait object would have to be allocated.
#[derive(Debug)]
pub(crate) enum OrgStore {
    Memory(MemoryStore),
    #[cfg(feature = "round-trip-store")]
    RoundTrip(RoundTripStore),
}

impl OrgStore {
    pub(crate) fn new(kind: StoreKind, seed: u64, clock: ClockStart) -> Self {
        let memory = MemoryStore::new(seed, clock);
        match kind {
            StoreKind::Memory => Self::Memory(memory),
            #[cfg(feature = "round-trip-store")]
            StoreKind::RoundTrip => Self::RoundTrip(RoundTripStore::new(memory)),
        }
    }
}

/// Calls a method of whichever store it is.
macro_rules! dispatch {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            Self::Memory($store) => $call,
            #[cfg(feature = "round-trip-store")]
            Self::RoundTrip($store) => $call,
        }
    };
}

impl Store for OrgStore {
    async fn load(&self, needs: &Needs) -> Loaded {
        dispatch!(self, store => store.load(needs).await)
    }

    async fn commit(&self, commit: Commit<'_>) -> Result<Vec<Arc<Message>>, Conflict> {
        dispatch!(self, store => store.commit(commit).await)
    }

    async fn now(&self) -> Timestamp {
        dispatch!(self, store => store.now().await)
    }

    async fn reset(&self) {
        dispatch!(self, store => store.reset().await)
    }

    async fn users(&self) -> Vec<Arc<User>> {
        dispatch!(self, store => store.users().await)
    }

    async fn user(&self, id: &str) -> Option<Arc<User>> {
        dispatch!(self, store => store.user(id).await)
    }

    async fn remove_user(&self, id: &str) -> bool {
        dispatch!(self, store => store.remove_user(id).await)
    }

    async fn clock(&self) -> ClockReading {
        dispatch!(self, store => store.clock().await)
    }

    async fn adjust_clock(&self, adjustment: &ClockAdjustment) -> Result<ClockReading, ClockError> {
        dispatch!(self, store => store.adjust_clock(adjustment).await)
    }

    async fn messages(&self, filter: &Filter) -> Found {
        dispatch!(self, store => store.messages(filter).await)
    }

    async fn clear_messages(&self) {
        dispatch!(self, store => store.clear_messages().await)
    }

    fn arrivals(&self) -> watch::Receiver<()> {
        dispatch!(self, store => store.arrivals())
    }

    async fn faults(&self) -> Document {
        dispatch!(self, store => store.faults().await)
    }

    async fn set_faults(&self, rules: Document) {
        dispatch!(self, store => store.set_faults(rules).await)
    }

    async fn decide_fault(&self, seen: Seen<'_>) -> Option<Acting> {
        dispatch!(self, store => store.decide_fault(seen).await)
    }

    async fn record(&self, exchange: &Arc<Entry>) -> u64 {
        dispatch!(self, store => store.record(exchange).await)
    }

    async fn exchanges(&self) -> Exchanges {
        dispatch!(self, store => store.exchanges().await)
    }
}
