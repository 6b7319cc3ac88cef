//! The records that the engine reads and writes, with the indexes to find them.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use idx_engine::{
    Activation, Change, Conflict, Counter, CounterKey, Epoch, Loaded, Needs, RefreshGrant, Step,
    Stream, Transaction, TransactionKey, User,
};
use jiff::Timestamp;

use crate::store::memory::expiry::{Expiring, Expiry, activation_kept_until, kept_until};
use crate::store::memory::size;
use crate::store::memory::visits::{Visits, page};
use crate::usage::Amount;

/// Everything that the engine knows about an org, besides its document.
#[derive(Debug, Clone)]
pub struct Records {
    seed: u64,
    epoch: Epoch,
    /// The number of the last transaction.
    transactions_begun: u64,
    /// Counts the requests that belong to no transaction, so that each has a random stream of its own.
    unowned_requests: u64,
    transactions: BTreeMap<u64, Arc<Transaction>>,
    transaction_bytes: usize,
    /// The maximum of `transaction_bytes`.
    transaction_limit: usize,
    transactions_dropped: u64,
    by_state_handle: HashMap<Arc<str>, u64>,
    by_interaction_handle: HashMap<Arc<str>, u64>,
    by_code: HashMap<String, u64>,
    by_link: HashMap<Arc<str>, u64>,
    users: BTreeMap<String, Arc<User>>,
    by_login: HashMap<String, String>,
    counters: HashMap<CounterKey, Counter>,
    activations: BTreeMap<String, Arc<Activation>>,
    grants: BTreeMap<String, Arc<RefreshGrant>>,
    revoked: HashMap<String, Timestamp>,
    /// The size of the users, and of the counters, activation tokens, grants and revoked tokens.
    user_bytes: usize,
    expiry: Expiry,
}

impl Records {
    /// An org in which nothing has happened.
    pub fn new(seed: u64, epoch: Epoch) -> Self {
        Self {
            seed,
            epoch,
            transactions_begun: 0,
            unowned_requests: 0,
            transactions: BTreeMap::new(),
            transaction_bytes: 0,
            transaction_limit: usize::MAX,
            transactions_dropped: 0,
            by_state_handle: HashMap::new(),
            by_interaction_handle: HashMap::new(),
            by_code: HashMap::new(),
            by_link: HashMap::new(),
            users: BTreeMap::new(),
            by_login: HashMap::new(),
            counters: HashMap::new(),
            activations: BTreeMap::new(),
            grants: BTreeMap::new(),
            revoked: HashMap::new(),
            user_bytes: 0,
            expiry: Expiry::default(),
        }
    }

    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Drops the oldest transactions if all of them are larger than this.
    #[must_use]
    pub(super) fn limited(mut self, transaction_bytes: usize) -> Self {
        self.transaction_limit = transaction_bytes;
        self
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
        // An expired record may still await its removal.
        let transaction = needs.transaction.as_ref().and_then(|key| self.transaction(key));
        let transaction = transaction.filter(|found| now < kept_until(found)).cloned();
        let number = self.reserved_number(needs);
        let grant = needs.grant.as_ref().and_then(|id| self.grants.get(id));
        let grant = grant.filter(|grant| now < grant.expires_at).cloned();
        let stream = self.stream(transaction.as_deref(), grant.as_deref(), number);
        let activation = needs.activation.as_ref().and_then(|token| self.activations.get(token));
        let activation = activation.filter(|found| now < activation_kept_until(found)).cloned();
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
            is_revoked: token
                .and_then(|token| self.revoked.get(token))
                .is_some_and(|until| now < *until),
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
        Stream { seed: self.seed, number, version, epoch: self.epoch }
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

    /// Applies all changes, or none if one of them is based on an outdated record. Then drops records that have expired.
    pub fn commit(&mut self, changes: &[Change], now: Timestamp) -> Result<(), Conflict> {
        self.apply_all(changes)?;
        self.tidy(now, &mut Visits::new(usize::MAX));
        Ok(())
    }

    pub(super) fn apply_all(&mut self, changes: &[Change]) -> Result<(), Conflict> {
        if !changes.iter().all(|change| self.is_current(change)) {
            return Err(Conflict);
        }
        for change in changes {
            self.apply(change);
        }
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
                let old = self.users.insert(new.id.clone(), Arc::clone(new));
                self.resize(size::user(new), old.as_deref().map(size::user));
            }
            Change::Counter(new) => {
                let old = self.counters.insert(new.key.clone(), new.clone());
                self.resize(size::counter(new), old.as_ref().map(size::counter));
            }
            Change::CounterUnchanged(_) => {}
            Change::Activation(new) => {
                let old = self.activations.insert(new.token.clone(), Arc::clone(new));
                self.resize(size::activation(new), old.as_deref().map(size::activation));
            }
            Change::RefreshGrant(new) => {
                let old = self.grants.insert(new.id.clone(), Arc::clone(new));
                self.resize(size::grant(new), old.as_deref().map(size::grant));
            }
            Change::Revoke { token, until } => {
                if self.revoked.insert(token.clone(), *until).is_none() {
                    self.resize(size::revoked(token), None);
                    self.expiry.schedule(*until, Expiring::Revoked(token.clone()));
                }
            }
        }
    }

    /// Counts a record in place of an older version.
    fn resize(&mut self, new: usize, old: Option<usize>) {
        self.user_bytes = self.user_bytes + new - old.unwrap_or(0);
    }

    fn put_transaction(&mut self, new: &Arc<Transaction>) {
        self.transaction_bytes += size::transaction(new);
        match self.transactions.insert(new.number, Arc::clone(new)) {
            None => {
                self.by_interaction_handle.insert(Arc::clone(&new.interaction_handle), new.number);
            }
            Some(old) => {
                self.transaction_bytes -= size::transaction(&old);
                self.drop_aliases(&old, new);
            }
        }
        self.by_state_handle.insert(Arc::clone(&new.state_handle), new.number);
        if let Some(link) = new.links.last() {
            self.by_link.insert(Arc::clone(&link.token), new.number);
        }
        if let Step::Success(success) = &new.step {
            self.by_code.insert(success.interaction_code.clone(), new.number);
        }
    }

    /// Drops the links and handles that a transaction no longer has, and its code after `cancel`.
    fn drop_aliases(&mut self, old: &Transaction, new: &Transaction) {
        // Only the oldest links and handles are dropped.
        let oldest = new.links.first().map(|link| &link.token);
        for link in old.links.iter().take_while(|link| Some(&link.token) != oldest) {
            self.by_link.remove(&link.token);
        }
        if old.state_handle == new.state_handle {
            return;
        }
        if new.older_handles.contains(&old.state_handle) {
            let oldest = new.older_handles.first();
            for handle in old.older_handles.iter().take_while(|handle| Some(*handle) != oldest) {
                self.by_state_handle.remove(handle);
            }
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

    /// Drops records that have expired, and the oldest transactions if all of them are too large. A commit adds only a few records, so that later commits
    /// drop the rest.
    pub(super) fn tidy(&mut self, now: Timestamp, visits: &mut Visits) {
        while self.expiry.is_due(now) && visits.add() {
            if let Some(record) = self.expiry.take()
                && let Some(later) = self.drop_if_expired(&record, now)
            {
                self.expiry.schedule(later, record);
            }
        }
        while self.transaction_bytes > self.transaction_limit && visits.add() {
            let Some((_, oldest)) = self.transactions.first_key_value() else { break };
            let oldest = Arc::clone(oldest);
            self.drop_transaction(&oldest);
            self.transactions_dropped += 1;
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
                if let Some(counter) = self.counters.remove(key) {
                    self.user_bytes -= size::counter(&counter);
                }
            }
            Expiring::Activation(token) => self.drop_activation(token),
            Expiring::RefreshGrant(id) => {
                let ends = self.grants.get(id)?.ends_at();
                if ends > now {
                    return Some(ends);
                }
                self.drop_grant(id);
            }
            Expiring::Revoked(token) => {
                if self.revoked.remove(token).is_some() {
                    self.user_bytes -= size::revoked(token);
                }
            }
        }
        None
    }

    fn drop_transaction(&mut self, transaction: &Transaction) {
        self.transactions.remove(&transaction.number);
        self.transaction_bytes -= size::transaction(transaction);
        for link in &transaction.links {
            self.by_link.remove(&link.token);
        }
        self.by_interaction_handle.remove(&transaction.interaction_handle);
        self.drop_handles_and_code(transaction);
    }

    fn drop_activation(&mut self, token: &str) {
        if let Some(activation) = self.activations.remove(token) {
            self.user_bytes -= size::activation(&activation);
        }
    }

    fn drop_grant(&mut self, id: &str) {
        if let Some(grant) = self.grants.remove(id) {
            self.user_bytes -= size::grant(&grant);
        }
    }

    /// Removes a user. False if the id is unknown.
    pub(super) fn remove_user(&mut self, id: &str) -> bool {
        let Some(user) = self.users.remove(id) else { return false };
        self.user_bytes -= size::user(&user);
        self.by_login.remove(&user.login);
        true
    }

    /// Drops the transactions, activation tokens and grants of a user, since nobody can use them. Returns true when all are dropped, and false if the
    /// org must be unlocked first.
    pub(super) fn sweep(&mut self, sweep: &mut Sweep, visits: &mut Visits) -> bool {
        let user = sweep.user.as_str();
        let mut transactions = Vec::new();
        let mut is_end = page(&self.transactions, &mut sweep.transaction, visits, |_, found| {
            if found.step.user() == Some(user) {
                transactions.push(Arc::clone(found));
            }
        });
        let mut activations = Vec::new();
        is_end = is_end
            && page(&self.activations, &mut sweep.activation, visits, |token, found| {
                if found.user == user {
                    activations.push(token.clone());
                }
            });
        let mut grants = Vec::new();
        is_end = is_end
            && page(&self.grants, &mut sweep.grant, visits, |id, found| {
                if found.user == user {
                    grants.push(id.clone());
                }
            });
        transactions.iter().for_each(|transaction| self.drop_transaction(transaction));
        activations.iter().for_each(|token| self.drop_activation(token));
        grants.iter().for_each(|id| self.drop_grant(id));
        is_end
    }

    /// Visits the transactions after the number `after`. Returns true at the end.
    pub(super) fn page_of_transactions(
        &self,
        after: &mut Option<u64>,
        visits: &mut Visits,
        mut visit: impl FnMut(&Transaction),
    ) -> bool {
        page(&self.transactions, after, visits, |_, transaction| visit(transaction))
    }

    /// Adds the users after the id `after` to a list, up to a total of `limit`. Returns true at the end.
    pub(super) fn page_of_users(
        &self,
        after: &mut Option<String>,
        limit: usize,
        visits: &mut Visits,
        users: &mut Vec<Arc<User>>,
    ) -> bool {
        let start =
            after.as_ref().map_or(Bound::Unbounded, |after| Bound::Excluded(after.as_str()));
        let mut is_end = true;
        for user in self.users.range::<str, _>((start, Bound::Unbounded)).map(|(_, user)| user) {
            if users.len() >= limit {
                break;
            }
            if !visits.add() {
                is_end = false;
                break;
            }
            users.push(Arc::clone(user));
        }
        if let Some(last) = users.last() {
            *after = Some(last.id.clone());
        }
        is_end
    }

    /// The number of records.
    pub(super) fn len(&self) -> usize {
        self.transactions.len()
            + self.users.len()
            + self.activations.len()
            + self.grants.len()
            + self.counters.len()
            + self.revoked.len()
    }

    pub(super) fn transactions(&self) -> Amount {
        let (count, bytes) = (self.transactions.len(), self.transaction_bytes);
        Amount { count, bytes, dropped: self.transactions_dropped }
    }

    pub(super) fn user_count(&self) -> usize {
        self.users.len()
    }

    pub(super) fn user_bytes(&self) -> usize {
        self.user_bytes
    }
}

/// The removal of everything that belongs to a user, and how far it has come.
#[derive(Debug)]
pub(super) struct Sweep {
    user: String,
    transaction: Option<u64>,
    activation: Option<String>,
    grant: Option<String>,
}

impl Sweep {
    pub(super) fn of(user: &str) -> Self {
        Self { user: user.to_owned(), transaction: None, activation: None, grant: None }
    }
}
