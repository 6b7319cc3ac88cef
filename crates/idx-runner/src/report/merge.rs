//! Merges the JSON reports of the parts of a run.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use idx_judge::rules::Exercise;

use crate::event::{Counts, Part, Verdict};

/// A JSON report whose scenarios stay as they were written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MergedReport {
    format: u8,
    seed: u64,
    client: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(default, skip_serializing)]
    part: Option<Part>,
    /// Whether a part stopped before its end.
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

/// Why reports cannot be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// There are no reports.
    #[error("there is nothing to merge; name the JSON reports of the parts")]
    NoReports,
    /// The text is not a report.
    #[error("{name} is not a JSON report of `idxlab run`: {error}")]
    NoReport {
        /// The report.
        name: String,
        /// The parser's reason.
        error: serde_json::Error,
    },
    /// A later version wrote the report.
    #[error("{name} has format {format}, and this idxlab reads format 1")]
    OtherFormat {
        /// The report.
        name: String,
        /// Its format.
        format: u8,
    },
    /// The reports are of different runs.
    #[error("{name} has the {what} {actual}, and the parts before it have {expected}")]
    OtherRun {
        /// The report.
        name: String,
        /// `seed`, `client` or `target`.
        what: &'static str,
        /// The value in the report.
        actual: String,
        /// The value in the others.
        expected: String,
    },
    /// The run had another number of parts.
    #[error("{name} is a part of {count}, and {other} is a part of {expected}")]
    OtherCount {
        /// The report.
        name: String,
        /// Its number of parts.
        count: usize,
        /// The first report.
        other: String,
        /// The first report's number of parts.
        expected: usize,
    },
    /// Two reports are of the same part.
    #[error("{name} and {other} are both part {} of {}", part.number, part.count)]
    SamePart {
        /// One report.
        name: String,
        /// The other.
        other: String,
        /// The part.
        part: Part,
    },
    /// The report of a part is missing.
    #[error("part {number} of {count} is missing")]
    Missing {
        /// The part.
        number: usize,
        /// The number of parts.
        count: usize,
    },
    /// Two parts ran the same scenario.
    #[error("{address} is in two of the parts")]
    Twice {
        /// The scenario.
        address: String,
    },
    /// A scenario has a verdict that no version writes.
    #[error("{address} has the unknown verdict {verdict:?}")]
    UnknownVerdict {
        /// The scenario.
        address: String,
        /// The verdict.
        verdict: String,
    },
}

/// Merges reports, each with the name for error messages.
///
/// # Errors
/// When a text is not a report, the reports are of different runs, or a part is missing or there twice.
pub fn merge(reports: &[(String, String)]) -> Result<MergedReport, MergeError> {
    let mut whole: Option<MergedReport> = None;
    let mut parts = Vec::new();
    for (name, text) in reports {
        let report: MergedReport = serde_json::from_str(text)
            .map_err(|error| MergeError::NoReport { name: name.clone(), error })?;
        if report.format != 1 {
            return Err(MergeError::OtherFormat { name: name.clone(), format: report.format });
        }
        parts.extend(report.part.map(|part| (part, name.as_str())));
        whole = Some(match whole {
            None => report,
            Some(whole) => whole.and(report, name)?,
        });
    }
    let mut whole = whole.ok_or(MergeError::NoReports)?;
    check_parts(&parts)?;
    whole.finish()?;
    Ok(whole)
}

/// Each part of `--shard` must be there once. Without a part, its failures would be missing.
fn check_parts(parts: &[(Part, &str)]) -> Result<(), MergeError> {
    let Some((first, first_name)) = parts.first() else { return Ok(()) };
    for (index, (part, name)) in parts.iter().enumerate() {
        let name = (*name).to_owned();
        if part.count != first.count {
            let (other, expected) = ((*first_name).to_owned(), first.count);
            return Err(MergeError::OtherCount { name, count: part.count, other, expected });
        }
        if let Some((_, other)) = parts[..index].iter().find(|(other, _)| other == part) {
            return Err(MergeError::SamePart { name, other: (*other).to_owned(), part: *part });
        }
    }
    let is_missing = |number: &usize| parts.iter().all(|(part, _)| part.number != *number);
    match (1..=first.count).find(is_missing) {
        Some(number) => Err(MergeError::Missing { number, count: first.count }),
        None => Ok(()),
    }
}

impl MergedReport {
    fn and(mut self, report: Self, name: &str) -> Result<Self, MergeError> {
        let target = |report: &Self| report.target.clone().unwrap_or_else(|| "the emulator".into());
        for (what, actual, expected) in [
            ("seed", report.seed.to_string(), self.seed.to_string()),
            ("client", report.client.clone(), self.client.clone()),
            ("target", target(&report), target(&self)),
        ] {
            if actual != expected {
                return Err(MergeError::OtherRun { name: name.to_owned(), what, actual, expected });
            }
        }
        self.interrupted |= report.interrupted;
        // The parts run at the same time.
        self.took = self.took.max(report.took);
        self.scenarios.extend(report.scenarios);
        for other in report.rules {
            match self.rules.iter_mut().find(|mine| mine.id == other.id) {
                Some(mine) => mine.add(&other),
                None => self.rules.push(other),
            }
        }
        Ok(self)
    }

    /// Sorts and counts the scenarios.
    fn finish(&mut self) -> Result<(), MergeError> {
        let address =
            |scenario: &Value| scenario["address"].as_str().unwrap_or_default().to_owned();
        self.scenarios.sort_by_key(address);
        let mut pairs = self.scenarios.windows(2);
        if let Some(pair) = pairs.find(|pair| address(&pair[0]) == address(&pair[1])) {
            return Err(MergeError::Twice { address: address(&pair[0]) });
        }
        self.counts = Counts::default();
        for scenario in &self.scenarios {
            let word = scenario["verdict"].as_str().unwrap_or_default();
            let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.word() == word);
            self.counts.add(verdict.ok_or_else(|| MergeError::UnknownVerdict {
                address: address(scenario),
                verdict: word.to_owned(),
            })?);
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
    fn parts_are_merged_in_order() {
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
    fn missing_or_repeated_part_is_refused() {
        let merged = merge(&[shard(2, 3), shard(1, 3), shard(3, 3)]).unwrap();
        assert_eq!(merged.counts.passed, 3);
        assert!(!serde_json::to_string(&merged).unwrap().contains("part"));
        let error = |parts: &[(String, String)]| merge(parts).unwrap_err().to_string();
        assert_eq!(error(&[shard(1, 3), shard(3, 3)]), "part 2 of 3 is missing");
        assert_eq!(error(&[shard(1, 2), shard(1, 2)]), "1.json and 1.json are both part 1 of 2");
        assert_eq!(
            error(&[shard(1, 2), shard(2, 3)]),
            "2.json is a part of 3, and 1.json is a part of 2"
        );
    }

    #[test]
    fn parts_of_different_runs_are_refused() {
        let error = |parts: &[(String, String)]| merge(parts).unwrap_err().to_string();
        assert_eq!(
            error(&[part(1, &[]), part(2, &[])]),
            "part.json has the seed 2, and the parts before it have 1"
        );
        assert_eq!(
            error(&[part(1, &[("a", "passed")]), part(1, &[("a", "passed")])]),
            "a is in two of the parts"
        );
        assert!(error(&[("x".into(), "{}".into())]).starts_with("x is not a JSON report"));
        assert!(error(&[]).starts_with("there is nothing to merge"));
    }
}
