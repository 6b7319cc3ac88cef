//! Judges one step by the exchange that belongs to it.

use serde_json::Value;

use super::bindings::Bindings;
use idx_judge::Failure;
use idx_judge::exchange::{Exchange, Record};
use idx_judge::expectations::{self, Evidence};
use idx_judge::tokens;
use idx_scenario::template::Variables;
use idx_scenario::{Action, Step};

/// The record of a case and the values of its scenario, from which steps are judged.
#[derive(Debug)]
pub(super) struct StepJudge<'b> {
    pub(super) record: Record,
    pub(super) bindings: Bindings,
    /// Values that signed claims have in place of those in responses.
    pub(super) signed_values: &'b Variables,
    /// Whether the org is not the case's own.
    pub(super) is_target: bool,
    /// Whether the client may make other requests before and after the one of a step.
    pub(super) by_endpoint: bool,
}

impl StepJudge<'_> {
    /// Compares a step's exchange with its expectations, and takes the values that it captures.
    pub(super) fn judge(
        &mut self,
        step: &Step,
        action: &Action,
        exchange: Option<&Exchange>,
        page_before: &Value,
    ) -> Vec<Failure> {
        let variables = &self.bindings.variables;
        let signed_values = self.signed_values;
        let is_target = self.is_target;
        let evidence = Evidence { exchange, page_before, variables, signed_values, is_target };
        let mut failures = expectations::judge(&step.expect, &evidence);
        if *action == Action::Finish && !self.by_endpoint {
            failures.extend(tokens::check(&self.record.since(0)));
        }
        if failures.is_empty() {
            failures.extend(self.bindings.capture(&step.capture, exchange));
        }
        failures
    }
}
