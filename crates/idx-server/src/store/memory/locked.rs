//! A locked org, which counts the records that a request visits before it unlocks the org.

use std::ops::{Deref, DerefMut};
use std::sync::MutexGuard;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::inbox::Inbox;
use crate::journal::Journal;
use crate::store::memory::records::Records;
use crate::store::memory::state::State;
use crate::store::memory::visits::Visits;

#[derive(Debug)]
pub(super) struct Locked<'a> {
    state: MutexGuard<'a, State>,
    visits: Visits,
    /// The largest count so far.
    longest: &'a AtomicUsize,
}

impl<'a> Locked<'a> {
    pub(super) fn new(
        state: MutexGuard<'a, State>,
        records_per_lock: usize,
        longest: &'a AtomicUsize,
    ) -> Self {
        Self { state, visits: Visits::new(records_per_lock), longest }
    }

    pub(super) fn records(&mut self) -> (&mut Records, &mut Visits) {
        (&mut self.state.records, &mut self.visits)
    }

    pub(super) fn inbox(&mut self) -> (&mut Inbox, &mut Visits) {
        (&mut self.state.inbox, &mut self.visits)
    }

    pub(super) fn journal(&mut self) -> (&mut Journal, &mut Visits) {
        (&mut self.state.journal, &mut self.visits)
    }
}

impl Deref for Locked<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let visited = self.visits.count();
        if visited > self.longest.load(Ordering::Relaxed) {
            self.longest.fetch_max(visited, Ordering::Relaxed);
        }
    }
}
