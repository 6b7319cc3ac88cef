//! Playing the steps of a case one after the other, and judging each by what the proxy saw.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use serde_json::{Value, json};

use super::fill::filled_in;
use super::inbox;
use super::knowledge::Knowledge;
use super::shown;
use super::world::World;
use crate::control::ControlError;
use crate::drivers::wire::WireClient;
use crate::drivers::{ClientReport, Driver, Trouble};
use crate::event::StepResult;
use idx_judge::Failure;
use idx_judge::exchange::{Exchange, Record};
use idx_judge::expectations::{self, Evidence};
use idx_judge::tokens;
use idx_scenario::model::InboxStep;
use idx_scenario::{Action, Scenario, Step};

/// Everything a case plays with.
pub(super) struct Stage<'w> {
    world: &'w World,
    driver: Box<dyn Driver>,
    /// Calls the control API where the client cannot.
    owner: WireClient,
    record: Record,
    knowledge: Knowledge,
    /// The newest message taken, by address.
    taken: BTreeMap<String, Value>,
    /// Up to where the record has been given to steps.
    cursor: usize,
    /// Steps whose requests the client has not made yet.
    waiting: VecDeque<Waiting>,
    /// What is known since then of steps that were done before.
    settled: Vec<Settled>,
    unseen: usize,
}

/// A step whose request is still to come.
struct Waiting {
    /// Which step of the case, from 0.
    place: usize,
    step: Step,
    action: Action,
    /// Whether the client was asked and put the answer off.
    is_put_off: bool,
}

/// A step whose request has come.
struct Settled {
    place: usize,
    failures: Vec<Failure>,
    exchanges: Range<usize>,
}

/// What came of the steps.
#[derive(Debug, Default)]
pub(super) struct Played {
    pub(super) steps: Vec<StepResult>,
    /// Why the client could not go on.
    pub(super) unsupported: Option<String>,
    /// How many steps the client did not show, since it takes several answers in one call.
    pub(super) unseen: usize,
}

impl Played {
    pub(super) fn failed(&self) -> bool {
        self.steps.iter().any(|step| !step.failures.is_empty())
    }
}

impl<'w> Stage<'w> {
    pub(super) fn new(
        world: &'w World,
        driver: Box<dyn Driver>,
        owner: WireClient,
        record: Record,
        knowledge: Knowledge,
    ) -> Self {
        let (taken, waiting, settled) = Default::default();
        Self {
            world,
            driver,
            owner,
            record,
            knowledge,
            taken,
            cursor: 0,
            waiting,
            settled,
            unseen: 0,
        }
    }

    pub(super) async fn play(&mut self, scenario: &Scenario) -> Played {
        let mut played = Played::default();
        for step in &scenario.steps {
            let mark = self.record.count();
            let failures = match self.perform(step, played.steps.len(), mark).await {
                Ok(failures) => failures,
                Err(Trouble::Unsupported(reason)) => {
                    played.unsupported = Some(reason);
                    break;
                }
                Err(trouble) => {
                    let (summary, error) = (step.action.summary(), trouble.to_string());
                    vec![Failure::Action { summary, error }]
                }
            };
            played.steps.push(self.result(scenario, step, failures, mark));
            self.settle(&mut played.steps);
            if played.failed() {
                break;
            }
        }
        if !played.failed() && played.unsupported.is_none() {
            // What the client put off to the end was never asked of the server.
            for waiting in std::mem::take(&mut self.waiting) {
                let failure = never_made(&waiting, None);
                played.steps[waiting.place].failures.push(failure);
            }
        }
        played.unseen = self.unseen;
        played
    }

    /// What the client wrote to standard error, when the case went wrong; it ends then.
    pub(super) async fn last_words(&mut self) -> Option<String> {
        self.driver.last_words().await
    }

    /// Gives steps done before what is known of them now.
    fn settle(&mut self, steps: &mut [StepResult]) {
        for Settled { place, failures, exchanges } in self.settled.drain(..) {
            steps[place].failures.extend(failures);
            steps[place].exchanges = exchanges;
        }
    }

    fn result(
        &self,
        scenario: &Scenario,
        step: &Step,
        failures: Vec<Failure>,
        mark: usize,
    ) -> StepResult {
        let action = filled_in(&step.action, &self.knowledge.variables);
        StepResult {
            place: scenario.place_of(step),
            summary: action.as_ref().unwrap_or(&step.action).summary(),
            failures,
            exchanges: mark..self.record.count(),
        }
    }

    async fn perform(
        &mut self,
        step: &Step,
        place: usize,
        mark: usize,
    ) -> Result<Vec<Failure>, Trouble> {
        let action = match filled_in(&step.action, &self.knowledge.variables) {
            Ok(action) => action,
            Err(unknown) => return Ok(vec![unknown.into()]),
        };
        match &action {
            Action::Inbox(inbox) => return Ok(self.read_inbox(inbox).await),
            Action::Clock { movement } => {
                return Ok(refused("the clock moved", self.move_clock(movement).await));
            }
            Action::Faults { rules } => {
                return Ok(refused("the faults put", self.put_faults(rules).await));
            }
            Action::Set { values } => {
                self.knowledge.variables.extend(values.clone());
                return Ok(Vec::new());
            }
            _ => {}
        }
        if action.is_control() && self.driver.answers_by_endpoint() {
            return self.call_as_owner(step, &action, mark).await;
        }
        let performed = self.driver.perform(&action).await;
        if step.deliberate {
            self.record.mark_deliberate(mark);
        }
        if self.driver.answers_by_endpoint() {
            let report = performed?.report.unwrap_or_default();
            let is_put_off = report.deferred && !report.silent;
            let step = step.clone();
            self.waiting.push_back(Waiting { place, step, action, is_put_off });
            self.attribute(&report);
            return Ok(Vec::new());
        }
        let exchanges = self.record.since(mark);
        let page_before = self.knowledge.page.clone();
        exchanges.iter().for_each(|exchange| self.knowledge.learn(exchange));
        self.knowledge.variables.extend(performed?.values);
        let exchange = match action {
            Action::Finish => exchanges.iter().rev().find(|exchange| exchange.is_oauth("token")),
            _ => exchanges.last(),
        };
        Ok(self.judge(step, &action, exchange, &page_before))
    }

    /// The client may ask something meanwhile, so the call is known by its address.
    async fn call_as_owner(
        &mut self,
        step: &Step,
        action: &Action,
        mark: usize,
    ) -> Result<Vec<Failure>, Trouble> {
        self.owner.perform(action).await?;
        self.record.mark_calls_of_the_owner(mark);
        let exchanges = self.record.since(mark);
        let call = exchanges.iter().find(|made| made.is_control());
        let page_before = self.knowledge.page.clone();
        Ok(self.judge(step, action, call, &page_before))
    }

    /// Gives the client's requests to the steps that wait for them, in order; what is between belongs to none.
    fn attribute(&mut self, report: &ClientReport) {
        let asked = self.waiting.back().map(|waiting| waiting.action.summary()).unwrap_or_default();
        while let Some(exchange) =
            self.waiting.front().and_then(|waiting| self.find(&waiting.action))
        {
            let Some(waiting) = self.waiting.pop_front() else { break };
            let page_before = self.knowledge.page.clone();
            self.learn_up_to(exchange);
            let found = self.record.since(exchange).into_iter().next();
            let mut failures =
                self.judge(&waiting.step, &waiting.action, found.as_ref(), &page_before);
            let is_shown = self.waiting.is_empty() && !report.deferred;
            if let Some(found) = found.filter(|_| is_shown) {
                failures.extend(shown::judge(report, &found));
            } else if waiting.is_put_off {
                self.unseen += 1;
            }
            let end = if is_shown { self.record.count() } else { exchange + 1 };
            let exchanges = self.cursor..end;
            self.cursor = exchange + 1;
            let failed = !failures.is_empty();
            self.settled.push(Settled { place: waiting.place, failures, exchanges });
            if failed {
                // What comes after a step that failed is not judged.
                self.waiting.clear();
            }
        }
        if report.deferred {
            return;
        }
        if let Some(waiting) = self.waiting.pop_front() {
            self.waiting.clear();
            let said = match &report.error {
                Some(error) => format!("its reply to `{asked}` says: {error}"),
                None => format!("its reply to `{asked}` does not say that it waits for more"),
            };
            let failures = vec![never_made(&waiting, Some(said))];
            let exchanges = self.cursor..self.record.count();
            self.settled.push(Settled { place: waiting.place, failures, exchanges });
        }
    }

    /// The first exchange from the cursor on that answers an action.
    fn find(&self, action: &Action) -> Option<usize> {
        let exchanges = self.record.since(self.cursor);
        let is_link = |link: &str, target: &str| target.starts_with('/') && link.ends_with(target);
        let matches = |exchange: &Exchange| match (action, action.endpoint()) {
            (Action::OpenLink { link }, _) => is_link(link, &exchange.request.target),
            // Where interact is refused there is nothing to introspect.
            (Action::Start { .. }, _) if exchange.is_oauth("interact") => exchange.status() >= 400,
            (_, Some("/v1/token")) => exchange.is_oauth("token"),
            (_, endpoint) => endpoint == Some(exchange.request.path()),
        };
        let matches =
            |exchange: &Exchange| exchange.request.method != "OPTIONS" && matches(exchange);
        exchanges.iter().position(matches).map(|place| self.cursor + place)
    }

    fn learn_up_to(&mut self, exchange: usize) {
        for exchange in self.record.since(self.cursor).iter().take(exchange + 1 - self.cursor) {
            self.knowledge.learn(exchange);
        }
    }

    fn judge(
        &mut self,
        step: &Step,
        action: &Action,
        exchange: Option<&Exchange>,
        page_before: &Value,
    ) -> Vec<Failure> {
        let variables = &self.knowledge.variables;
        let signed_values = &self.world.signed_values;
        let evidence = Evidence { exchange, page_before, variables, signed_values };
        let mut failures = expectations::judge(&step.expect, &evidence);
        if *action == Action::Finish && !self.driver.answers_by_endpoint() {
            failures.extend(tokens::check(&self.record.since(0)));
        }
        if failures.is_empty() {
            failures.extend(self.knowledge.capture(&step.capture, exchange));
        }
        failures
    }

    async fn move_clock(&mut self, movement: &Value) -> Result<(), ControlError> {
        if let Some(control) = &self.world.control {
            control.move_clock(movement).await?;
            let now = control.now().await?;
            self.record.set_org_time(self.world.frozen_at.map(|_| now));
        }
        Ok(())
    }

    async fn put_faults(&mut self, rules: &Value) -> Result<(), ControlError> {
        match &self.world.control {
            Some(control) => control.put_faults(rules).await,
            None => Ok(()),
        }
    }

    /// Takes the oldest message that no step took yet.
    async fn read_inbox(&mut self, step: &InboxStep) -> Vec<Failure> {
        let failure = |expected: String, actual: String| {
            vec![Failure::Inbox { to: step.to.clone(), expected, actual }]
        };
        let message = match inbox::next(self.world, step, self.taken.get(&step.to)).await {
            Ok(message) => message,
            Err(reason) => return failure("to be read".into(), reason),
        };
        match message {
            None if step.nothing => Vec::new(),
            None => {
                let wait = inbox::patience(self.world);
                failure(format!("a new message within {wait} s"), "none".into())
            }
            Some(_) if step.nothing => failure("no new message".into(), "one".into()),
            Some(message) => {
                let variables = &mut self.knowledge.variables;
                if let Some(code) = &message.otp {
                    variables.insert(step.code.clone(), json!(code));
                    variables.insert(format!("wrong-{}", step.code), json!(another_code(code)));
                }
                if let Some(link) = &message.link {
                    variables.insert(step.link.clone(), json!(link));
                }
                self.taken.insert(step.to.clone(), message.id);
                Vec::new()
            }
        }
    }
}

fn refused(expected: &'static str, outcome: Result<(), ControlError>) -> Vec<Failure> {
    outcome
        .err()
        .map(|error| Failure::Control { expected, error: error.to_string() })
        .into_iter()
        .collect()
}

fn never_made(waiting: &Waiting, reply: Option<String>) -> Failure {
    Failure::NoRequest { action: waiting.action.summary(), reply }
}

/// A code of the same length that is surely another.
fn another_code(code: &str) -> String {
    let last = code.chars().last().and_then(|digit| digit.to_digit(10)).unwrap_or_default();
    let body: String = code.chars().take(code.chars().count().saturating_sub(1)).collect();
    format!("{body}{}", (last + 1) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_code_is_never_the_right_one() {
        assert_eq!(another_code("012345"), "012346");
        assert_eq!(another_code("999999"), "999990");
    }
}
