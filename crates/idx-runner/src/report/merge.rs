//! Putting the JSON reports of the parts of a run together.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use idx_judge::rules::Exercise;

use crate::event::{Counts, Part, Verdict};

/// A JSON report, its scenarios as they came.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MergedReport {
    format: u8,
    seed: u64,
    client: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(default, skip_serializing)]
    part: Option<Part>,
    /// Whether a part was stopped before its end.
    pub interrupted: bool,
    took: u64,
    /// How many scenarios ended how, in all parts.
    pub counts: Counts,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rules: Vec<RuleCount>,
    scenarios: Vec<Value>,
}

/// A rule's outcome in all parts.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct RuleCount {
    id: String,
    level: Value,
    outcome: Exercise,
    held: usize,
    broken: usize,
}

impl RuleCount {
    fn add(&mut self, other: &Self) {
        self.held += other.held;
        self.broken += other.broken;
        self.outcome = Exercise::of(self.held, self.broken);
    }
}

/// Reads the reports of the parts, each with the name it is shown by, and makes one of them.
///
/// # Errors
/// When a text is no report, or two do not belong together: another seed, another client, one scenario in both.
pub fn merge(parts: &[(String, String)]) -> Result<MergedReport, String> {
    let mut whole: Option<MergedReport> = None;
    let mut numbers = Vec::new();
    for (name, text) in parts {
        let part: MergedReport = serde_json::from_str(text)
            .map_err(|error| format!("{name} is no JSON report of `idxlab run`: {error}"))?;
        if part.format != 1 {
            return Err(format!(
                "{name} has format {}, and this idxlab reads format 1",
                part.format
            ));
        }
        numbers.extend(part.part.map(|part| (part, name.as_str())));
        whole = Some(match whole {
            None => part,
            Some(whole) => whole.and(part, name)?,
        });
    }
    let mut whole = whole.ok_or("there is nothing to merge; name the JSON reports of the parts")?;
    check_parts(&numbers)?;
    whole.finish()?;
    Ok(whole)
}

/// Each part of `--shard` must be there once: without one, what failed in it would pass.
fn check_parts(parts: &[(Part, &str)]) -> Result<(), String> {
    let Some((first, first_name)) = parts.first() else { return Ok(()) };
    for (place, (part, name)) in parts.iter().enumerate() {
        if part.count != first.count {
            return Err(format!(
                "{name} is a part of {}, and {first_name} one of {}",
                part.count, first.count
            ));
        }
        if let Some((_, other)) = parts[..place].iter().find(|(other, _)| other == part) {
            return Err(format!(
                "{name} and {other} are both part {} of {}",
                part.number, part.count
            ));
        }
    }
    match (1..=first.count).find(|number| parts.iter().all(|(part, _)| part.number != *number)) {
        Some(missing) => Err(format!("part {missing} of {} is missing", first.count)),
        None => Ok(()),
    }
}

impl MergedReport {
    fn and(mut self, part: Self, name: &str) -> Result<Self, String> {
        if part.seed != self.seed {
            return Err(format!(
                "{name} has seed {}, and the parts before it {}",
                part.seed, self.seed
            ));
        }
        if part.client != self.client {
            return Err(format!(
                "{name} is of {}, and the parts before it of {}",
                part.client, self.client
            ));
        }
        if part.target != self.target {
            let name_of = |target: Option<String>| target.unwrap_or_else(|| "the emulator".into());
            let (one, other) = (name_of(part.target), name_of(self.target));
            return Err(format!(
                "{name} was run against {one}, and the parts before it against {other}"
            ));
        }
        self.interrupted |= part.interrupted;
        // The parts run beside each other.
        self.took = self.took.max(part.took);
        self.scenarios.extend(part.scenarios);
        for other in part.rules {
            match self.rules.iter_mut().find(|mine| mine.id == other.id) {
                Some(mine) => mine.add(&other),
                None => self.rules.push(other),
            }
        }
        Ok(self)
    }

    /// Puts the scenarios in order and counts them again.
    fn finish(&mut self) -> Result<(), String> {
        let address =
            |scenario: &Value| scenario["address"].as_str().unwrap_or_default().to_owned();
        self.scenarios.sort_by_key(address);
        if let Some(pair) =
            self.scenarios.windows(2).find(|pair| address(&pair[0]) == address(&pair[1]))
        {
            return Err(format!("{} is in two of the parts", address(&pair[0])));
        }
        self.counts = Counts::default();
        for scenario in &self.scenarios {
            let word = scenario["verdict"].as_str().unwrap_or_default();
            let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.word() == word);
            self.counts.add(
                verdict.ok_or_else(|| format!("{} has the verdict {word:?}", address(scenario)))?,
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn part(seed: u64, addresses: &[(&str, &str)]) -> (String, String) {
        let scenarios: Vec<_> = addresses
            .iter()
            .map(|(address, verdict)| json!({"address": address, "verdict": verdict}))
            .collect();
        let report = json!({"format": 1, "seed": seed, "client": "c", "interrupted": false, "took": 5,
            "counts": Counts::default(), "scenarios": scenarios});
        ("part.json".into(), report.to_string())
    }

    #[test]
    fn parts_become_one_in_order() {
        let merged =
            merge(&[part(1, &[("c", "failed")]), part(1, &[("a", "passed"), ("d", "passed")])])
                .unwrap();
        assert_eq!((merged.counts.total, merged.counts.passed, merged.counts.failed), (3, 2, 1));
        assert_eq!(merged.scenarios[0]["address"], "a");
        assert!(serde_json::to_string(&merged).unwrap().starts_with("{\"format\":1,"));
    }

    #[test]
    fn rule_outcomes_of_the_parts_add_up() {
        let with_rule = |address: &str, outcome: &str, held: usize| {
            let (name, text) = part(1, &[(address, "passed")]);
            let mut report: Value = serde_json::from_str(&text).unwrap();
            report["rules"] = json!([{"id": "server.json", "level": "must", "outcome": outcome, "held": held, "broken": 0}]);
            (name, report.to_string())
        };
        let merged = merge(&[
            with_rule("a", "held", 2),
            with_rule("b", "not-exercised", 0),
            with_rule("c", "held", 3),
        ]);
        let rule = &merged.unwrap().rules[0];
        assert_eq!((rule.outcome, rule.held), (Exercise::Held, 5));
    }

    fn shard(number: usize, count: usize) -> (String, String) {
        let (_, text) = part(1, &[(&format!("{number}/{count}"), "passed")]);
        let numbered = format!(r#"{{"part":{{"number":{number},"count":{count}}},"#);
        (format!("{number}.json"), text.replacen('{', &numbered, 1))
    }

    #[test]
    fn every_part_must_be_there_once() {
        let merged = merge(&[shard(2, 3), shard(1, 3), shard(3, 3)]).unwrap();
        assert_eq!(merged.counts.passed, 3);
        assert!(!serde_json::to_string(&merged).unwrap().contains("part"));
        let error = |parts: &[(String, String)]| merge(parts).unwrap_err();
        assert_eq!(error(&[shard(1, 3), shard(3, 3)]), "part 2 of 3 is missing");
        assert_eq!(error(&[shard(1, 2), shard(1, 2)]), "1.json and 1.json are both part 1 of 2");
        assert_eq!(
            error(&[shard(1, 2), shard(2, 3)]),
            "2.json is a part of 3, and 1.json one of 2"
        );
    }

    #[test]
    fn parts_of_different_runs_are_refused() {
        let error = |parts: &[(String, String)]| merge(parts).unwrap_err();
        assert_eq!(
            error(&[part(1, &[]), part(2, &[])]),
            "part.json has seed 2, and the parts before it 1"
        );
        assert_eq!(
            error(&[part(1, &[("a", "passed")]), part(1, &[("a", "passed")])]),
            "a is in two of the parts"
        );
        assert!(error(&[("x".into(), "{}".into())]).starts_with("x is no JSON report"));
        assert!(error(&[]).starts_with("there is nothing to merge"));
    }
}
