//! How the engine reads the world. The caller loads what `needs` names before it asks, and the view answers only from that, so a store across a
//! network can be one without a change here.

use std::sync::Arc;

use crate::contract::change::{Activation, RefreshToken};
use crate::org::Org;
use crate::state::person::Person;
use crate::state::tally::{Tally, TallyKey};
use crate::state::transaction::Transaction;

/// The keys that a request reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// The transaction, with its person and what is counted of both.
    pub transaction: Option<TransactionKey>,
    /// A person by login, in lower case.
    pub login: Option<String>,
    /// A person by id.
    pub person: Option<String>,
    /// Whether this token is revoked, and what it stands for.
    pub token: Option<String>,
    /// A number for a new transaction.
    pub number: bool,
    /// An activation token, with its person.
    pub activation: Option<String>,
}

/// How a transaction is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransactionKey {
    /// `stateHandle` or `stateToken`
    StateHandle(String),
    /// `interactionHandle`
    InteractionHandle(String),
    /// `interaction_code`
    InteractionCode(String),
    /// The token of a link in a mail.
    Link(String),
}

/// What was loaded.
pub trait View {
    /// The org's document.
    fn org(&self) -> &Arc<Org>;
    /// The number reserved for a new transaction; 0 where none was asked for.
    fn number(&self) -> u64;
    /// The transaction.
    fn transaction(&self) -> Option<&Arc<Transaction>>;
    /// The person of the transaction, or the one asked for by id.
    fn person(&self) -> Option<&Arc<Person>>;
    /// The person who has the login that was asked for.
    fn person_by_login(&self) -> Option<&Arc<Person>>;
    /// A count that concerns the transaction or its person.
    fn tally(&self, key: &TallyKey) -> Option<&Tally>;
    /// What the activation token that was asked for stands for; its person is `person`.
    fn activation(&self) -> Option<&Arc<Activation>>;
    /// Whether the token that was asked for is revoked.
    fn is_revoked(&self) -> bool;
    /// The refresh token that was asked for.
    fn refresh_token(&self) -> Option<&Arc<RefreshToken>>;
}
