//! The world in memory, as plain data: the caller wraps it in one mutex an org and awaits nothing while it holds it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use crate::contract::change::{Activation, Change, Conflict, RefreshToken};
use crate::contract::env::{Env, minutes_after};
use crate::contract::view::{Needs, TransactionKey, View};
use crate::org::Org;
use crate::state::names::{AuthenticatorKey, PhoneMethod};
use crate::state::person::Person;
use crate::state::step::Step;
use crate::state::tally::{Tally, TallyKey};
use crate::state::transaction::Transaction;

/// How long a transaction is kept after it ended, so that the journal can still name it.
const KEPT_MINUTES: i64 = 60;

/// How long an activation token is kept after it ended, so that whoever comes late is told that it has expired, and not that it is unknown.
const ACTIVATION_KEPT_MINUTES: i64 = 7 * 24 * 60;

/// Everything that an org knows.
#[derive(Debug, Clone)]
pub struct World {
    org: Arc<Org>,
    seed: u64,
    /// The number of the last transaction.
    transactions_begun: u64,
    /// Counts the calls that belong to no transaction, so that each has a stream of its own.
    strays: u64,
    transactions: HashMap<u64, Arc<Transaction>>,
    by_state_handle: HashMap<Arc<str>, u64>,
    by_interaction_handle: HashMap<Arc<str>, u64>,
    by_code: HashMap<String, u64>,
    people: BTreeMap<String, Arc<Person>>,
    by_login: HashMap<String, String>,
    by_link: HashMap<Arc<str>, u64>,
    tallies: HashMap<TallyKey, Tally>,
    activations: HashMap<String, Arc<Activation>>,
    refresh_tokens: HashMap<String, Arc<RefreshToken>>,
    revoked: HashMap<String, Timestamp>,
    /// What is to be forgotten, the earliest first.
    fading: BinaryHeap<Reverse<(Timestamp, Fading)>>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Fading {
    Transaction(u64),
    Tally(TallyKey),
    Activation(String),
    RefreshToken(String),
    Revoked(String),
}

/// What was loaded for one call.
#[derive(Debug, Clone)]
pub struct Loaded {
    org: Arc<Org>,
    number: u64,
    stream: (u64, u64),
    transaction: Option<Arc<Transaction>>,
    person: Option<Arc<Person>>,
    person_by_login: Option<Arc<Person>>,
    tallies: Vec<Tally>,
    activation: Option<Arc<Activation>>,
    revoked: bool,
    refresh_token: Option<Arc<RefreshToken>>,
}

impl View for Loaded {
    fn org(&self) -> &Arc<Org> {
        &self.org
    }

    fn number(&self) -> u64 {
        self.number
    }

    fn transaction(&self) -> Option<&Arc<Transaction>> {
        self.transaction.as_ref()
    }

    fn person(&self) -> Option<&Arc<Person>> {
        self.person.as_ref()
    }

    fn person_by_login(&self) -> Option<&Arc<Person>> {
        self.person_by_login.as_ref()
    }

    fn tally(&self, key: &TallyKey) -> Option<&Tally> {
        self.tallies.iter().find(|tally| tally.key == *key)
    }

    fn activation(&self) -> Option<&Arc<Activation>> {
        self.activation.as_ref()
    }

    fn is_revoked(&self) -> bool {
        self.revoked
    }

    fn refresh_token(&self) -> Option<&Arc<RefreshToken>> {
        self.refresh_token.as_ref()
    }
}

/// Something that will end by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    /// When.
    pub at: Timestamp,
    /// `transaction`, `code` or `interaction_code`.
    pub what: &'static str,
    /// The transaction's number.
    pub transaction: u64,
}

impl World {
    /// An org in which nothing has happened.
    pub fn new(org: Arc<Org>, seed: u64) -> Self {
        Self {
            org,
            seed,
            transactions_begun: 0,
            strays: 0,
            transactions: HashMap::new(),
            by_state_handle: HashMap::new(),
            by_interaction_handle: HashMap::new(),
            by_code: HashMap::new(),
            people: BTreeMap::new(),
            by_login: HashMap::new(),
            by_link: HashMap::new(),
            tallies: HashMap::new(),
            activations: HashMap::new(),
            refresh_tokens: HashMap::new(),
            revoked: HashMap::new(),
            fading: BinaryHeap::new(),
        }
    }

    /// The org's document.
    pub fn org(&self) -> &Arc<Org> {
        &self.org
    }

    /// The people, by id.
    pub fn people(&self) -> impl Iterator<Item = &Arc<Person>> {
        self.people.values()
    }

    /// A person by id.
    pub fn person(&self, id: &str) -> Option<&Arc<Person>> {
        self.people.get(id)
    }

    /// Loads what a call needs, and gives it a stream of random bytes of its own.
    pub fn load(&mut self, needs: &Needs) -> Loaded {
        let number = if needs.number {
            self.transactions_begun += 1;
            self.transactions_begun
        } else {
            0
        };
        let transaction = needs.transaction.as_ref().and_then(|key| self.transaction(key)).cloned();
        let stream = match (&transaction, number) {
            (Some(transaction), _) => (transaction.number, transaction.version),
            (None, 0) => {
                self.strays += 1;
                (0, self.strays)
            }
            (None, number) => (number, 0),
        };
        let activation =
            needs.activation.as_ref().and_then(|token| self.activations.get(token)).cloned();
        let of_transaction = transaction.as_ref().and_then(|transaction| transaction.step.person());
        let of_activation = activation.as_ref().map(|activation| activation.person.as_str());
        let person_id = of_transaction.or(of_activation).or(needs.person.as_deref());
        let person = person_id.and_then(|id| self.people.get(id)).cloned();
        Loaded {
            org: Arc::clone(&self.org),
            number,
            stream,
            person_by_login: needs
                .login
                .as_ref()
                .and_then(|login| self.people.get(self.by_login.get(login)?))
                .cloned(),
            tallies: self.tallies_of(transaction.as_deref(), person.as_deref()),
            activation,
            revoked: needs.token.as_ref().is_some_and(|token| self.revoked.contains_key(token)),
            refresh_token: needs
                .token
                .as_ref()
                .and_then(|token| self.refresh_tokens.get(token))
                .cloned(),
            transaction,
            person,
        }
    }

    fn tallies_of(&self, transaction: Option<&Transaction>, person: Option<&Person>) -> Vec<Tally> {
        if self.tallies.is_empty() {
            return Vec::new();
        }
        let handle = transaction
            .map(|transaction| TallyKey::StateHandle(transaction.state_handle.to_string()));
        let of_person = person.into_iter().flat_map(|person| {
            let id = || person.id.clone();
            let wrong =
                AuthenticatorKey::ALL.into_iter().map(move |key| TallyKey::WrongCode(id(), key));
            let sent = [PhoneMethod::Sms, PhoneMethod::Voice].into_iter().flat_map(move |method| {
                [TallyKey::Send(id(), method), TallyKey::Resend(id(), method)]
            });
            wrong.chain(sent).chain([TallyKey::Person(id())])
        });
        handle
            .into_iter()
            .chain(of_person)
            .filter_map(|key| self.tallies.get(&key))
            .cloned()
            .collect()
    }

    /// The environment of a call: the time, and the stream that loading gave it.
    pub fn env(&self, loaded: &Loaded, now: Timestamp) -> Env {
        let (number, version) = loaded.stream;
        Env::new(now, self.seed, number, version)
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

    /// Applies all changes, or none if one of them no longer rests on what is there.
    pub fn commit(&mut self, changes: &[Change], now: Timestamp) -> Result<(), Conflict> {
        if !changes.iter().all(|change| self.rests(change)) {
            return Err(Conflict);
        }
        for change in changes {
            self.apply(change);
        }
        self.forget(now);
        Ok(())
    }

    fn rests(&self, change: &Change) -> bool {
        match change {
            Change::Transaction(new) => {
                self.transactions.get(&new.number).map_or(0, |old| old.version) + 1 == new.version
            }
            Change::Person(new) => match self.people.get(&new.id) {
                Some(old) => old.version + 1 == new.version,
                None => new.version == 1 && !self.by_login.contains_key(&new.login),
            },
            Change::Tally(new) => self.tally_version(&new.key) + 1 == new.version,
            Change::TallyStands(seen) => self.tally_version(&seen.key) == seen.version,
            Change::RefreshToken(_) | Change::Revoke { .. } | Change::Activation(_) => true,
        }
    }

    fn tally_version(&self, key: &TallyKey) -> u64 {
        self.tallies.get(key).map_or(0, |tally| tally.version)
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::Transaction(new) => self.put_transaction(new),
            Change::Person(new) => {
                self.by_login.insert(new.login.clone(), new.id.clone());
                self.people.insert(new.id.clone(), Arc::clone(new));
            }
            Change::Tally(new) => {
                self.fading.push(Reverse((new.window_ends(), Fading::Tally(new.key.clone()))));
                self.tallies.insert(new.key.clone(), new.clone());
            }
            Change::TallyStands(_) => {}
            Change::Activation(new) => {
                let until = minutes_after(new.expires_at, ACTIVATION_KEPT_MINUTES);
                self.fading.push(Reverse((until, Fading::Activation(new.token.clone()))));
                self.activations.insert(new.token.clone(), Arc::clone(new));
            }
            Change::RefreshToken(new) => {
                self.fading
                    .push(Reverse((new.expires_at, Fading::RefreshToken(new.token.clone()))));
                self.refresh_tokens.insert(new.token.clone(), Arc::clone(new));
            }
            Change::Revoke { token, until } => {
                self.fading.push(Reverse((*until, Fading::Revoked(token.clone()))));
                self.revoked.insert(token.clone(), *until);
            }
        }
    }

    fn put_transaction(&mut self, new: &Arc<Transaction>) {
        match self.transactions.insert(new.number, Arc::clone(new)) {
            None => {
                self.by_interaction_handle.insert(Arc::clone(&new.interaction_handle), new.number);
                self.fading.push(Reverse((kept_until(new), Fading::Transaction(new.number))));
            }
            Some(old) => self.unname(&old, new),
        }
        self.by_state_handle.insert(Arc::clone(&new.state_handle), new.number);
        if let Some(link) = new.links.last() {
            self.by_link.insert(Arc::clone(&link.token), new.number);
        }
        if let Step::Success(success) = &new.step {
            self.by_code.insert(success.interaction_code.clone(), new.number);
        }
    }

    /// Forgets the names of a transaction that its successor no longer has: after `cancel`, the handle and the code.
    fn unname(&mut self, old: &Transaction, new: &Transaction) {
        if old.state_handle == new.state_handle || new.older_handles.contains(&old.state_handle) {
            return;
        }
        self.by_state_handle.remove(&old.state_handle);
        for handle in &old.older_handles {
            self.by_state_handle.remove(handle);
        }
        self.forget_code(old);
    }

    /// Forgets what is over. Each record was queued by an end that may have moved on since, and is queued again if so.
    fn forget(&mut self, now: Timestamp) {
        while let Some(Reverse((at, _))) = self.fading.peek() {
            if *at > now {
                return;
            }
            let Some(Reverse((_, fading))) = self.fading.pop() else { return };
            if let Some(later) = self.forget_one(&fading, now) {
                self.fading.push(Reverse((later, fading)));
            }
        }
    }

    fn forget_one(&mut self, fading: &Fading, now: Timestamp) -> Option<Timestamp> {
        match fading {
            Fading::Transaction(number) => {
                let transaction = Arc::clone(self.transactions.get(number)?);
                if kept_until(&transaction) > now {
                    return Some(kept_until(&transaction));
                }
                self.forget_transaction(&transaction);
            }
            Fading::Tally(key) => {
                let ends = self.tallies.get(key)?.window_ends();
                if ends > now {
                    return Some(ends);
                }
                self.tallies.remove(key);
            }
            Fading::Activation(token) => drop(self.activations.remove(token)),
            Fading::RefreshToken(token) => drop(self.refresh_tokens.remove(token)),
            Fading::Revoked(token) => drop(self.revoked.remove(token)),
        }
        None
    }

    fn forget_transaction(&mut self, transaction: &Transaction) {
        self.transactions.remove(&transaction.number);
        self.by_state_handle.remove(&transaction.state_handle);
        for handle in &transaction.older_handles {
            self.by_state_handle.remove(handle);
        }
        for link in &transaction.links {
            self.by_link.remove(&link.token);
        }
        self.by_interaction_handle.remove(&transaction.interaction_handle);
        self.forget_code(transaction);
    }

    /// Removes a person, and with them the transactions that they stand in: nobody is left to finish those. False where there is no such person.
    pub fn remove_person(&mut self, id: &str) -> bool {
        let Some(person) = self.people.remove(id) else { return false };
        self.by_login.remove(&person.login);
        let theirs: Vec<_> = self
            .transactions
            .values()
            .filter(|transaction| transaction.step.person() == Some(id))
            .cloned()
            .collect();
        for transaction in theirs {
            self.forget_transaction(&transaction);
        }
        self.activations.retain(|_, activation| activation.person != id);
        self.refresh_tokens.retain(|_, token| token.person != id);
        true
    }

    fn forget_code(&mut self, transaction: &Transaction) {
        if let Step::Success(success) = &transaction.step {
            self.by_code.remove(&success.interaction_code);
        }
    }

    /// What will end by itself after `now`, the earliest first.
    pub fn deadlines(&self, now: Timestamp) -> Vec<Deadline> {
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
        Step::Success(_) => "interaction_code",
        _ => "transaction",
    };
    let code = transaction
        .step
        .challenge()
        .and_then(|challenge| challenge.sent())
        .map(|sent| deadline(sent.expires_at, "code"));
    [Some(deadline(transaction.expires_at, whole)), code].into_iter().flatten()
}

fn kept_until(transaction: &Transaction) -> Timestamp {
    minutes_after(transaction.expires_at, KEPT_MINUTES)
}
