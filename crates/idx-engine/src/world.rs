//! The world in memory, as plain data: the caller wraps it in one mutex an org and awaits nothing while it holds it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use crate::attempts::Attempts;
use crate::authenticators::AuthenticatorKey;
use crate::change::{Change, Conflict, RefreshToken};
use crate::env::{Env, minutes_after};
use crate::org::Org;
use crate::person::Person;
use crate::steps::Step;
use crate::transaction::Transaction;
use crate::view::{Needs, TransactionKey, View};

/// How long a transaction is kept after it ended, so that the journal can still name it.
const KEPT_MINUTES: i64 = 60;

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
    attempts: HashMap<(String, AuthenticatorKey), Attempts>,
    refresh_tokens: HashMap<String, Arc<RefreshToken>>,
    revoked: HashMap<String, Timestamp>,
    /// What is to be forgotten, the earliest first.
    fading: BinaryHeap<Reverse<(Timestamp, Fading)>>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Fading {
    Transaction(u64),
    Attempts(String, AuthenticatorKey),
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
    attempts: Vec<Attempts>,
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

    fn attempts(&self, key: AuthenticatorKey) -> Option<&Attempts> {
        self.attempts.iter().find(|attempts| attempts.key == key)
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
            attempts: HashMap::new(),
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
        let person_id = transaction
            .as_ref()
            .and_then(|transaction| transaction.step.person())
            .or(needs.person.as_deref());
        let person = person_id.and_then(|id| self.people.get(id)).cloned();
        let attempts = match &person {
            Some(person) if !self.attempts.is_empty() => {
                let of = |key| self.attempts.get(&(person.id.clone(), key)).cloned();
                AuthenticatorKey::ALL.into_iter().filter_map(of).collect()
            }
            _ => Vec::new(),
        };
        Loaded {
            org: Arc::clone(&self.org),
            number,
            stream,
            person_by_login: needs
                .login
                .as_ref()
                .and_then(|login| self.people.get(self.by_login.get(login)?))
                .cloned(),
            attempts,
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
            Change::Attempts(new) => self.attempts_version(new) + 1 == new.version,
            Change::AttemptsStand(seen) => self.attempts_version(seen) == seen.version,
            Change::RefreshToken(_) | Change::Revoke { .. } => true,
        }
    }

    fn attempts_version(&self, attempts: &Attempts) -> u64 {
        self.attempts
            .get(&(attempts.person.clone(), attempts.key))
            .map_or(0, |attempts| attempts.version)
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::Transaction(new) => self.put_transaction(new),
            Change::Person(new) => {
                self.by_login.insert(new.login.clone(), new.id.clone());
                self.people.insert(new.id.clone(), Arc::clone(new));
            }
            Change::Attempts(new) => {
                let key = (new.person.clone(), new.key);
                self.fading
                    .push(Reverse((new.window_ends(), Fading::Attempts(key.0.clone(), key.1))));
                self.attempts.insert(key, new.clone());
            }
            Change::AttemptsStand(_) => {}
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
                self.by_state_handle.insert(Arc::clone(&new.state_handle), new.number);
                self.fading.push(Reverse((kept_until(new), Fading::Transaction(new.number))));
            }
            Some(old) if old.state_handle != new.state_handle => {
                self.by_state_handle.remove(&old.state_handle);
                self.by_state_handle.insert(Arc::clone(&new.state_handle), new.number);
                self.forget_code(&old);
            }
            Some(_) => {}
        }
        if let Step::Success(success) = &new.step {
            self.by_code.insert(success.interaction_code.clone(), new.number);
        }
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
                self.transactions.remove(number);
                self.by_state_handle.remove(&transaction.state_handle);
                self.by_interaction_handle.remove(&transaction.interaction_handle);
                self.forget_code(&transaction);
            }
            Fading::Attempts(person, key) => {
                let key = (person.clone(), *key);
                if self.attempts.get(&key)?.window_ends() <= now {
                    self.attempts.remove(&key);
                }
            }
            Fading::RefreshToken(token) => drop(self.refresh_tokens.remove(token)),
            Fading::Revoked(token) => drop(self.revoked.remove(token)),
        }
        None
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
    let code = match &transaction.step {
        Step::EnrollAuthenticator(step) => {
            step.challenge.sent().map(|sent| deadline(sent.expires_at, "code"))
        }
        _ => None,
    };
    [Some(deadline(transaction.expires_at, whole)), code].into_iter().flatten()
}

fn kept_until(transaction: &Transaction) -> Timestamp {
    minutes_after(transaction.expires_at, KEPT_MINUTES)
}
