//! How often each rule was checked, and how often it held.

use serde::{Deserialize, Serialize};

use super::registry::all;
use super::rule::Rule;

/// What came of one rule: not exercised, held n times, or broken.
#[derive(Debug, Clone, Copy)]
pub struct RuleOutcome {
    /// The rule that was checked, or not.
    pub rule: &'static Rule,
    /// Exchanges at which the rule was checked and held.
    pub held: usize,
    /// Exchanges at which the rule did not hold.
    pub broken: usize,
}

/// The outcome in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exercise {
    /// No exchange gave a reason to check the rule.
    NotExercised,
    /// The rule was checked and never broken.
    Held,
    /// The rule was broken at least once.
    Broken,
}

impl RuleOutcome {
    /// The outcome without its counts.
    #[must_use]
    pub fn exercise(&self) -> Exercise {
        Exercise::of(self.held, self.broken)
    }

    /// Whether it was checked at least once.
    #[must_use]
    pub fn is_exercised(&self) -> bool {
        self.exercise() != Exercise::NotExercised
    }
}

impl Exercise {
    /// The outcome of a rule that was checked so often.
    #[must_use]
    pub fn of(held: usize, broken: usize) -> Self {
        match (held, broken) {
            (0, 0) => Self::NotExercised,
            (_, 0) => Self::Held,
            _ => Self::Broken,
        }
    }

    /// The outcome as reports print it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotExercised => "not exercised",
            Self::Held => "held",
            Self::Broken => "broken",
        }
    }
}

/// One outcome per rule, in the order of [`all`]. The outcomes of a run are the sum of the outcomes of its cases.
#[derive(Debug, Clone)]
pub struct RuleOutcomes(Vec<RuleOutcome>);

impl Default for RuleOutcomes {
    /// No rule was exercised.
    fn default() -> Self {
        Self(all().map(|rule| RuleOutcome { rule, held: 0, broken: 0 }).collect())
    }
}

impl FromIterator<RuleOutcome> for RuleOutcomes {
    /// Counts every outcome at its rule.
    fn from_iter<I: IntoIterator<Item = RuleOutcome>>(outcomes: I) -> Self {
        let mut sum = Self::default();
        outcomes.into_iter().for_each(|outcome| sum.count(outcome));
        sum
    }
}

impl RuleOutcomes {
    /// Adds the outcomes of another case or run.
    pub fn add(&mut self, other: &Self) {
        other.iter().for_each(|outcome| self.count(*outcome));
    }

    /// Every rule's outcome, in the order of [`all`].
    pub fn iter(&self) -> impl Iterator<Item = &RuleOutcome> {
        self.0.iter()
    }

    /// The rules that were checked at least once.
    #[must_use]
    pub fn exercised(&self) -> usize {
        self.judged().filter(|outcome| outcome.is_exercised()).count()
    }

    /// The ids of the rules that were never checked.
    #[must_use]
    pub fn not_exercised(&self) -> Vec<&'static str> {
        let missing = self.judged().filter(|outcome| !outcome.is_exercised());
        missing.map(|outcome| outcome.rule.id).collect()
    }

    /// The rules of the run's subject. With a target and the built-in client, no rule for clients is checked.
    fn judged(&self) -> impl Iterator<Item = &RuleOutcome> {
        let is_for_client = |outcome: &RuleOutcome| !outcome.rule.is_for_server();
        let exercised = || self.iter().filter(|outcome| outcome.is_exercised());
        let only_server = exercised().count() > 0 && !exercised().any(is_for_client);
        self.iter().filter(move |outcome| !only_server || !is_for_client(outcome))
    }

    /// `121 of 134 rules exercised`.
    #[must_use]
    pub fn summary(&self) -> String {
        format!("{} of {} rules exercised", self.exercised(), self.judged().count())
    }

    fn count(&mut self, outcome: RuleOutcome) {
        let mine = self.0.iter_mut().find(|mine| mine.rule.id == outcome.rule.id);
        if let Some(mine) = mine {
            mine.held += outcome.held;
            mine.broken += outcome.broken;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(held: usize, broken: usize) -> RuleOutcome {
        let rule = all().next().expect("the report lists the rules");
        RuleOutcome { rule, held, broken }
    }

    #[test]
    fn rule_without_any_check_is_not_exercised() {
        assert_eq!(outcome(0, 0).exercise(), Exercise::NotExercised);
        assert_eq!(outcome(2, 0).exercise(), Exercise::Held);
        assert_eq!(outcome(2, 1).exercise(), Exercise::Broken);
        assert_eq!(RuleOutcomes::default().exercised(), 0);
    }

    #[test]
    fn outcomes_of_cases_add_up() {
        let mut run = RuleOutcomes::from_iter([outcome(2, 0)]);
        run.add(&RuleOutcomes::from_iter([outcome(1, 1)]));
        let first = run.iter().next().expect("the report lists the rules");
        assert_eq!((first.held, first.broken), (3, 1));
        let of_server = all().filter(|rule| rule.is_for_server()).count();
        assert_eq!(run.summary(), format!("1 of {of_server} rules exercised"));
        assert_eq!(run.not_exercised().len(), of_server - 1);
    }

    #[test]
    fn rules_for_clients_count_if_one_is_exercised() {
        let rule = all().find(|rule| !rule.is_for_server()).expect("there are rules for clients");
        let run =
            RuleOutcomes::from_iter([outcome(1, 0), RuleOutcome { rule, held: 1, broken: 0 }]);
        assert_eq!(run.summary(), format!("2 of {} rules exercised", all().count()));
    }
}
