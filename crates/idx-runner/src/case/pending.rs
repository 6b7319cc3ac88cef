//! Steps whose request the client has not made yet: a client may collect several answers and send them in one call.

use std::collections::VecDeque;
use std::ops::Range;

use super::client_view;
use super::judging::StepJudge;
use crate::drivers::ClientReport;
use crate::event::StepResult;
use idx_judge::Failure;
use idx_judge::exchange::Exchange;
use idx_scenario::{Action, Step};

/// The pending steps of a case, in order.
#[derive(Debug, Default)]
pub(super) struct PendingSteps {
    waiting: VecDeque<PendingStep>,
    judged: Vec<JudgedStep>,
    /// The first exchange that belongs to no step yet.
    cursor: usize,
    /// How many steps the client did not show, because it took several answers in one call.
    pub(super) unseen: usize,
}

/// A step whose request is still to come.
#[derive(Debug)]
pub(super) struct PendingStep {
    /// The step's number in the case, from 0.
    pub(super) index: usize,
    pub(super) step: Step,
    pub(super) action: Action,
    /// Whether the client was asked and deferred its request.
    pub(super) is_deferred: bool,
}

/// A step whose request has come.
#[derive(Debug)]
struct JudgedStep {
    index: usize,
    failures: Vec<Failure>,
    exchanges: Range<usize>,
}

impl PendingSteps {
    pub(super) fn push(&mut self, step: PendingStep) {
        self.waiting.push_back(step);
    }

    /// Assigns the client's requests to the steps that wait for them, in order. A request in between belongs to no step.
    pub(super) fn assign(&mut self, report: &ClientReport, judge: &mut StepJudge<'_>) {
        let asked = self.waiting.back().map(|waiting| waiting.action.summary()).unwrap_or_default();
        while let Some(exchange) = self.next_exchange(judge) {
            let Some(waiting) = self.waiting.pop_front() else { break };
            self.assign_exchange(&waiting, exchange, report, judge);
        }
        if !report.deferred {
            self.fail_first(&asked, report, judge);
        }
    }

    fn assign_exchange(
        &mut self,
        waiting: &PendingStep,
        exchange: usize,
        report: &ClientReport,
        judge: &mut StepJudge<'_>,
    ) {
        let page_before = judge.bindings.page.clone();
        for exchange in judge.record.since(self.cursor).iter().take(exchange + 1 - self.cursor) {
            judge.bindings.learn(exchange);
        }
        let found = judge.record.since(exchange).into_iter().next();
        let mut failures =
            judge.judge(&waiting.step, &waiting.action, found.as_ref(), &page_before);
        let is_shown = self.waiting.is_empty() && !report.deferred;
        if let Some(found) = found.filter(|_| is_shown) {
            failures.extend(client_view::judge(report, &found));
        } else if waiting.is_deferred {
            self.unseen += 1;
        }
        let end = if is_shown { judge.record.count() } else { exchange + 1 };
        let exchanges = self.cursor..end;
        self.cursor = exchange + 1;
        if !failures.is_empty() {
            // Steps after a failed one are not judged.
            self.waiting.clear();
        }
        self.judged.push(JudgedStep { index: waiting.index, failures, exchanges });
    }

    /// The client has shown its result, so a step that still waits has no request.
    fn fail_first(&mut self, asked: &str, report: &ClientReport, judge: &StepJudge<'_>) {
        let Some(waiting) = self.waiting.pop_front() else { return };
        self.waiting.clear();
        let hint = match &report.error {
            Some(error) => format!("its reply to `{asked}` reports: {error}"),
            None => format!("its reply to `{asked}` does not have `deferred`"),
        };
        let failures = vec![missing_request(&waiting, Some(hint))];
        let exchanges = self.cursor..judge.record.count();
        self.judged.push(JudgedStep { index: waiting.index, failures, exchanges });
    }

    /// The first unassigned exchange that the first waiting step expects.
    fn next_exchange(&self, judge: &StepJudge<'_>) -> Option<usize> {
        let action = &self.waiting.front()?.action;
        let exchanges = judge.record.since(self.cursor);
        exchanges.iter().position(|exchange| is_for(exchange, action)).map(|at| self.cursor + at)
    }

    /// Adds the results that are known by now to the steps done before.
    pub(super) fn settle(&mut self, steps: &mut [StepResult]) {
        for JudgedStep { index, failures, exchanges } in self.judged.drain(..) {
            steps[index].failures.extend(failures);
            steps[index].exchanges = exchanges;
        }
    }

    /// Fails the steps whose request the client never made.
    pub(super) fn fail_rest(&mut self, steps: &mut [StepResult]) {
        for waiting in std::mem::take(&mut self.waiting) {
            let failure = missing_request(&waiting, None);
            steps[waiting.index].failures.push(failure);
        }
    }
}

/// Whether an exchange is the request of an action.
fn is_for(exchange: &Exchange, action: &Action) -> bool {
    let is_link = |link: &str, target: &str| target.starts_with('/') && link.ends_with(target);
    let matches = match (action, action.endpoint()) {
        (Action::OpenLink { link }, _) => is_link(link, &exchange.request.target),
        // After a refused interact there is nothing to introspect.
        (Action::Start { .. }, _) if exchange.is_oauth("interact") => exchange.status() >= 400,
        (_, Some("/v1/token")) => exchange.is_oauth("token"),
        (_, endpoint) => endpoint == Some(exchange.request.path()),
    };
    matches && exchange.request.method != "OPTIONS"
}

fn missing_request(waiting: &PendingStep, reply: Option<String>) -> Failure {
    Failure::NoRequest { action: waiting.action.summary(), reply }
}
