//! What the engine reads: one version of the org document, and the records that `needs` named.

use std::sync::Arc;

use crate::contract::loaded::Loaded;
use crate::org::Org;
use crate::state::person::Person;
use crate::state::tally::{Tally, TallyKey};
use crate::state::tokens::{Activation, RefreshToken};
use crate::state::transaction::Transaction;

/// What the engine reads for one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) org: &'a Arc<Org>,
    pub(crate) loaded: &'a Loaded,
}

impl<'a> View<'a> {
    pub(crate) fn org(self) -> &'a Arc<Org> {
        self.org
    }

    pub(crate) fn number(self) -> u64 {
        self.loaded.number
    }

    pub(crate) fn transaction(self) -> Option<&'a Arc<Transaction>> {
        self.loaded.transaction.as_ref()
    }

    pub(crate) fn person(self) -> Option<&'a Arc<Person>> {
        self.loaded.person.as_ref()
    }

    pub(crate) fn person_by_login(self) -> Option<&'a Arc<Person>> {
        self.loaded.person_by_login.as_ref()
    }

    pub(crate) fn tally(self, key: &TallyKey) -> Option<&'a Tally> {
        self.loaded.tallies.iter().find(|tally| tally.key == *key)
    }

    pub(crate) fn tallies(self) -> &'a [Tally] {
        &self.loaded.tallies
    }

    pub(crate) fn activation(self) -> Option<&'a Arc<Activation>> {
        self.loaded.activation.as_ref()
    }

    pub(crate) fn is_revoked(self) -> bool {
        self.loaded.is_revoked
    }

    pub(crate) fn refresh_token(self) -> Option<&'a Arc<RefreshToken>> {
        self.loaded.refresh_token.as_ref()
    }
}
