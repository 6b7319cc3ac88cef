//! A case's exchanges, parsed once for all rules, and the transaction that each belongs to.

mod client;
mod client_of_transaction;
mod parsed;
mod transactions;

use serde_json::Value;

pub(crate) use client::ClientCredentials;
pub use client::KnownClient;
pub(crate) use parsed::ParsedExchange;

use crate::exchange::Exchange;
use transactions::Transactions;

/// What the rules know besides the exchanges.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Whether the client connected over TLS.
    pub is_tls: bool,
    /// Whether the proxy added members to pages that no client knows.
    pub is_newer_server: bool,
    /// Whether the server's `Date` header shows the org's time: nobody can move the clock of a target.
    pub dates_are_org_time: bool,
    /// The origin in tokens, if it is not the one that the client connected to.
    pub signed_origin: Option<String>,
    /// The org's OAuth clients. Each transaction names its own.
    pub clients: Vec<KnownClient>,
}

/// All exchanges of a case.
#[derive(Debug)]
pub(crate) struct Traffic<'c> {
    pub(crate) exchanges: Vec<ParsedExchange<'c>>,
    pub(crate) facts: &'c Facts,
    transactions: Transactions,
}

impl<'c> Traffic<'c> {
    pub(crate) fn new(exchanges: &'c [Exchange], facts: &'c Facts) -> Self {
        // The browser sends preflights by itself, so they say nothing about client or server.
        let sent =
            exchanges.iter().enumerate().filter(|(_, made)| made.request.method != "OPTIONS");
        let mut exchanges: Vec<_> = sent
            .enumerate()
            .map(|(number, (index, raw))| ParsedExchange::new(number, index, raw, facts.is_tls))
            .collect();
        let transactions = Transactions::assign(&mut exchanges);
        Self { exchanges, facts, transactions }
    }

    /// The origin in the tokens of the server that responded.
    pub(crate) fn signed_origin(&self, exchange: &ParsedExchange<'_>) -> String {
        self.facts.signed_origin.clone().unwrap_or_else(|| exchange.origin())
    }

    /// A token's claim as a response shows it: with the origin of the server, not the origin in tokens.
    pub(crate) fn unsigned(&self, claim: &Value, exchange: &ParsedExchange<'_>) -> Value {
        let rest = claim.as_str().and_then(|text| text.strip_prefix(&self.signed_origin(exchange)));
        match rest {
            Some(rest) => Value::from(format!("{}{rest}", exchange.origin())),
            None => claim.clone(),
        }
    }

    /// The exchanges that the client made by itself.
    pub(crate) fn own(&self) -> impl Iterator<Item = &ParsedExchange<'c>> {
        self.exchanges.iter().filter(|exchange| !exchange.raw.deliberate)
    }

    /// The exchanges with an operation of an authorization server.
    pub(crate) fn oauth(
        &self,
        operation: &'static str,
    ) -> impl Iterator<Item = &ParsedExchange<'c>> {
        self.exchanges.iter().filter(move |exchange| exchange.raw.is_oauth(operation))
    }

    /// The exchanges before this one.
    pub(crate) fn before(&self, exchange: &ParsedExchange<'_>) -> &[ParsedExchange<'c>] {
        &self.exchanges[..exchange.number]
    }

    /// The exchanges of the same transaction before this one. Empty if the transaction is unknown.
    pub(crate) fn earlier(
        &self,
        exchange: &ParsedExchange<'_>,
    ) -> impl DoubleEndedIterator<Item = &ParsedExchange<'c>> {
        let transaction = exchange.transaction;
        self.before(exchange)
            .iter()
            .filter(move |other| transaction.is_some() && other.transaction == transaction)
    }

    /// The transaction's newest page before this exchange.
    pub(crate) fn page_before(&self, exchange: &ParsedExchange<'_>) -> Option<&ParsedExchange<'c>> {
        self.earlier(exchange).rev().find(|other| other.page().is_some())
    }

    /// The newest page before this exchange that carried this state handle.
    pub(crate) fn page_with_handle(
        &self,
        exchange: &ParsedExchange<'_>,
        handle: &str,
    ) -> Option<&ParsedExchange<'c>> {
        let has_handle = |other: &&ParsedExchange<'_>| {
            other.page().is_some_and(|page| page.issued_handles().contains(&handle))
        };
        self.before(exchange).iter().rev().find(has_handle)
    }

    /// A number for the owner of what an exchange issues: the interact request, or else the transaction. `cancel` keeps the owner.
    pub(crate) fn owner_of(&self, exchange: &ParsedExchange<'_>) -> Option<String> {
        let transaction = exchange.transaction?;
        Some(match self.transactions.interact_of(transaction) {
            Some(interact) => format!("interact {interact}"),
            None => format!("{transaction:?}"),
        })
    }

    /// Whether a state handle was issued for another transaction than the one of this exchange. A response to `cancel` already belongs to the next one.
    pub(crate) fn is_of_another_transaction(
        &self,
        handle: &str,
        exchange: &ParsedExchange<'_>,
    ) -> bool {
        let Some(owner) = self.transactions.of_state_handle(handle) else { return false };
        exchange.endpoint() != "cancel" && exchange.transaction.is_some_and(|own| own != owner)
    }

    /// The transaction's newest page with an interaction code before this exchange.
    pub(crate) fn success_before(
        &self,
        exchange: &ParsedExchange<'_>,
    ) -> Option<&ParsedExchange<'c>> {
        let mut earlier = self.earlier(exchange).rev();
        earlier.find(|other| other.page().is_some_and(|page| page.success().is_some()))
    }

    /// The interact request that began the exchange's transaction.
    pub(crate) fn interact_of(&self, exchange: &ParsedExchange<'_>) -> Option<&ParsedExchange<'c>> {
        self.exchanges.get(self.transactions.interact_of(exchange.transaction?)?)
    }
}
