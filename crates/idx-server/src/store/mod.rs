//! The interface to an org's records: users, transactions, counters, random streams, the clock, the inbox, faults and the journal.
//!
//! The rest of this crate accesses them only through [`Store`]. A networked store can be added without changes outside this folder.

mod memory;
mod org_store;
#[cfg(feature = "round-trip-store")]
mod round_trip;

use std::sync::Arc;

use idx_engine::{Change, Conflict, Delivery, Env, Epoch, Loaded, Needs, User};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::clock::{ClockAdjustment, ClockError};
use crate::faults::{ActiveFault, FaultRules, FaultTarget};
use crate::inbox::{Filter, Found, Message};
use crate::journal::{Entry, Exchanges};
use crate::usage::Usage;

pub use memory::Records;
pub(crate) use org_store::OrgStore;
pub use org_store::StoreKind;

/// An org's records. A future of the memory store is ready at its first poll, except after it has visited
/// the records that one lock allows.
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
    /// Restores the initial state, clock and random streams included, in the next epoch.
    fn reset(&self) -> impl Future<Output = ()> + Send;

    /// At most `limit` users after the id `after`, by id.
    fn users(
        &self,
        after: Option<String>,
        limit: usize,
    ) -> impl Future<Output = Vec<Arc<User>>> + Send;
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
    /// Notifies when new messages may be available.
    fn arrivals(&self) -> watch::Receiver<()>;

    /// The fault rules.
    fn faults(&self) -> impl Future<Output = FaultRules> + Send;
    /// Replaces the fault rules and resets their counters.
    fn set_faults(&self, rules: FaultRules) -> impl Future<Output = ()> + Send;
    /// The fault that acts on a request, if any.
    fn select_fault(
        &self,
        target: FaultTarget<'_>,
    ) -> impl Future<Output = Option<ActiveFault>> + Send;

    /// Writes an exchange into the journal. Returns its id.
    fn record(&self, exchange: &Arc<Entry>) -> impl Future<Output = u64> + Send;
    /// The exchanges after the exchange with the id `since`.
    fn exchanges(&self, since: u64) -> impl Future<Output = Exchanges> + Send;

    /// Whether users and their tokens take more memory than the limit allows.
    fn is_full(&self) -> bool;
    /// The sizes of the collections.
    fn usage(&self) -> impl Future<Output = Usage> + Send;
}

/// The writes of one request.
#[derive(Debug)]
pub(crate) struct Commit<'a> {
    pub(crate) changes: &'a [Change],
    pub(crate) messages: Vec<Outgoing>,
    /// The org's time at which the request was handled.
    pub(crate) at: Timestamp,
    /// The epoch that the request was handled in. The store refuses the writes after a reset.
    pub(crate) epoch: Epoch,
}

impl<'a> Commit<'a> {
    pub(crate) fn of(changes: &'a [Change], messages: Vec<Outgoing>, env: &Env) -> Self {
        Self { changes, messages, at: env.now, epoch: env.epoch }
    }
}

/// A message that has not been delivered.
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
    /// The next deadlines, earliest first.
    pub(crate) deadlines: Vec<Deadline>,
}

/// The time at which a code, interaction code or transaction expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Deadline {
    pub(crate) at: Timestamp,
    pub(crate) what: Ends,
    /// The transaction's number.
    pub(crate) transaction: u64,
}

/// What ends at a deadline.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ends {
    Code,
    InteractionCode,
    Transaction,
}
