//! The results of a run, for reports that are written at its end.

use idx_judge::rules::RuleOutcomes;

use crate::event::{Counts, Event, Part, RunFinished, RunStarted, ScenarioResult};

/// The results so far.
#[derive(Debug, Default)]
pub(super) struct CollectedRun {
    pub(super) started: Option<RunStarted>,
    pub(super) results: Vec<ScenarioResult>,
    pub(super) counts: Counts,
    pub(super) rules: RuleOutcomes,
}

impl CollectedRun {
    /// Adds an event. The last one sorts the results by address.
    pub(super) fn add(&mut self, event: &Event) -> Option<RunFinished> {
        match event {
            Event::RunStarted(started) => self.started = Some(started.clone()),
            Event::ScenarioStarted { .. } => {}
            Event::ScenarioFinished(result) => {
                self.counts.add(result.verdict);
                result.cases.iter().for_each(|case| self.rules.add(&case.rules));
                self.results.push((**result).clone());
            }
            Event::RunFinished(finished) => {
                // Scenarios end in any order, and equal runs must have equal reports.
                self.results.sort_by(|a, b| a.scenario.address.cmp(&b.scenario.address));
                return Some(finished.clone());
            }
        }
        None
    }

    pub(super) fn client(&self) -> &str {
        self.started.as_ref().map_or("", |started| started.client.as_str())
    }

    /// The target's issuer; an emulator has none.
    pub(super) fn target(&self) -> Option<&str> {
        self.started.as_ref()?.target.as_deref()
    }

    pub(super) fn part(&self) -> Option<Part> {
        self.started.as_ref()?.part
    }

    pub(super) fn seed(&self) -> u64 {
        self.started.as_ref().map_or(0, |started| started.seed)
    }
}
