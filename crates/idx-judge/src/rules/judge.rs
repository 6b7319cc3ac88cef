//! Checks all rules against the exchanges of one case.

use super::outcome::{RuleOutcome, RuleOutcomes};
use super::registry::all;
use super::rule::Breach;
use crate::exchange::Exchange;
use crate::ledger::Ledger;
use crate::traffic::{Facts, Traffic};

/// The result of checking all rules.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// The first breaches of each rule, in the order of [`all`].
    pub breaches: Vec<Breach>,
    /// How often each rule was checked, and how often it held.
    pub outcomes: RuleOutcomes,
}

impl Judgement {
    /// Only what concerns the server. The rules for clients count as not exercised.
    #[must_use]
    pub fn of_server(self) -> Self {
        let breaches = self.breaches.into_iter().filter(|breach| breach.rule.is_for_server());
        let outcomes = self.outcomes.iter().filter(|outcome| outcome.rule.is_for_server());
        Self { breaches: breaches.collect(), outcomes: outcomes.copied().collect() }
    }
}

/// Judges the exchanges of one case.
#[must_use]
pub fn judge(exchanges: &[Exchange], facts: &Facts) -> Judgement {
    judge_in_run(exchanges, facts, &Ledger::default())
}

/// Judges the exchanges of one case of a run, in which every case uses the same server.
#[must_use]
pub fn judge_in_run(exchanges: &[Exchange], facts: &Facts, ledger: &Ledger) -> Judgement {
    let traffic = Traffic::new(exchanges, facts);
    let mut breaches = Vec::new();
    let outcomes = all().map(|rule| {
        let findings = rule.findings(&traffic, ledger);
        let (held, broken) = findings.counts();
        breaches.extend(findings.breaches(rule));
        RuleOutcome { rule, held, broken }
    });
    let outcomes = outcomes.collect();
    Judgement { breaches, outcomes }
}

/// Judges only the newest of these exchanges, by the rules that look at one response and what came before it.
#[must_use]
pub fn judge_newest(exchanges: &[Exchange], facts: &Facts) -> Vec<Breach> {
    let traffic = Traffic::new(exchanges, facts);
    let Some(newest) = traffic.exchanges.last() else { return Vec::new() };
    all().flat_map(|rule| rule.findings_at(newest, &traffic).breaches(rule)).collect()
}
