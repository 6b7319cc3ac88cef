//! Which rule acts on which request. The first whose parts all hold does, and only that one.

use idx_engine::{Env, Stream};
use jiff::Timestamp;
use rand::Rng as _;
use serde::{Deserialize, Serialize};

use crate::faults::{Document, Fault};

/// The rules of an org, and how far each has counted.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Faults {
    document: Document,
    counts: Vec<Count>,
}

#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
struct Count {
    /// Requests for which the parts hold that do not count.
    matched: u64,
    acted: u64,
}

/// A request, as far as rules look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) path: &'a str,
    pub(crate) step: Option<&'a str>,
    /// Whether its answer sends a message to somebody.
    pub(crate) sends: bool,
}

/// A fault that acts, and the id of its rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Acting {
    pub(crate) rule: String,
    pub(crate) fault: Fault,
}

impl Faults {
    /// Rules that were checked; they count from the beginning.
    pub(crate) fn new(document: Document) -> Self {
        let counts = vec![Count::default(); document.rules.len()];
        Self { document, counts }
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    /// The fault that acts on a request, if any. Chance is drawn from the seed, the rule's place and its count: the same requests have the same
    /// trouble each time.
    pub(crate) fn decide(&mut self, seen: Seen<'_>, seed: u64) -> Option<Acting> {
        for (index, (rule, count)) in self.document.rules.iter().zip(&mut self.counts).enumerate() {
            let matching = &rule.matching;
            let is_about_it =
                matching.path.as_ref().is_none_or(|pattern| covers(pattern, seen.path))
                    && matching.step.as_ref().is_none_or(|step| Some(step.as_str()) == seen.step)
                    && (seen.sends || !rule.fault.kind.is_about_messages());
            if !is_about_it {
                continue;
            }
            count.matched += 1;
            if matching.nth.is_none_or(|nth| count.matched == nth)
                && matching.every.is_none_or(|every| count.matched.is_multiple_of(every))
                && matching.count.is_none_or(|most| count.acted < most)
                && matching
                    .probability
                    .is_none_or(|chance| draw(seed, index, count.matched) < chance)
            {
                count.acted += 1;
                return Some(Acting { rule: rule.id.clone(), fault: rule.fault.clone() });
            }
        }
        None
    }
}

fn covers(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => path.starts_with(beginning),
        None => pattern == path,
    }
}

/// A number from 0 up to 1, from a stream that no transaction has.
fn draw(seed: u64, rule: usize, count: u64) -> f64 {
    let stream = Stream { seed, number: u64::MAX - rule as u64, version: count };
    let mut env = Env::new(Timestamp::UNIX_EPOCH, stream);
    (env.rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/idp/idx/challenge/answer";

    fn faults(rules: &str) -> Faults {
        let document: Document = serde_json::from_str(&format!("{{\"rules\":[{rules}]}}")).unwrap();
        Faults::new(document.checked().unwrap())
    }

    fn acts(faults: &mut Faults, times: usize) -> Vec<bool> {
        let seen = Seen { path: PATH, step: Some("enroll-authenticator"), sends: false };
        (0..times).map(|_| faults.decide(seen, 7).is_some()).collect()
    }

    #[test]
    fn the_parts_of_a_match_must_all_hold() {
        let mut on_path =
            faults(r#"{"match":{"path":"/idp/idx/challenge/*"},"fault":{"kind":"status"}}"#);
        assert_eq!(acts(&mut on_path, 1), [true]);
        let elsewhere = Seen { path: "/idp/idx/challenge", step: None, sends: false };
        assert!(on_path.decide(elsewhere, 7).is_none());

        let mut on_step = faults(
            r#"{"match":{"step":"identify","path":"/idp/idx/*"},"fault":{"kind":"status"}}"#,
        );
        assert_eq!(acts(&mut on_step, 1), [false]);
    }

    #[test]
    fn counting_parts_count() {
        let with = |part: &str| {
            acts(
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
    fn chance_is_the_same_each_time_and_about_as_often_as_said() {
        let rule = r#"{"match":{"probability":0.25},"fault":{"kind":"status"}}"#;
        let first = acts(&mut faults(rule), 400);
        assert_eq!(first, acts(&mut faults(rule), 400));
        let often = first.iter().filter(|acted| **acted).count();
        assert!((60..140).contains(&often), "{often} of 400");
        assert_eq!(
            acts(&mut faults(r#"{"match":{"probability":0},"fault":{"kind":"status"}}"#), 50),
            [false; 50]
        );
    }

    #[test]
    fn the_first_rule_that_matches_acts_and_message_rules_want_a_message() {
        let mut faults = faults(
            r#"{"id":"lost","match":{"count":1},"fault":{"kind":"message-lost"}},{"id":"any","fault":{"kind":"status"}}"#,
        );
        let rule = |faults: &mut Faults, sends| {
            faults.decide(Seen { path: PATH, step: None, sends }, 7).map(|acting| acting.rule)
        };
        assert_eq!(rule(&mut faults, false).as_deref(), Some("any"));
        assert_eq!(rule(&mut faults, true).as_deref(), Some("lost"));
        assert_eq!(rule(&mut faults, true).as_deref(), Some("any"));
    }
}
