//! Selects the rule that applies to a request: the first rule that matches.

use std::sync::Arc;

use idx_engine::{Env, Epoch, Stream};
use jiff::Timestamp;
use rand::Rng as _;
use serde::{Deserialize, Serialize};

use crate::faults::document::{Fault, FaultRules, Match};

/// The fault rules of an org, each with its counters.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Faults {
    rules: FaultRules,
    counters: Vec<Counter>,
}

#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
struct Counter {
    /// Requests that match everything but the counting parts.
    matched: u64,
    applied: u64,
}

/// The parts of a request that rules match.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FaultTarget<'a> {
    pub(crate) path: &'a str,
    pub(crate) step: Option<&'a str>,
    /// Whether the response sends a message.
    pub(crate) sends: bool,
}

/// The fault that applies to a request, and the id of its rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ActiveFault {
    pub(crate) rule: String,
    pub(crate) fault: Arc<Fault>,
}

impl Faults {
    /// Rules that have not counted any request yet.
    pub(crate) fn new(rules: FaultRules) -> Self {
        let counters = vec![Counter::default(); rules.rules.len()];
        Self { rules, counters }
    }

    pub(crate) fn rules(&self) -> &FaultRules {
        &self.rules
    }

    /// The fault that applies to a request, if any. The seed, the rule's index and its counter decide a probability, so the same requests have
    /// the same faults each time.
    pub(crate) fn select(&mut self, target: FaultTarget<'_>, seed: u64) -> Option<ActiveFault> {
        for (index, (rule, counter)) in self.rules.rules.iter().zip(&mut self.counters).enumerate()
        {
            let is_candidate =
                rule.matching.includes(target) && (target.sends || !rule.fault.needs_message());
            if !is_candidate {
                continue;
            }
            counter.matched += 1;
            if rule.matching.includes_count(*counter, |matched| fraction(seed, index, matched)) {
                counter.applied += 1;
                return Some(ActiveFault { rule: rule.id.clone(), fault: Arc::clone(&rule.fault) });
            }
        }
        None
    }
}

impl Match {
    fn includes(&self, target: FaultTarget<'_>) -> bool {
        self.path.as_ref().is_none_or(|pattern| pattern.matches(target.path))
            && self.step.as_ref().is_none_or(|step| Some(step.as_str()) == target.step)
    }

    fn includes_count(&self, counter: Counter, fraction: impl Fn(u64) -> f64) -> bool {
        let Counter { matched, applied } = counter;
        self.nth.is_none_or(|nth| matched == nth.get())
            && self.every.is_none_or(|every| matched.is_multiple_of(every.get()))
            && self.count.is_none_or(|count| applied < count.get())
            && self.probability.is_none_or(|probability| fraction(matched) < probability.0)
    }
}

/// A number from 0 up to 1, from a random stream that no transaction uses.
fn fraction(seed: u64, rule: usize, matched: u64) -> f64 {
    let number = u64::MAX - rule as u64;
    let stream = Stream { seed, number, version: matched, epoch: Epoch::first(seed, 0) };
    let mut env = Env::new(Timestamp::UNIX_EPOCH, stream);
    (env.rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/idp/idx/challenge/answer";

    fn faults(rules: &str) -> Faults {
        let rules: FaultRules = serde_json::from_str(&format!("{{\"rules\":[{rules}]}}")).unwrap();
        Faults::new(rules.with_ids().unwrap())
    }

    fn applied(faults: &mut Faults, times: usize) -> Vec<bool> {
        let target = FaultTarget { path: PATH, step: Some("enroll-authenticator"), sends: false };
        (0..times).map(|_| faults.select(target, 7).is_some()).collect()
    }

    #[test]
    fn rule_applies_only_if_every_part_matches() {
        let mut on_path =
            faults(r#"{"match":{"path":"/idp/idx/challenge/*"},"fault":{"kind":"status"}}"#);
        assert_eq!(applied(&mut on_path, 1), [true]);
        let elsewhere = FaultTarget { path: "/idp/idx/challenge", step: None, sends: false };
        assert!(on_path.select(elsewhere, 7).is_none());

        let mut on_step = faults(
            r#"{"match":{"step":"identify","path":"/idp/idx/*"},"fault":{"kind":"status"}}"#,
        );
        assert_eq!(applied(&mut on_step, 1), [false]);
    }

    #[test]
    fn nth_every_and_count_count_matching_requests() {
        let with = |part: &str| {
            applied(
                &mut faults(&format!("{{\"match\":{{{part}}},\"fault\":{{\"kind\":\"status\"}}}}")),
                6,
            )
        };
        assert_eq!(with(r#""nth":2"#), [false, true, false, false, false, false]);
        assert_eq!(with(r#""every":3"#), [false, false, true, false, false, true]);
        assert_eq!(with(r#""count":2"#), [true, true, false, false, false, false]);
        assert_eq!(with(r#""every":2,"count":1"#), [false, true, false, false, false, false]);
    }

    #[test]
    fn probability_is_reproducible() {
        let rule = r#"{"match":{"probability":0.25},"fault":{"kind":"status"}}"#;
        let first = applied(&mut faults(rule), 400);
        assert_eq!(first, applied(&mut faults(rule), 400));
        let count = first.iter().filter(|applied| **applied).count();
        assert!((60..140).contains(&count), "{count} of 400");
        assert_eq!(
            applied(&mut faults(r#"{"match":{"probability":0},"fault":{"kind":"status"}}"#), 50),
            [false; 50]
        );
    }

    #[test]
    fn first_matching_rule_applies() {
        let mut faults = faults(
            r#"{"id":"lost","match":{"count":1},"fault":{"kind":"message-lost"}},{"id":"any","fault":{"kind":"status"}}"#,
        );
        let rule = |faults: &mut Faults, sends| {
            faults
                .select(FaultTarget { path: PATH, step: None, sends }, 7)
                .map(|active| active.rule)
        };
        assert_eq!(rule(&mut faults, false).as_deref(), Some("any"));
        assert_eq!(rule(&mut faults, true).as_deref(), Some("lost"));
        assert_eq!(rule(&mut faults, true).as_deref(), Some("any"));
    }
}
