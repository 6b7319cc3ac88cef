//! The store in memory, gone with the process.

mod deadlines;
mod expiry;
mod locked;
mod records;
mod size;
mod state;
mod visits;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use idx_engine::{Conflict, Epoch, Loaded, Needs, User};
use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::yield_now;

use crate::clock::{ClockAdjustment, ClockError, ClockStart};
use crate::faults::{ActiveFault, FaultRules, FaultTarget, Faults};
use crate::inbox::{Filter, Found, Message};
use crate::journal::{Entry, Exchanges};
use crate::limits::{DEADLINES_LISTED, Limits};
use crate::store::memory::deadlines::Earliest;
use crate::store::memory::locked::Locked;
use crate::store::memory::records::Sweep;
use crate::store::memory::state::State;
use crate::store::{ClockReading, Commit, Deadline, Outgoing, Store};
use crate::usage::Usage;

pub use records::Records;

/// One plain mutex per org. Nothing is awaited, hashed or signed while it is held, and no request visits more records than the limits allow before it
/// unlocks the org for others.
#[derive(Debug)]
pub(crate) struct MemoryStore {
    seed: u64,
    clock: ClockStart,
    limits: Limits,
    state: Mutex<State>,
    arrivals: watch::Sender<()>,
    is_full: AtomicBool,
    /// The largest number of records that a request visited before it unlocked the org.
    longest_lock: AtomicUsize,
}

impl MemoryStore {
    pub(crate) fn new(seed: u64, epoch: Epoch, clock: ClockStart, limits: Limits) -> Self {
        Self {
            seed,
            clock,
            limits,
            state: Mutex::new(State::new(seed, epoch, clock, limits)),
            arrivals: watch::Sender::new(()),
            is_full: AtomicBool::new(false),
            longest_lock: AtomicUsize::new(0),
        }
    }

    fn lock(&self) -> Locked<'_> {
        // A thread that panicked while it held the lock has lost its own request, and no other.
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        Locked::new(state, self.limits.records_per_lock, &self.longest_lock)
    }

    /// Locks the org for each page of its records, until `page` returns true. Other requests run in between.
    async fn in_pages(&self, mut page: impl FnMut(&mut Locked<'_>) -> bool + Send) {
        while !page(&mut self.lock()) {
            yield_now().await;
        }
    }

    async fn deadlines(&self, after: Timestamp, limit: usize) -> Vec<Deadline> {
        let mut earliest = Earliest::new(after, limit);
        let mut last = None;
        self.in_pages(|state| {
            let (records, visits) = state.records();
            records.page_of_transactions(&mut last, visits, |transaction| earliest.add(transaction))
        })
        .await;
        earliest.into_sorted()
    }

    async fn read_clock(&self) -> ClockReading {
        let (now, frozen) = {
            let mut state = self.lock();
            (state.clock.now(), state.clock.is_frozen())
        };
        ClockReading { now, frozen, deadlines: self.deadlines(now, DEADLINES_LISTED).await }
    }

    /// Drops the transactions and tokens of a user.
    async fn sweep(&self, user: &str) {
        let mut sweep = Sweep::of(user);
        self.in_pages(|state| {
            let (records, visits) = state.records();
            records.sweep(&mut sweep, visits)
        })
        .await;
        self.note_size(&self.lock());
    }

    fn note_size(&self, state: &State) {
        let is_full = state.records.user_bytes() > self.limits.user_bytes;
        self.is_full.store(is_full, Ordering::Relaxed);
    }
}

/// Frees many records on a thread that serves no requests, since it can take seconds.
fn free(state: State, limits: Limits) {
    match Handle::try_current() {
        Ok(handle) if state.records.len() > limits.records_per_lock => {
            drop(handle.spawn_blocking(move || drop(state)));
        }
        _ => drop(state),
    }
}

impl Drop for MemoryStore {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let epoch = state.records.epoch();
        let empty = State::new(self.seed, epoch, self.clock, self.limits);
        let state = std::mem::replace(state, empty);
        free(state, self.limits);
    }
}

impl Store for MemoryStore {
    async fn load(&self, needs: &Needs) -> Loaded {
        let mut state = self.lock();
        let now = state.clock.now();
        state.records.load(needs, now)
    }

    async fn commit(&self, commit: Commit<'_>) -> Result<Vec<Arc<Message>>, Conflict> {
        let Commit { changes, messages, at, epoch } = commit;
        // A client that waits must also learn of a delayed message, since it waits until the next message is due.
        let notify = !messages.is_empty();
        let mut state = self.lock();
        if state.records.epoch() != epoch {
            return Err(Conflict);
        }
        state.records.apply_all(changes)?;
        let (records, visits) = state.records();
        records.tidy(at, visits);
        self.note_size(&state);
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
        let old = loop {
            let epoch = self.lock().records.epoch();
            let initial = State::new(self.seed, epoch.next(), self.clock, self.limits);
            let mut state = self.lock();
            // Another reset may have been faster.
            if state.records.epoch() == epoch {
                let old = std::mem::replace(&mut *state, initial);
                self.note_size(&state);
                break old;
            }
        };
        free(old, self.limits);
    }

    async fn users(&self, after: Option<String>, limit: usize) -> Vec<Arc<User>> {
        let mut after = after;
        let mut users = Vec::new();
        self.in_pages(|state| {
            let (records, visits) = state.records();
            records.page_of_users(&mut after, limit, visits, &mut users)
        })
        .await;
        users
    }

    async fn user(&self, id: &str) -> Option<Arc<User>> {
        self.lock().records.user(id).cloned()
    }

    async fn remove_user(&self, id: &str) -> bool {
        if self.lock().records.user(id).is_none() {
            return false;
        }
        self.sweep(id).await;
        let is_removed = self.lock().records.remove_user(id);
        // Another request may have begun a transaction of the user meanwhile.
        self.sweep(id).await;
        is_removed
    }

    async fn clock(&self) -> ClockReading {
        self.read_clock().await
    }

    async fn adjust_clock(&self, adjustment: &ClockAdjustment) -> Result<ClockReading, ClockError> {
        let others = ClockAdjustment { to_next_deadline: false, ..adjustment.clone() };
        loop {
            let mut adjusted = self.lock().clock.adjusted(&others, |_| None)?;
            let now = adjusted.now();
            let next = match adjustment.to_next_deadline {
                true => self.deadlines(now, 1).await.first().map(|next| next.at),
                false => None,
            };
            let mut state = self.lock();
            // A running clock may have passed the deadline while the org was unlocked.
            let is_passed = next.is_some_and(|next| next <= state.clock.now());
            if !is_passed {
                state.clock = state.clock.adjusted(adjustment, |_| next)?;
                break;
            }
        }
        let reading = self.read_clock().await;
        // A delayed message may be due now.
        self.arrivals.send_replace(());
        Ok(reading)
    }

    async fn messages(&self, filter: &Filter) -> Found {
        self.in_pages(|state| {
            let now = state.clock.now();
            let (inbox, visits) = state.inbox();
            inbox.release(now, || visits.add())
        })
        .await;
        let mut found = Found::default();
        let mut after = filter.after;
        self.in_pages(|state| {
            let (now, runs) = (state.clock.now(), !state.clock.is_frozen());
            let (inbox, visits) = state.inbox();
            let next = inbox.next_release().filter(|_| runs);
            found.next = next.map(|at| at.duration_since(now).unsigned_abs());
            found.dropped = inbox.dropped();
            inbox.page(filter, &mut after, || visits.add(), &mut found.messages)
        })
        .await;
        found
    }

    async fn clear_messages(&self) {
        let _freed_later = self.lock().inbox.clear();
    }

    fn arrivals(&self) -> watch::Receiver<()> {
        self.arrivals.subscribe()
    }

    async fn faults(&self) -> FaultRules {
        self.lock().faults.rules().clone()
    }

    async fn set_faults(&self, rules: FaultRules) {
        let _freed_later = std::mem::replace(&mut self.lock().faults, Faults::new(rules));
    }

    async fn select_fault(&self, target: FaultTarget<'_>) -> Option<ActiveFault> {
        self.lock().faults.select(target, self.seed)
    }

    async fn record(&self, exchange: &Arc<Entry>) -> u64 {
        let written = self.lock().journal.write(exchange);
        written.id
    }

    async fn exchanges(&self, since: u64) -> Exchanges {
        let mut exchanges = Exchanges { entries: Vec::new(), dropped: 0 };
        let mut after = since;
        self.in_pages(|state| {
            let (journal, visits) = state.journal();
            exchanges.dropped = journal.dropped();
            journal.page(&mut after, || visits.add(), &mut exchanges.entries)
        })
        .await;
        exchanges
    }

    fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    async fn usage(&self) -> Usage {
        let mut usage = self.lock().usage();
        usage.longest_lock = self.longest_lock.load(Ordering::Relaxed);
        usage
    }
}

#[cfg(test)]
mod tests {
    use idx_engine::{Channel, Delivery};

    use super::*;

    #[tokio::test]
    async fn delayed_message_wakes_waiting_clients() {
        let limits = Limits::default();
        let store = MemoryStore::new(7, Epoch::first(7, 0), ClockStart::default(), limits);
        let env = store.load(&Needs::default()).await.env();
        let arrivals = store.arrivals();
        let at = env.now;
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
        store.commit(Commit::of(&[], messages, &env)).await.unwrap();
        assert!(arrivals.has_changed().unwrap());
    }

    #[tokio::test]
    async fn writes_of_a_request_that_a_reset_overtook_are_refused() {
        let limits = Limits::default();
        let store = MemoryStore::new(7, Epoch::first(7, 0), ClockStart::default(), limits);
        let before = store.load(&Needs::default()).await.env();
        store.reset().await;
        let late = Commit::of(&[], Vec::new(), &before);
        assert_eq!(store.commit(late).await.unwrap_err(), Conflict);
        let after = store.load(&Needs::default()).await.env();
        store.commit(Commit::of(&[], Vec::new(), &after)).await.unwrap();
    }
}
