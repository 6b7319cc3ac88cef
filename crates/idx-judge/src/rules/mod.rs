//! Rules that every exchange of every scenario is judged by: `server.*` on what was answered, `client.*` on what was sent.
//!
//! To add one: a function and a line in the table of its file.

mod client;
mod conversation;
mod outcome;
mod server;

use std::collections::BTreeSet;

pub use conversation::Facts;
pub use outcome::{Exercise, RuleOutcome, RuleOutcomes};

use conversation::{Conversation, Read};

use crate::exchange::Exchange;
use idx_scenario::Level;

/// How many breaches of one rule a case reports; more say nothing new.
const REPORTED: usize = 3;

/// A rule with its four things: an id, a level, the reason, the source.
#[derive(Debug)]
pub struct Rule {
    /// Its stable id.
    pub id: &'static str,
    /// How much it binds.
    pub level: Level,
    /// What must hold, as a sentence.
    pub says: &'static str,
    /// What goes wrong where it does not hold.
    pub reason: &'static str,
    /// What shows it.
    pub source: &'static str,
    check: Check,
}

#[derive(Debug)]
enum Check {
    /// Looks at one answer.
    Answer(fn(&Read<'_>, &Conversation<'_>, &mut Findings)),
    /// Looks at a whole case.
    Whole(fn(&Conversation<'_>, &mut Findings)),
}

/// A rule that did not hold.
#[derive(Debug, Clone)]
pub struct Breach {
    /// Which rule.
    pub rule: &'static Rule,
    /// Which exchange of the case, from 0.
    pub exchange: usize,
    /// What was found there.
    pub detail: String,
}

/// Every rule, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    server::TABLES.iter().chain(client::TABLES).flat_map(|table| table.iter())
}

/// The rule of this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// What the rules make of one case.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// The first breaches of each rule, in the order of [`all`].
    pub breaches: Vec<Breach>,
    /// How often each rule was checked, and how often it held.
    pub outcomes: RuleOutcomes,
}

/// Judges the exchanges of one case.
#[must_use]
pub fn judge(exchanges: &[Exchange], facts: &Facts) -> Judgement {
    let conversation = Conversation::new(exchanges, facts);
    let mut breaches = Vec::new();
    let outcomes = all().map(|rule| {
        let findings = rule.findings(&conversation);
        let outcome = findings.outcome(rule);
        breaches.extend(findings.breaches(rule));
        outcome
    });
    let outcomes = outcomes.collect();
    Judgement { breaches, outcomes }
}

/// Judges only the newest of these exchanges, by the rules that look at one response and what came before it.
#[must_use]
pub fn judge_newest(exchanges: &[Exchange], facts: &Facts) -> Vec<Breach> {
    let conversation = Conversation::new(exchanges, facts);
    let Some(read) = conversation.reads.last() else { return Vec::new() };
    all().flat_map(|rule| rule.findings_at(read, &conversation).breaches(rule)).collect()
}

impl Rule {
    const fn must(id: &'static str, check: Check, texts: [&'static str; 3]) -> Self {
        Self { id, level: Level::Must, says: texts[0], reason: texts[1], source: texts[2], check }
    }

    const fn should(id: &'static str, check: Check, texts: [&'static str; 3]) -> Self {
        Self { id, level: Level::Should, says: texts[0], reason: texts[1], source: texts[2], check }
    }

    fn findings(&self, conversation: &Conversation<'_>) -> Findings {
        let mut findings = Findings::default();
        match self.check {
            Check::Answer(check) => {
                conversation.reads.iter().for_each(|read| check(read, conversation, &mut findings))
            }
            Check::Whole(check) => check(conversation, &mut findings),
        }
        findings
    }

    fn findings_at(&self, read: &Read<'_>, conversation: &Conversation<'_>) -> Findings {
        let mut findings = Findings::default();
        if let Check::Answer(check) = self.check {
            check(read, conversation, &mut findings);
        }
        findings
    }
}

/// What one rule found: the exchanges it was checked at, and those where it did not hold.
#[derive(Debug, Default)]
struct Findings {
    checked: BTreeSet<usize>,
    broken: Vec<(usize, String)>,
}

impl Findings {
    fn add(&mut self, read: &Read<'_>, detail: impl Into<String>) {
        self.checked.insert(read.place);
        self.broken.push((read.place, detail.into()));
    }

    fn add_unless(&mut self, holds: bool, read: &Read<'_>, detail: impl FnOnce() -> String) {
        self.checked.insert(read.place);
        if !holds {
            self.add(read, detail());
        }
    }

    fn outcome(&self, rule: &'static Rule) -> RuleOutcome {
        let broken: BTreeSet<_> = self.broken.iter().map(|(place, _)| *place).collect();
        RuleOutcome { rule, held: self.checked.len() - broken.len(), broken: broken.len() }
    }

    fn breaches(self, rule: &'static Rule) -> impl Iterator<Item = Breach> {
        let found = self.broken.into_iter().take(REPORTED);
        found.map(move |(exchange, detail)| Breach { rule, exchange, detail })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_every_rule_says_why() {
        let mut ids = BTreeSet::new();
        for rule in all() {
            assert!(ids.insert(rule.id), "{} is there twice", rule.id);
            let (side, name) = rule.id.split_once('.').unwrap_or_default();
            assert!(
                ["server", "client"].contains(&side) && !name.is_empty(),
                "{} is no id",
                rule.id
            );
            assert!(
                [rule.says, rule.reason, rule.source].iter().all(|text| text.len() > 5),
                "{} says too little",
                rule.id
            );
        }
    }

    #[test]
    fn there_are_as_many_as_promised() {
        let count = |side: &str| all().filter(|rule| rule.id.starts_with(side)).count();
        assert!(count("server.") >= 40, "{} server rules", count("server."));
        assert!(count("client.") >= 30, "{} client rules", count("client."));
    }
}
