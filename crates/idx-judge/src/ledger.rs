//! The values that a server issued over a whole run. A run consists of many cases, and a server must not give a value of one user to another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What a server issues once, or to one owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum IssuedValue {
    InteractionHandle,
    StateHandle,
    InteractionCode,
    UserId,
    TokenId,
}

/// Every issued value with its owner. Clones share the values.
#[derive(Debug, Clone, Default)]
pub struct Ledger(Arc<Mutex<Values>>);

#[derive(Debug, Default)]
struct Values {
    owners: HashMap<(IssuedValue, String), String>,
    cases: usize,
}

impl Ledger {
    /// The number of a new case. Owners that are known only within a case contain it.
    pub(crate) fn begin_case(&self) -> usize {
        self.with(|values| {
            values.cases += 1;
            values.cases
        })
    }

    /// Enters a value. Returns whether it has no other owner.
    pub(crate) fn enter(&self, what: IssuedValue, value: &str, owner: &str) -> bool {
        self.with(|values| {
            let known = values.owners.entry((what, value.to_owned()));
            *known.or_insert_with(|| owner.to_owned()) == owner
        })
    }

    /// A panic elsewhere leaves the map whole.
    fn with<T>(&self, act: impl FnOnce(&mut Values) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
