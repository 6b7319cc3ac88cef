//! The records that the engine reads and writes, with the indexes to find them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use idx_engine::{
    Activation, Change, Conflict, Counter, CounterKey, Loaded, Needs, RefreshGrant, Step, Stream,
    Transaction, TransactionKey, User,
};
use jiff::Timestamp;

use crate::store::memory::expiry::{Expiring, Expiry, kept_until};
use crate::store::{Deadline, Ends};

/// Everything that the engine knows about an org, besides its document.
#[derive(Debug, Clone)]
pub struct Records {
    seed: u64,
    /// The number of the last transaction.
    transactions_begun: u64,
    /// Counts the requests that belong to no transaction, so that each has a random stream of its own.
    unowned_requests: u64,
    transactions: HashMap<u64, Arc<Transaction>>,
    by_state_handle: HashMap<Arc<str>, u64>,
    by_interaction_handle: HashMap<Arc<str>, u64>,
    by_code: HashMap<String, u64>,
    by_link: HashMap<Arc<str>, u64>,
    users: BTreeMap<String, Arc<User>>,
    by_login: HashMap<String, String>,
    counters: HashMap<CounterKey, Counter>,
    activations: HashMap<String, Arc<Activation>>,
    grants: HashMap<String, Arc<RefreshGrant>>,
    revoked: HashMap<String, Timestamp>,
    expiry: Expiry,
}

impl Records {
    /// An org in which nothing has happened.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            transactions_begun: 0,
            unowned_requests: 0,
            transactions: HashMap::new(),
            by_state_handle: HashMap::new(),
            by_interaction_handle: HashMap::new(),
            by_code: HashMap::new(),
            by_link: HashMap::new(),
            users: BTreeMap::new(),
            by_login: HashMap::new(),
            counters: HashMap::new(),
            activations: HashMap::new(),
            grants: HashMap::new(),
            revoked: HashMap::new(),
            expiry: Expiry::default(),
        }
    }

    /// The users, by id.
    pub fn users(&self) -> impl Iterator<Item = &Arc<User>> {
        self.users.values()
    }

    pub(crate) fn user(&self, id: &str) -> Option<&Arc<User>> {
        self.users.get(id)
    }

    /// Loads what a request needs, with a random stream of its own.
    pub fn load(&mut self, needs: &Needs, now: Timestamp) -> Loaded {
        let transaction = needs.transaction.as_ref().and_then(|key| self.transaction(key)).cloned();
        let number = self.reserved_number(needs);
        let grant = needs.grant.as_ref().and_then(|id| self.grants.get(id)).cloned();
        let stream = self.stream(transaction.as_deref(), grant.as_deref(), number);
        let activation =
            needs.activation.as_ref().and_then(|token| self.activations.get(token)).cloned();
        let of_transaction = transaction.as_ref().and_then(|transaction| transaction.step.user());
        let of_activation = activation.as_ref().map(|activation| activation.user.as_str());
        let of_grant = grant.as_ref().map(|grant| grant.user.as_str());
        let user_id = of_transaction.or(of_activation).or(of_grant).or(needs.user.as_deref());
        let user = user_id.and_then(|id| self.users.get(id)).cloned();
        let of_login = |login| self.users.get(self.by_login.get(login)?);
        let token = needs.token.as_ref();
        Loaded {
            now,
            stream,
            number,
            user_by_login: needs.login.as_ref().and_then(of_login).cloned(),
            counters: self.counters_of(transaction.as_deref(), user.as_deref()),
            activation,
            is_revoked: token.is_some_and(|token| self.revoked.contains_key(token)),
            grant,
            transaction,
            user,
        }
    }

    /// A number for a new transaction; 0 if none is needed.
    fn reserved_number(&mut self, needs: &Needs) -> u64 {
        if !needs.number {
            return 0;
        }
        self.transactions_begun += 1;
        self.transactions_begun
    }

    fn stream(
        &mut self,
        transaction: Option<&Transaction>,
        grant: Option<&RefreshGrant>,
        number: u64,
    ) -> Stream {
        let (number, version) = match (transaction, grant, number) {
            (Some(transaction), ..) => (transaction.number, transaction.version),
            // Counted from the end, so that the grant never shares a stream with its transaction.
            (None, Some(grant), 0) => (grant.transaction, u64::MAX - grant.version),
            (None, None, 0) => {
                self.unowned_requests += 1;
                (0, self.unowned_requests)
            }
            (None, _, number) => (number, 0),
        };
        Stream { seed: self.seed, number, version }
    }

    fn counters_of(&self, transaction: Option<&Transaction>, user: Option<&User>) -> Vec<Counter> {
        if self.counters.is_empty() {
            return Vec::new();
        }
        CounterKey::concerning(transaction.map(|transaction| &*transaction.state_handle), user)
            .filter_map(|key| self.counters.get(&key))
            .cloned()
            .collect()
    }

    fn transaction(&self, key: &TransactionKey) -> Option<&Arc<Transaction>> {
        let number = match key {
            TransactionKey::StateHandle(handle) => self.by_state_handle.get(handle.as_str()),
            TransactionKey::InteractionHandle(handle) => {
                self.by_interaction_handle.get(handle.as_str())
            }
            TransactionKey::InteractionCode(code) => self.by_code.get(code),
            TransactionKey::Link(token) => self.by_link.get(token.as_str()),
        };
        self.transactions.get(number?)
    }

    /// Applies all changes, or none if one of them is based on an outdated record.
    pub fn commit(&mut self, changes: &[Change], now: Timestamp) -> Result<(), Conflict> {
        if !changes.iter().all(|change| self.is_current(change)) {
            return Err(Conflict);
        }
        for change in changes {
            self.apply(change);
        }
        self.drop_expired(now);
        Ok(())
    }

    fn is_current(&self, change: &Change) -> bool {
        match change {
            Change::Transaction(new) => {
                self.transactions.get(&new.number).map_or(0, |old| old.version) + 1 == new.version
            }
            Change::User(new) => match self.users.get(&new.id) {
                Some(old) => old.version + 1 == new.version,
                None => new.version == 1 && !self.by_login.contains_key(&new.login),
            },
            Change::Counter(new) => self.counter_version(&new.key) + 1 == new.version,
            Change::CounterUnchanged(seen) => self.counter_version(&seen.key) == seen.version,
            Change::RefreshGrant(new) => {
                self.grants.get(&new.id).map_or(0, |old| old.version) + 1 == new.version
            }
            Change::Revoke { .. } | Change::Activation(_) => true,
        }
    }

    fn counter_version(&self, key: &CounterKey) -> u64 {
        self.counters.get(key).map_or(0, |counter| counter.version)
    }

    fn apply(&mut self, change: &Change) {
        if let Some((at, record)) = Expiring::of(change) {
            self.expiry.schedule(at, record);
        }
        match change {
            Change::Transaction(new) => self.put_transaction(new),
            Change::User(new) => {
                self.by_login.insert(new.login.clone(), new.id.clone());
                self.users.insert(new.id.clone(), Arc::clone(new));
            }
            Change::Counter(new) => drop(self.counters.insert(new.key.clone(), new.clone())),
            Change::CounterUnchanged(_) => {}
            Change::Activation(new) => {
                self.activations.insert(new.token.clone(), Arc::clone(new));
            }
            Change::RefreshGrant(new) => {
                self.grants.insert(new.id.clone(), Arc::clone(new));
            }
            Change::Revoke { token, until } => drop(self.revoked.insert(token.clone(), *until)),
        }
    }

    fn put_transaction(&mut self, new: &Arc<Transaction>) {
        match self.transactions.insert(new.number, Arc::clone(new)) {
            None => {
                self.by_interaction_handle.insert(Arc::clone(&new.interaction_handle), new.number);
            }
            Some(old) => self.drop_aliases(&old, new),
        }
        self.by_state_handle.insert(Arc::clone(&new.state_handle), new.number);
        if let Some(link) = new.links.last() {
            self.by_link.insert(Arc::clone(&link.token), new.number);
        }
        if let Step::Success(success) = &new.step {
            self.by_code.insert(success.interaction_code.clone(), new.number);
        }
    }

    /// Drops the handles and the code that a transaction no longer has after `cancel`.
    fn drop_aliases(&mut self, old: &Transaction, new: &Transaction) {
        if old.state_handle == new.state_handle || new.older_handles.contains(&old.state_handle) {
            return;
        }
        self.drop_handles_and_code(old);
    }

    fn drop_handles_and_code(&mut self, transaction: &Transaction) {
        self.by_state_handle.remove(&transaction.state_handle);
        for handle in &transaction.older_handles {
            self.by_state_handle.remove(handle);
        }
        if let Step::Success(success) = &transaction.step {
            self.by_code.remove(&success.interaction_code);
        }
    }

    fn drop_expired(&mut self, now: Timestamp) {
        while let Some(record) = self.expiry.next(now) {
            if let Some(later) = self.drop_if_expired(&record, now) {
                self.expiry.schedule(later, record);
            }
        }
    }

    /// Drops a record, unless its end has moved: then returns the new end.
    fn drop_if_expired(&mut self, record: &Expiring, now: Timestamp) -> Option<Timestamp> {
        match record {
            Expiring::Transaction(number) => {
                let transaction = Arc::clone(self.transactions.get(number)?);
                let until = kept_until(&transaction);
                if until > now {
                    return Some(until);
                }
                self.drop_transaction(&transaction);
            }
            Expiring::Counter(key) => {
                let ends = self.counters.get(key)?.window_ends();
                if ends > now {
                    return Some(ends);
                }
                self.counters.remove(key);
            }
            Expiring::Activation(token) => drop(self.activations.remove(token)),
            Expiring::RefreshGrant(id) => drop(self.grants.remove(id)),
            Expiring::Revoked(token) => drop(self.revoked.remove(token)),
        }
        None
    }

    fn drop_transaction(&mut self, transaction: &Transaction) {
        self.transactions.remove(&transaction.number);
        for link in &transaction.links {
            self.by_link.remove(&link.token);
        }
        self.by_interaction_handle.remove(&transaction.interaction_handle);
        self.drop_handles_and_code(transaction);
    }

    /// Removes a user and the transactions they are in, since nobody can finish those. False if the id is unknown.
    pub(crate) fn remove_user(&mut self, id: &str) -> bool {
        let Some(user) = self.users.remove(id) else { return false };
        self.by_login.remove(&user.login);
        let theirs: Vec<_> = self
            .transactions
            .values()
            .filter(|transaction| transaction.step.user() == Some(id))
            .cloned()
            .collect();
        for transaction in theirs {
            self.drop_transaction(&transaction);
        }
        self.activations.retain(|_, activation| activation.user != id);
        self.grants.retain(|_, grant| grant.user != id);
        true
    }

    /// What ends by itself after `now`, the earliest first.
    pub(crate) fn deadlines(&self, now: Timestamp) -> Vec<Deadline> {
        let mut deadlines: Vec<Deadline> =
            self.transactions.values().flat_map(|transaction| ends_of(transaction)).collect();
        deadlines.retain(|deadline| deadline.at > now);
        deadlines.sort_unstable();
        deadlines
    }
}

fn ends_of(transaction: &Transaction) -> impl Iterator<Item = Deadline> {
    let deadline = |at, what| Deadline { at, what, transaction: transaction.number };
    let whole = match transaction.step {
        Step::Success(_) => Ends::InteractionCode,
        _ => Ends::Transaction,
    };
    let code = transaction.step.sent_code().map(|sent| deadline(sent.expires_at, Ends::Code));
    [Some(deadline(transaction.expires_at, whole)), code].into_iter().flatten()
}
