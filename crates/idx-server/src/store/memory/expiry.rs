//! When records go.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use idx_engine::{Activation, Change, CounterKey, Transaction};
use jiff::{SignedDuration, Timestamp};

/// How long a transaction is kept after it ended, so that the journal can still name it.
const TRANSACTION_KEPT: SignedDuration = SignedDuration::from_hours(1);

/// How long an activation token is kept after it ended, so that a late user learns that it has expired, and not that it is unknown.
const ACTIVATION_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A record with an end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Expiring {
    Transaction(u64),
    Counter(CounterKey),
    Activation(String),
    RefreshGrant(String),
    Revoked(String),
}

impl Expiring {
    /// The record that a change writes, and its end. A record is scheduled once, when it begins.
    pub(super) fn of(change: &Change) -> Option<(Timestamp, Self)> {
        Some(match change {
            Change::Transaction(new) if new.version == 1 => {
                (kept_until(new), Self::Transaction(new.number))
            }
            Change::Counter(new) if new.version == 1 => {
                (new.window_ends(), Self::Counter(new.key.clone()))
            }
            Change::Activation(new) => {
                (activation_kept_until(new), Self::Activation(new.token.clone()))
            }
            Change::RefreshGrant(new) if new.version == 1 => {
                (new.ends_at(), Self::RefreshGrant(new.id.clone()))
            }
            // A token can be revoked again. The caller schedules it once.
            Change::Revoke { .. }
            | Change::Transaction(_)
            | Change::RefreshGrant(_)
            | Change::Counter(_)
            | Change::User(_)
            | Change::CounterUnchanged(_) => return None,
        })
    }
}

pub(super) fn kept_until(transaction: &Transaction) -> Timestamp {
    later(transaction.expires_at, TRANSACTION_KEPT)
}

pub(super) fn activation_kept_until(activation: &Activation) -> Timestamp {
    later(activation.expires_at, ACTIVATION_KEPT)
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// The ends of all records, the earliest first. The end of a record may have moved since it was scheduled.
#[derive(Debug, Clone, Default)]
pub(super) struct Expiry(BinaryHeap<Reverse<(Timestamp, Expiring)>>);

impl Expiry {
    pub(super) fn schedule(&mut self, at: Timestamp, record: Expiring) {
        self.0.push(Reverse((at, record)));
    }

    /// Whether a record's scheduled end has passed.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.0.peek().is_some_and(|Reverse((at, _))| *at <= now)
    }

    /// Takes the record whose scheduled end is the earliest.
    pub(super) fn take(&mut self) -> Option<Expiring> {
        self.0.pop().map(|Reverse((_, record))| record)
    }
}
