//! The sizes of an org's collections, which the limits apply to.

/// The sizes of an org's collections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) journal: Amount,
    /// Delayed messages count toward the bytes.
    pub(crate) messages: Amount,
    pub(crate) delayed_messages: usize,
    pub(crate) transactions: Amount,
    /// The number of users; the bytes include what belongs to them.
    pub(crate) users: Amount,
    pub(crate) fault_rules: usize,
    /// The largest number of records that a request visited before it unlocked the org.
    pub(crate) longest_lock: usize,
}

/// The size of a collection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) count: usize,
    pub(crate) bytes: usize,
    /// The number of records that the limits have dropped.
    pub(crate) dropped: u64,
}
