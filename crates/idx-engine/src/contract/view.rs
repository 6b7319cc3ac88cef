//! What the engine reads: one version of the org document, and the records that `needs` named.

use std::sync::Arc;

use crate::contract::loaded::Loaded;
use crate::org::Org;
use crate::state::counter::{Counter, CounterKey};
use crate::state::refresh_grant::RefreshGrant;
use crate::state::tokens::Activation;
use crate::state::transaction::Transaction;
use crate::state::user::User;

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

    pub(crate) fn user(self) -> Option<&'a Arc<User>> {
        self.loaded.user.as_ref()
    }

    pub(crate) fn user_by_login(self) -> Option<&'a Arc<User>> {
        self.loaded.user_by_login.as_ref()
    }

    pub(crate) fn counter(self, key: &CounterKey) -> Option<&'a Counter> {
        self.loaded.counters.iter().find(|counter| counter.key == *key)
    }

    pub(crate) fn counters(self) -> &'a [Counter] {
        &self.loaded.counters
    }

    pub(crate) fn activation(self) -> Option<&'a Arc<Activation>> {
        self.loaded.activation.as_ref()
    }

    /// Whether the access token is revoked, by itself or with its grant.
    pub(crate) fn is_revoked(self) -> bool {
        self.loaded.is_revoked || self.grant().is_some_and(|grant| grant.revoked)
    }

    pub(crate) fn grant(self) -> Option<&'a Arc<RefreshGrant>> {
        self.loaded.grant.as_ref()
    }
}
