//! Runs the steps of a case one after the other, and judges each by the proxy's record.

use serde_json::Value;

use super::bindings::Bindings;
use super::inbox::InboxReader;
use super::judging::StepJudge;
use super::pending::{PendingStep, PendingSteps};
use super::requirements;
use super::setup::CaseSetup;
use super::templates::filled_in;
use super::test_bed::TestBed;
use crate::control::ControlError;
use crate::drivers::{ActionError, Driver, WireClient};
use crate::event::StepResult;
use idx_judge::Failure;
use idx_scenario::{Action, Scenario, Step};

/// A case under way.
pub(super) struct CaseRunner<'s> {
    bed: &'s TestBed,
    driver: Box<dyn Driver>,
    /// Calls the control API for clients that cannot.
    control_client: WireClient,
    judge: StepJudge<'s>,
    inbox: InboxReader<'s>,
    pending: PendingSteps,
}

/// The results of the steps.
#[derive(Debug, Default)]
pub(super) struct CaseOutcome {
    pub(super) steps: Vec<StepResult>,
    /// Why the client could not continue.
    pub(super) unsupported: Option<String>,
    /// How many steps the client did not show, because it took several answers in one call.
    pub(super) unseen: usize,
}

impl CaseOutcome {
    pub(super) fn failed(&self) -> bool {
        self.steps.iter().any(|step| !step.failures.is_empty())
    }
}

impl<'s> CaseRunner<'s> {
    pub(super) fn new(
        setup: &'s CaseSetup,
        driver: Box<dyn Driver>,
        control_client: WireClient,
        bindings: Bindings,
    ) -> Self {
        let bed = &setup.bed;
        let judge = StepJudge {
            record: setup.proxy.record().clone(),
            bindings,
            signed_values: &bed.signed_values,
            is_target: bed.control.is_none(),
            by_endpoint: driver.answers_by_endpoint(),
        };
        let inbox = InboxReader::new(bed);
        Self { bed, driver, control_client, judge, inbox, pending: PendingSteps::default() }
    }

    /// Runs the steps up to the first one that fails.
    pub(super) async fn run(&mut self, scenario: &Scenario) -> CaseOutcome {
        let mut outcome = CaseOutcome::default();
        for step in &scenario.steps {
            let mark = self.judge.record.count();
            let failures = match self.perform(step, outcome.steps.len(), mark).await {
                Ok(failures) => failures,
                Err(ActionError::Unsupported(reason)) => {
                    outcome.unsupported = Some(reason.to_string());
                    break;
                }
                Err(error) => {
                    let (summary, error) = (step.action.summary(), error.to_string());
                    vec![Failure::Action { summary, error }]
                }
            };
            outcome.steps.push(self.result(scenario, step, failures, mark));
            self.pending.settle(&mut outcome.steps);
            if outcome.failed() {
                break;
            }
        }
        if !outcome.failed() && outcome.unsupported.is_none() {
            self.pending.fail_rest(&mut outcome.steps);
        }
        outcome.unseen = self.pending.unseen;
        outcome
    }

    /// The end of the client's standard error. The client ends.
    pub(super) async fn stderr_tail(&mut self) -> Option<String> {
        self.driver.stderr_tail().await
    }

    fn result(
        &self,
        scenario: &Scenario,
        step: &Step,
        failures: Vec<Failure>,
        mark: usize,
    ) -> StepResult {
        let action = filled_in(&step.action, &self.judge.bindings.variables);
        StepResult {
            location: scenario.place_of(step),
            summary: action.as_ref().unwrap_or(&step.action).summary(),
            failures,
            exchanges: mark..self.judge.record.count(),
        }
    }

    async fn perform(
        &mut self,
        step: &Step,
        index: usize,
        mark: usize,
    ) -> Result<Vec<Failure>, ActionError> {
        let action = match filled_in(&step.action, &self.judge.bindings.variables) {
            Ok(action) => action,
            Err(unknown) => return Ok(vec![unknown.into()]),
        };
        if let Some(failures) = self.perform_on_org(&action).await {
            return Ok(failures);
        }
        if action.is_control() && self.judge.by_endpoint {
            return self.call_control_api(step, &action, mark).await;
        }
        let performed = self.driver.perform(&action).await;
        if step.deliberate {
            self.judge.record.mark_deliberate(mark);
        }
        if self.judge.by_endpoint {
            let report = performed?.report.unwrap_or_default();
            let is_deferred = report.deferred && !report.silent;
            self.pending.push(PendingStep { index, step: step.clone(), action, is_deferred });
            self.pending.assign(&report, &mut self.judge);
            return Ok(Vec::new());
        }
        let exchanges = self.judge.record.since(mark);
        let page_before = self.judge.bindings.page.clone();
        exchanges.iter().for_each(|exchange| self.judge.bindings.learn(exchange));
        self.judge.bindings.variables.extend(performed?.values);
        let exchange = match action {
            Action::Finish => exchanges.iter().rev().find(|exchange| exchange.is_oauth("token")),
            _ => exchanges.last(),
        };
        Ok(self.judge.judge(step, &action, exchange, &page_before))
    }

    /// Performs an action that needs no client; `None` for other actions.
    async fn perform_on_org(&mut self, action: &Action) -> Option<Vec<Failure>> {
        Some(match action {
            Action::Inbox(step) => self.inbox.read(step, &mut self.judge.bindings.variables).await,
            Action::Clock { movement } => {
                failures("the clock moved", self.move_clock(movement).await)
            }
            Action::Faults { rules } => failures("the faults put", self.put_faults(rules).await),
            Action::Set { values } => {
                self.judge.bindings.variables.extend(values.clone());
                Vec::new()
            }
            _ => return None,
        })
    }

    /// Calls the control API for the client. The client may make requests meanwhile, so the call is found by its address.
    async fn call_control_api(
        &mut self,
        step: &Step,
        action: &Action,
        mark: usize,
    ) -> Result<Vec<Failure>, ActionError> {
        self.control_client.perform(action).await?;
        self.judge.record.mark_calls_of_the_owner(mark);
        let exchanges = self.judge.record.since(mark);
        let call = exchanges.iter().find(|exchange| exchange.is_control());
        let page_before = self.judge.bindings.page.clone();
        Ok(self.judge.judge(step, action, call, &page_before))
    }

    async fn move_clock(&mut self, movement: &Value) -> Result<(), ControlError> {
        if let Some(control) = &self.bed.control {
            control.move_clock(movement).await?;
            let now = control.now().await?;
            self.judge.record.set_org_time(self.bed.frozen_at.map(|_| now));
        } else if let Some(wait) = requirements::short_advance(movement) {
            // This must be real time: the clock belongs to another system.
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    async fn put_faults(&mut self, rules: &Value) -> Result<(), ControlError> {
        match &self.bed.control {
            Some(control) => control.put_faults(rules).await,
            None => Ok(()),
        }
    }
}

fn failures(expected: &'static str, outcome: Result<(), ControlError>) -> Vec<Failure> {
    let error = outcome.err();
    error.map(|error| Failure::Control { expected, error: error.to_string() }).into_iter().collect()
}
