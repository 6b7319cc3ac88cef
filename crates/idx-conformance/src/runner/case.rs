//! One case of one scenario: its own org, its own proxy, its steps one after the other.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Settings;
use super::knowledge::{Knowledge, account};
use crate::control::{Control, ControlError, Org};
use crate::drivers::wire::WireClient;
use crate::drivers::{Driver, Trouble};
use crate::event::{CaseResult, StepResult, Verdict};
use crate::exchange::{Exchange, Record};
use crate::judge::{self, Evidence, Failure, tokens};
use crate::proxy::RecordingProxy;
use crate::rules::{self, Facts};
use crate::scenario::model::{InboxStep, RawBody, RawRequest};
use crate::scenario::template::{self, Unknown, Variables};
use crate::scenario::{Action, Case, OrgChoice, Scenario, Step};
use crate::seed::Seed;

/// Every org of the wire client starts at this instant and stands still.
const FROZEN_AT: &str = "2026-01-01T00:00:00.000Z";
/// How long a message may take, in real seconds.
const INBOX_WAIT: u64 = 5;

pub(super) async fn run(scenario: &Scenario, case: &Case, settings: &Settings) -> CaseResult {
    let seed = Seed::of(settings.seed, &scenario.id, &case.name);
    match prepare(scenario, case, settings, &seed).await {
        Ok(mut stage) => {
            let mut result = stage.play(scenario, case, settings).await;
            if let Err(error) = Control::at(&settings.control_url).delete_org(&stage.org.id).await
                && result.verdict == Verdict::Passed
            {
                result.verdict = Verdict::Broken;
                result.reason = Some(error.to_string());
            }
            result
        }
        Err(reason) => CaseResult {
            name: case.name.clone(),
            verdict: Verdict::Broken,
            reason: Some(reason),
            steps: Vec::new(),
            breaches: Vec::new(),
            exchanges: Vec::new(),
        },
    }
}

async fn prepare(
    scenario: &Scenario,
    case: &Case,
    settings: &Settings,
    seed: &Seed,
) -> Result<Stage, String> {
    let choice = settings.org.as_ref().unwrap_or(&scenario.org);
    let mut document = match choice {
        OrgChoice::Preset(name) => json!({ "preset": name }),
        OrgChoice::Document(document) => json!({ "document": document }),
    };
    document["seed"] = json!(seed.for_org());
    document["port"] = json!(0);
    document["clock"] = json!({ "set": FROZEN_AT, "freeze": true });
    let org = Control::at(&settings.control_url)
        .create_org(&document)
        .await
        .map_err(|error| error.to_string())?;
    let control = Control::at(&org.control_url);
    let proxy = RecordingProxy::start(&org.base_url).await.map_err(|error| error.to_string())?;
    let account = account(&org, scenario.client, proxy.base_url())?;
    let record = proxy.record().clone();
    record.set_org_time(Some(FROZEN_AT.to_owned()));
    Ok(Stage {
        facts: Facts {
            client_id: account.client_id.clone(),
            client_secret: account.client_secret.clone(),
        },
        knowledge: Knowledge::new(seed, &account, case),
        driver: Box::new(WireClient::new(account, seed.rng())),
        record,
        taken: BTreeMap::new(),
        control,
        org,
        _proxy: proxy,
    })
}

/// Everything a case plays with.
struct Stage {
    org: Org,
    control: Control,
    /// Listens as long as the case is played.
    _proxy: RecordingProxy,
    record: Record,
    facts: Facts,
    driver: Box<dyn Driver>,
    knowledge: Knowledge,
    /// The newest message taken, by address.
    taken: BTreeMap<String, Value>,
}

impl Stage {
    async fn play(&mut self, scenario: &Scenario, case: &Case, settings: &Settings) -> CaseResult {
        let mut steps = Vec::new();
        let mut unsupported = None;
        for step in &scenario.steps {
            let mark = self.record.count();
            let failures = match self.perform(step, mark).await {
                Ok(failures) => failures,
                Err(Trouble::Unsupported(reason)) => {
                    unsupported = Some(reason);
                    break;
                }
                Err(trouble) => {
                    vec![Failure::new("step", step.action.summary(), trouble.to_string())]
                }
            };
            let failed = !failures.is_empty();
            steps.push(StepResult {
                place: format!("{}:{}", scenario.files[step.file], step.line),
                summary: self.summary(&step.action),
                failures,
                exchanges: mark..self.record.count(),
            });
            if failed {
                break;
            }
        }
        let failed = steps.last().is_some_and(|step| !step.failures.is_empty());
        let of_steps = match &unsupported {
            Some(_) => Verdict::Unsupported,
            None if failed => settings.verdict_on(scenario.level),
            None => Verdict::Passed,
        };
        let exchanges = self.record.since(0);
        let breaches = rules::judge(&exchanges, &self.facts);
        let of_rules = breaches.iter().map(|breach| settings.verdict_on(breach.rule.level));
        let verdict = of_rules.chain([of_steps]).max().unwrap_or(of_steps);
        CaseResult {
            name: case.name.clone(),
            verdict,
            reason: unsupported,
            steps,
            breaches,
            exchanges,
        }
    }

    async fn perform(&mut self, step: &Step, mark: usize) -> Result<Vec<Failure>, Trouble> {
        let action = match filled_in(&step.action, &self.knowledge.variables) {
            Ok(action) => action,
            Err(unknown) => return Ok(vec![unknown.into()]),
        };
        match &action {
            Action::Inbox(inbox) => return Ok(self.read_inbox(inbox).await),
            Action::Clock { movement } => {
                return Ok(refused(self.move_clock(movement).await));
            }
            Action::Faults { rules } => return Ok(refused(self.control.put_faults(rules).await)),
            Action::Set { values } => {
                self.knowledge.variables.extend(values.clone());
                return Ok(Vec::new());
            }
            _ => {}
        }
        let performed = self.driver.perform(&action).await;
        if step.deliberate {
            self.record.mark_deliberate(mark);
        }
        let exchanges = self.record.since(mark);
        let page_before = self.knowledge.page.clone();
        exchanges.iter().for_each(|exchange| self.knowledge.learn(exchange));
        self.knowledge.variables.extend(performed?.values);
        Ok(self.judge(step, &action, &exchanges, &page_before))
    }

    fn judge(
        &mut self,
        step: &Step,
        action: &Action,
        exchanges: &[Exchange],
        page_before: &Value,
    ) -> Vec<Failure> {
        let exchange = answer_of(action, exchanges);
        let evidence = Evidence { exchange, page_before, variables: &self.knowledge.variables };
        let mut failures = judge::judge(&step.expect, &evidence);
        if *action == Action::Finish {
            failures.extend(tokens::check(&self.record.since(0)));
        }
        if failures.is_empty() {
            failures.extend(self.knowledge.capture(&step.capture, exchange));
        }
        failures
    }

    async fn move_clock(&mut self, movement: &Value) -> Result<(), ControlError> {
        self.control.move_clock(movement).await?;
        let now = self.control.now().await?;
        self.record.set_org_time(Some(now));
        Ok(())
    }

    /// Takes the oldest message that no step took yet.
    async fn read_inbox(&mut self, inbox: &InboxStep) -> Vec<Failure> {
        let wait = if inbox.nothing { 0 } else { INBOX_WAIT };
        let after = self.taken.get(&inbox.to);
        let messages =
            match self.control.messages(&inbox.to, inbox.channel.as_deref(), after, wait).await {
                Ok(messages) => messages,
                Err(error) => return refused(Err(error)),
            };
        let what = format!("inbox {}", inbox.to);
        match messages.into_iter().next() {
            None if inbox.nothing => Vec::new(),
            None => {
                vec![Failure::new(what, format!("a new message within {INBOX_WAIT} s"), "none")]
            }
            Some(_) if inbox.nothing => vec![Failure::new(what, "no new message", "one")],
            Some(message) => {
                let variables = &mut self.knowledge.variables;
                if let Some(code) = &message.otp {
                    variables.insert(inbox.code.clone(), json!(code));
                    variables.insert(format!("wrong-{}", inbox.code), json!(another_code(code)));
                }
                if let Some(link) = &message.link {
                    variables.insert(inbox.link.clone(), json!(link));
                }
                self.taken.insert(inbox.to.clone(), message.id);
                Vec::new()
            }
        }
    }

    fn summary(&self, action: &Action) -> String {
        filled_in(action, &self.knowledge.variables).as_ref().unwrap_or(action).summary()
    }
}

/// The exchange that a step's expectations are about.
fn answer_of<'e>(action: &Action, exchanges: &'e [Exchange]) -> Option<&'e Exchange> {
    match action {
        Action::Finish => exchanges.iter().rev().find(|exchange| exchange.is_oauth("token")),
        _ => exchanges.last(),
    }
}

fn refused(outcome: Result<(), ControlError>) -> Vec<Failure> {
    outcome
        .err()
        .map(|error| Failure::new("control API", "to do it", error.to_string()))
        .into_iter()
        .collect()
}

/// A code of the same length that is surely another.
fn another_code(code: &str) -> String {
    let last = code.chars().last().and_then(|digit| digit.to_digit(10)).unwrap_or_default();
    let body: String = code.chars().take(code.chars().count().saturating_sub(1)).collect();
    format!("{body}{}", (last + 1) % 10)
}

/// The action with its templates filled in.
fn filled_in(action: &Action, variables: &Variables) -> Result<Action, Unknown> {
    let text = |text: &str| template::expand_text(text, variables);
    let members = |members: &Map<String, Value>| {
        members
            .iter()
            .map(|(name, value)| Ok((name.clone(), template::expand(value, variables)?)))
            .collect::<Result<Map<_, _>, Unknown>>()
    };
    Ok(match action {
        Action::Start { with } => Action::Start { with: members(with)? },
        Action::Answer { remediation, choose, with } => Action::Answer {
            remediation: text(remediation)?,
            choose: choose.as_deref().map(text).transpose()?,
            with: members(with)?,
        },
        Action::Redeem { with } => Action::Redeem { with: members(with)? },
        Action::Set { values } => Action::Set { values: members(values)? },
        Action::Inbox(inbox) => Action::Inbox(InboxStep { to: text(&inbox.to)?, ..inbox.clone() }),
        Action::Clock { movement } => {
            Action::Clock { movement: template::expand(movement, variables)? }
        }
        Action::Faults { rules } => Action::Faults { rules: template::expand(rules, variables)? },
        Action::Request(request) => {
            let headers =
                request.headers.iter().map(|(name, value)| Ok((name.clone(), text(value)?)));
            let body = match &request.body {
                RawBody::Nothing => RawBody::Nothing,
                RawBody::Json(value) => RawBody::Json(template::expand(value, variables)?),
                RawBody::Form(form) => RawBody::Form(members(form)?),
                RawBody::Text(characters) => RawBody::Text(text(characters)?),
            };
            Action::Request(Box::new(RawRequest {
                method: request.method.clone(),
                target: text(&request.target)?,
                headers: headers.collect::<Result<_, Unknown>>()?,
                body,
            }))
        }
        other => other.clone(),
    })
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
