//! The deadlines of an org's transactions.

use std::collections::BinaryHeap;

use idx_engine::{Step, Transaction};
use jiff::Timestamp;

use crate::store::{Deadline, Ends};

/// The earliest deadlines after an instant, up to a number.
#[derive(Debug)]
pub(super) struct Earliest {
    after: Timestamp,
    limit: usize,
    /// The latest first, so that it makes room for an earlier one.
    kept: BinaryHeap<Deadline>,
}

impl Earliest {
    pub(super) fn new(after: Timestamp, limit: usize) -> Self {
        Self { after, limit, kept: BinaryHeap::new() }
    }

    pub(super) fn add(&mut self, transaction: &Transaction) {
        for deadline in deadlines(transaction).filter(|deadline| deadline.at > self.after) {
            self.kept.push(deadline);
            if self.kept.len() > self.limit {
                self.kept.pop();
            }
        }
    }

    /// The earliest first.
    pub(super) fn into_sorted(self) -> Vec<Deadline> {
        self.kept.into_sorted_vec()
    }
}

fn deadlines(transaction: &Transaction) -> impl Iterator<Item = Deadline> {
    let deadline = |at, what| Deadline { at, what, transaction: transaction.number };
    let whole = match transaction.step {
        Step::Success(_) => Ends::InteractionCode,
        _ => Ends::Transaction,
    };
    let code = transaction.step.sent_code().map(|sent| deadline(sent.expires_at, Ends::Code));
    [Some(deadline(transaction.expires_at, whole)), code].into_iter().flatten()
}
