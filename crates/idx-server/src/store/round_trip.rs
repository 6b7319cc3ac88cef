//! A store for tests. Each record passes through JSON whenever it crosses the seam, and each call yields before and after, so whatever is shared past the
//! seam, or relies on two calls not being interleaved, breaks a test.

use std::sync::Arc;

use idx_engine::{Conflict, Loaded, Needs, User};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use tokio::task::yield_now;

use crate::clock::{ClockAdjustment, ClockError};
use crate::faults::{ActiveFault, FaultRules, FaultTarget};
use crate::inbox::{Filter, Found, Message};
use crate::journal::{Entry, Exchanges};
use crate::store::memory::MemoryStore;
use crate::store::{ClockReading, Commit, Store};
use crate::usage::Usage;

#[derive(Debug)]
pub(crate) struct RoundTripStore {
    memory: MemoryStore,
}

impl RoundTripStore {
    pub(crate) fn new(memory: MemoryStore) -> Self {
        Self { memory }
    }
}

/// The value that a store across a network would return.
fn round_trip<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let sent = serde_json::to_string(value).expect("a record can be written");
    let received: T = serde_json::from_str(&sent)
        .unwrap_or_else(|error| panic!("a record cannot be read: {error} in {sent}"));
    let again = serde_json::to_string(&received).expect("a record can be written");
    assert_eq!(again, sent, "a record has changed on its way");
    received
}

/// Awaits a call of the memory store between two yields.
async fn between_yields<T>(call: impl Future<Output = T>) -> T {
    yield_now().await;
    let value = call.await;
    yield_now().await;
    value
}

impl Store for RoundTripStore {
    async fn load(&self, needs: &Needs) -> Loaded {
        round_trip(&between_yields(self.memory.load(&round_trip(needs))).await)
    }

    async fn commit(&self, commit: Commit<'_>) -> Result<Vec<Arc<Message>>, Conflict> {
        let changes = round_trip(&commit.changes.to_vec());
        let messages = round_trip(&commit.messages);
        let commit =
            Commit { changes: &changes, messages, at: commit.at, epoch: round_trip(&commit.epoch) };
        between_yields(self.memory.commit(commit)).await.map(|arrived| round_trip(&arrived))
    }

    async fn now(&self) -> Timestamp {
        between_yields(self.memory.now()).await
    }

    async fn reset(&self) {
        between_yields(self.memory.reset()).await;
    }

    async fn users(&self, after: Option<String>, limit: usize) -> Vec<Arc<User>> {
        round_trip(&between_yields(self.memory.users(after, limit)).await)
    }

    async fn user(&self, id: &str) -> Option<Arc<User>> {
        round_trip(&between_yields(self.memory.user(id)).await)
    }

    async fn remove_user(&self, id: &str) -> bool {
        between_yields(self.memory.remove_user(id)).await
    }

    async fn clock(&self) -> ClockReading {
        round_trip(&between_yields(self.memory.clock()).await)
    }

    async fn adjust_clock(&self, adjustment: &ClockAdjustment) -> Result<ClockReading, ClockError> {
        let adjustment = round_trip(adjustment);
        between_yields(self.memory.adjust_clock(&adjustment))
            .await
            .map(|reading| round_trip(&reading))
    }

    async fn messages(&self, filter: &Filter) -> Found {
        round_trip(&between_yields(self.memory.messages(&round_trip(filter))).await)
    }

    async fn clear_messages(&self) {
        between_yields(self.memory.clear_messages()).await;
    }

    fn arrivals(&self) -> watch::Receiver<()> {
        self.memory.arrivals()
    }

    async fn faults(&self) -> FaultRules {
        round_trip(&between_yields(self.memory.faults()).await)
    }

    async fn set_faults(&self, rules: FaultRules) {
        between_yields(self.memory.set_faults(round_trip(&rules))).await;
    }

    async fn select_fault(&self, target: FaultTarget<'_>) -> Option<ActiveFault> {
        round_trip(&between_yields(self.memory.select_fault(target)).await)
    }

    async fn record(&self, exchange: &Arc<Entry>) -> u64 {
        between_yields(self.memory.record(exchange)).await
    }

    async fn exchanges(&self, since: u64) -> Exchanges {
        between_yields(self.memory.exchanges(since)).await
    }

    fn is_full(&self) -> bool {
        self.memory.is_full()
    }

    async fn usage(&self) -> Usage {
        between_yields(self.memory.usage()).await
    }
}
