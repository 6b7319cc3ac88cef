//! The store in memory, gone with the process.

mod expiry;
mod records;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use idx_engine::{Conflict, Loaded, Needs, User};
use jiff::Timestamp;
use tokio::sync::watch;

use crate::clock::{Clock, ClockAdjustment, ClockError, ClockStart};
use crate::faults::{ActiveFault, FaultRules, FaultTarget, Faults};
use crate::inbox::{Filter, Found, Inbox, Message};
use crate::journal::{Entry, Exchanges, Journal};
use crate::store::{ClockReading, Commit, Outgoing, Store};

pub use records::Records;

/// One plain mutex per org. Nothing is awaited, hashed or signed while it is held.
#[derive(Debug)]
pub(crate) struct MemoryStore {
    seed: u64,
    clock: ClockStart,
    state: Mutex<State>,
    arrivals: watch::Sender<()>,
}

#[derive(Debug)]
struct State {
    records: Records,
    clock: Clock,
    inbox: Inbox,
    journal: Journal,
    faults: Faults,
}

impl MemoryStore {
    pub(crate) fn new(seed: u64, clock: ClockStart) -> Self {
        let state = Mutex::new(State::new(seed, clock));
        Self { seed, clock, state, arrivals: watch::Sender::new(()) }
    }

    /// A thread that panicked while it held the lock has lost its own request, and no other.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new(seed: u64, clock: ClockStart) -> Self {
        Self {
            records: Records::new(seed),
            clock: Clock::starting(clock),
            inbox: Inbox::default(),
            journal: Journal::default(),
            faults: Faults::default(),
        }
    }

    fn read_clock(&mut self) -> ClockReading {
        let now = self.clock.now();
        ClockReading { now, frozen: self.clock.is_frozen(), deadlines: self.records.deadlines(now) }
    }
}

impl Store for MemoryStore {
    async fn load(&self, needs: &Needs) -> Loaded {
        let mut state = self.lock();
        let now = state.clock.now();
        state.records.load(needs, now)
    }

    async fn commit(&self, commit: Commit<'_>) -> Result<Vec<Arc<Message>>, Conflict> {
        let Commit { changes, messages, at } = commit;
        // A client that waits must also learn of a delayed message, since it waits until the next message is due.
        let notify = !messages.is_empty();
        let mut state = self.lock();
        state.records.commit(changes, at)?;
        let arrived: Vec<_> = messages
            .into_iter()
            .filter_map(|Outgoing { delivery, due }| state.inbox.accept(delivery, at, due))
            .collect();
        drop(state);
        if notify {
            self.arrivals.send_replace(());
        }
        Ok(arrived)
    }

    async fn now(&self) -> Timestamp {
        self.lock().clock.now()
    }

    async fn reset(&self) {
        let initial = State::new(self.seed, self.clock);
        // The old state is dropped with nothing locked.
        let _old = std::mem::replace(&mut *self.lock(), initial);
    }

    async fn users(&self) -> Vec<Arc<User>> {
        self.lock().records.users().cloned().collect()
    }

    async fn user(&self, id: &str) -> Option<Arc<User>> {
        self.lock().records.user(id).cloned()
    }

    async fn remove_user(&self, id: &str) -> bool {
        self.lock().records.remove_user(id)
    }

    async fn clock(&self) -> ClockReading {
        self.lock().read_clock()
    }

    async fn adjust_clock(&self, adjustment: &ClockAdjustment) -> Result<ClockReading, ClockError> {
        let mut guard = self.lock();
        let state = &mut *guard;
        let next_deadline = |now| state.records.deadlines(now).first().map(|next| next.at);
        state.clock = state.clock.adjusted(adjustment, next_deadline)?;
        let reading = state.read_clock();
        drop(guard);
        // A delayed message may be due now.
        self.arrivals.send_replace(());
        Ok(reading)
    }

    async fn messages(&self, filter: &Filter) -> Found {
        let mut state = self.lock();
        let now = state.clock.now();
        let runs = !state.clock.is_frozen();
        state.inbox.find(filter, now, runs)
    }

    async fn clear_messages(&self) {
        self.lock().inbox.clear();
    }

    fn arrivals(&self) -> watch::Receiver<()> {
        self.arrivals.subscribe()
    }

    async fn faults(&self) -> FaultRules {
        self.lock().faults.rules().clone()
    }

    async fn set_faults(&self, rules: FaultRules) {
        self.lock().faults = Faults::new(rules);
    }

    async fn select_fault(&self, target: FaultTarget<'_>) -> Option<ActiveFault> {
        self.lock().faults.select(target, self.seed)
    }

    async fn record(&self, exchange: &Arc<Entry>) -> u64 {
        let written = self.lock().journal.write(exchange);
        written.id
    }

    async fn exchanges(&self) -> Exchanges {
        self.lock().journal.all()
    }
}

#[cfg(test)]
mod tests {
    use idx_engine::{Channel, Delivery};

    use super::*;

    #[tokio::test]
    async fn delayed_message_wakes_waiting_clients() {
        let store = MemoryStore::new(7, ClockStart::default());
        let arrivals = store.arrivals();
        let at = store.now().await;
        let delivery = Delivery {
            channel: Channel::Sms,
            to: "+15551234567".to_owned(),
            subject: None,
            text: String::new(),
            html: None,
            otp: None,
            link: None,
            expires_at: at,
        };
        let messages = vec![Outgoing { delivery, due: Some(at) }];
        store.commit(Commit { changes: &[], messages, at }).await.unwrap();
        assert!(arrivals.has_changed().unwrap());
    }
}
