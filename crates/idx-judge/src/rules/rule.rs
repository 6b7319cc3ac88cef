//! A rule, and what its check finds.

use std::collections::BTreeSet;

use crate::ledger::Ledger;
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

/// Maximum breaches reported per rule and case.
const REPORTED: usize = 3;

/// A requirement that every exchange of every scenario must meet.
#[derive(Debug)]
pub struct Rule {
    /// The stable id: `server.*` for responses, `client.*` for requests.
    pub id: &'static str,
    /// `must` or `should`.
    pub level: Level,
    /// The requirement, as a sentence.
    pub says: &'static str,
    /// The consequence of a breach.
    pub reason: &'static str,
    /// The evidence for the requirement.
    pub source: &'static str,
    pub(super) check: Check,
}

#[derive(Debug)]
pub(super) enum Check {
    /// Checks one response, and may look back.
    Response(fn(&ParsedExchange<'_>, &Traffic<'_>, &mut Findings)),
    /// Checks a whole case.
    Case(fn(&Traffic<'_>, &mut Findings)),
    /// Checks a whole case, and what the server issued in earlier cases of the run.
    Run(fn(&Traffic<'_>, &Ledger, &mut Findings)),
}

/// A rule that did not hold.
#[derive(Debug, Clone)]
pub struct Breach {
    /// The rule that did not hold.
    pub rule: &'static Rule,
    /// The position of the exchange in the case, from 0.
    pub exchange: usize,
    /// What is wrong with the exchange.
    pub detail: String,
}

impl Rule {
    /// Whether it judges responses, and not requests.
    #[must_use]
    pub fn is_for_server(&self) -> bool {
        self.id.starts_with("server.")
    }

    pub(super) fn findings(&self, traffic: &Traffic<'_>, ledger: &Ledger) -> Findings {
        let mut findings = Findings::default();
        match self.check {
            Check::Response(check) => {
                traffic.exchanges.iter().for_each(|at| check(at, traffic, &mut findings));
            }
            Check::Case(check) => check(traffic, &mut findings),
            Check::Run(check) => check(traffic, ledger, &mut findings),
        }
        findings
    }

    /// Checks only this response. A rule that needs the whole case finds nothing.
    pub(super) fn findings_at(&self, at: &ParsedExchange<'_>, traffic: &Traffic<'_>) -> Findings {
        let mut findings = Findings::default();
        if let Check::Response(check) = self.check {
            check(at, traffic, &mut findings);
        }
        findings
    }
}

/// The exchanges that a rule was checked at, and those where it did not hold.
#[derive(Debug, Default)]
pub(super) struct Findings {
    checked: BTreeSet<usize>,
    broken: Vec<(usize, String)>,
}

impl Findings {
    /// Records a check. `detail` says what is wrong if the rule does not hold.
    pub(super) fn check(
        &mut self,
        holds: bool,
        exchange: &ParsedExchange<'_>,
        detail: impl FnOnce() -> String,
    ) {
        self.checked(exchange);
        if !holds {
            self.broken.push((exchange.index, detail()));
        }
    }

    /// Records that the rule was checked at an exchange.
    pub(super) fn checked(&mut self, exchange: &ParsedExchange<'_>) {
        self.checked.insert(exchange.index);
    }

    /// Records that the rule does not hold at an exchange.
    pub(super) fn broken(&mut self, exchange: &ParsedExchange<'_>, detail: impl Into<String>) {
        self.check(false, exchange, || detail.into());
    }

    /// The number of exchanges at which the rule held, and at which it was broken.
    pub(super) fn counts(&self) -> (usize, usize) {
        let broken = self.broken.iter().map(|(index, _)| *index).collect::<BTreeSet<_>>().len();
        (self.checked.len() - broken, broken)
    }

    pub(super) fn breaches(self, rule: &'static Rule) -> impl Iterator<Item = Breach> {
        let found = self.broken.into_iter().take(REPORTED);
        found.map(move |(exchange, detail)| Breach { rule, exchange, detail })
    }
}
