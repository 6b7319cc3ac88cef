//! Everything that the store's mutex protects.

use idx_engine::Epoch;

use crate::clock::{Clock, ClockStart};
use crate::faults::Faults;
use crate::inbox::Inbox;
use crate::journal::Journal;
use crate::limits::Limits;
use crate::store::memory::records::Records;
use crate::usage::{Amount, Usage};

#[derive(Debug)]
pub(super) struct State {
    pub(super) records: Records,
    pub(super) clock: Clock,
    pub(super) inbox: Inbox,
    pub(super) journal: Journal,
    pub(super) faults: Faults,
}

impl State {
    pub(super) fn new(seed: u64, epoch: Epoch, clock: ClockStart, limits: Limits) -> Self {
        Self {
            records: Records::new(seed, epoch).limited(limits.transaction_bytes),
            clock: Clock::starting(clock),
            inbox: Inbox::new(limits),
            journal: Journal::new(limits),
            faults: Faults::default(),
        }
    }

    pub(super) fn usage(&self) -> Usage {
        let records = &self.records;
        Usage {
            journal: self.journal.amount(),
            messages: self.inbox.amount(),
            delayed_messages: self.inbox.delayed(),
            transactions: records.transactions(),
            users: Amount { count: records.user_count(), bytes: records.user_bytes(), dropped: 0 },
            fault_rules: self.faults.rules().rules.len(),
            longest_lock: 0,
        }
    }
}
