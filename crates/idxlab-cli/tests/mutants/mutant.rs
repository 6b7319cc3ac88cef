//! A mutant: the correct server with one response corrupted in one way.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use idx_judge::exchange::{Exchange, Request};
use idx_judge::http_message::HttpAnswer;
use idx_judge::page::Page;
use idx_runner::Tamper;
use idx_runner::event::CaseResult;
use serde_json::Value;

use crate::operators::{self, Operator};

/// One corrupted response of one case.
#[derive(Debug, Clone)]
pub(crate) struct Mutant {
    pub(crate) location: CaseLocation,
    /// The index of the exchange in the case.
    pub(crate) exchange: usize,
    pointer: String,
    pub(crate) operator: Operator,
}

/// The indexes of a scenario and of one of its cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CaseLocation {
    pub(crate) scenario: usize,
    pub(crate) case: usize,
}

/// Every mutant of a case by its name: the type of response, the member and the operator.
pub(crate) fn of_case(location: CaseLocation, case: &CaseResult) -> BTreeMap<String, Mutant> {
    let mut mutants = BTreeMap::new();
    let mut earlier = Earlier::default();
    for (exchange, recorded) in case.exchanges.iter().enumerate() {
        let Ok(answer) = &recorded.answer else { continue };
        let path = recorded.request.path();
        if path.starts_with("/_idxlab/") || recorded.request.method == "OPTIONS" {
            continue;
        }
        let json = answer.json();
        let before = json.clone().and_then(|body| earlier.replace(&recorded.request, body));
        let body = json.unwrap_or_default();
        let response = response_type(recorded);
        for (pointer, member) in operators::locations(&body) {
            for operator in operators::ALL {
                if operator.applies(answer, &body, before.as_ref(), &pointer) {
                    let name = format!("{response}: {member} {}", operator.name());
                    let pointer = pointer.clone();
                    mutants.entry(name).or_insert(Mutant { location, exchange, pointer, operator });
                }
            }
        }
    }
    mutants
}

/// The type of a response: its page or operation, and its status unless that is 200.
fn response_type(exchange: &Exchange) -> String {
    let body = exchange.answer_json().unwrap_or_default();
    let page = Page(&body);
    let name = if !exchange.is_idx() {
        exchange.request.path().rsplit('/').next().unwrap_or_default()
    } else if let Some(first) = page.remediation_names().first() {
        first
    } else if page.success().is_some() {
        "success"
    } else {
        "terminal"
    };
    let key = body.pointer("/currentAuthenticator/value/key").and_then(Value::as_str);
    let key = key.filter(|_| name != "identify").map(|key| format!(" {key}")).unwrap_or_default();
    let status = Some(exchange.status()).filter(|status| *status != 200);
    let status = status.map(|status| format!(" {status}")).unwrap_or_default();
    format!("{name}{key}{status}")
}

impl Mutant {
    /// The exchanges of the case up to the corrupted response, and the rest unchanged.
    pub(crate) fn exchanges(&self, exchanges: &[Exchange]) -> Vec<Exchange> {
        let mut exchanges = exchanges.to_vec();
        let before = self.before(&exchanges);
        if let Ok(answer) = &mut exchanges[self.exchange].answer {
            let corrupted = self.operator.apply(answer, before.as_ref(), &self.pointer);
            *answer = corrupted.expect("the operator applies to the response");
        }
        exchanges
    }

    /// The previous response of the same type, which only one operator needs.
    fn before(&self, exchanges: &[Exchange]) -> Option<Value> {
        if self.operator != Operator::Stale {
            return None;
        }
        let mut earlier = Earlier::default();
        let mut before = None;
        for exchange in &exchanges[..=self.exchange] {
            let Ok(answer) = &exchange.answer else { continue };
            before = answer.json().and_then(|body| earlier.replace(&exchange.request, body));
        }
        before
    }
}

/// Applies a mutant to the traffic of a run, in the recording proxy.
#[derive(Debug)]
pub(crate) struct Corruption {
    mutant: Mutant,
    earlier: Mutex<Earlier>,
}

impl Corruption {
    pub(crate) fn new(mutant: &Mutant) -> Self {
        Self { mutant: mutant.clone(), earlier: Mutex::default() }
    }
}

impl Tamper for Corruption {
    fn tamper(&self, number: usize, request: &Request, answer: HttpAnswer) -> HttpAnswer {
        let mut earlier = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        let before = answer.json().and_then(|body| earlier.replace(request, body));
        if number != self.mutant.exchange {
            return answer;
        }
        let Mutant { operator, pointer, .. } = &self.mutant;
        operator.apply(&answer, before.as_ref(), pointer).unwrap_or(answer)
    }
}

/// The newest response of each type, which a server with stale data repeats.
#[derive(Debug, Default)]
struct Earlier(BTreeMap<String, Value>);

impl Earlier {
    /// Stores a response and returns the previous response of its type.
    fn replace(&mut self, request: &Request, body: Value) -> Option<Value> {
        let path = request.path();
        let kind = if path.starts_with("/idp/idx/") { "idx" } else { path };
        self.0.insert(kind.to_owned(), body)
    }
}
