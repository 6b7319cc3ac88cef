//! The store of an org: one of the implementations.

use std::sync::Arc;

use idx_engine::{Conflict, Epoch, Loaded, Needs, User};
use jiff::Timestamp;
use tokio::sync::watch;

use crate::clock::{ClockAdjustment, ClockError, ClockStart};
use crate::faults::{ActiveFault, FaultRules, FaultTarget};
use crate::inbox::{Filter, Found, Message};
use crate::journal::{Entry, Exchanges};
use crate::limits::Limits;
use crate::store::memory::MemoryStore;
#[cfg(feature = "round-trip-store")]
use crate::store::round_trip::RoundTripStore;
use crate::store::{ClockReading, Commit, Store};
use crate::usage::Usage;

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
    pub(crate) fn new(
        kind: StoreKind,
        seed: u64,
        epoch: Epoch,
        clock: ClockStart,
        limits: Limits,
    ) -> Self {
        let memory = MemoryStore::new(seed, epoch, clock, limits);
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

    async fn users(&self, after: Option<String>, limit: usize) -> Vec<Arc<User>> {
        dispatch!(self, store => store.users(after, limit).await)
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

    async fn faults(&self) -> FaultRules {
        dispatch!(self, store => store.faults().await)
    }

    async fn set_faults(&self, rules: FaultRules) {
        dispatch!(self, store => store.set_faults(rules).await)
    }

    async fn select_fault(&self, target: FaultTarget<'_>) -> Option<ActiveFault> {
        dispatch!(self, store => store.select_fault(target).await)
    }

    async fn record(&self, exchange: &Arc<Entry>) -> u64 {
        dispatch!(self, store => store.record(exchange).await)
    }

    async fn exchanges(&self, since: u64) -> Exchanges {
        dispatch!(self, store => store.exchanges(since).await)
    }

    fn is_full(&self) -> bool {
        dispatch!(self, store => store.is_full())
    }

    async fn usage(&self) -> Usage {
        dispatch!(self, store => store.usage().await)
    }
}
