//! A mutant: the right server, one answer of which is wrong in one way.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use idx_judge::exchange::{Exchange, Request};
use idx_judge::http_message::HttpAnswer;
use idx_judge::page::Page;
use idx_runner::Tamper;
use idx_runner::event::CaseResult;
use serde_json::Value;

use crate::operators::{self, Operator};

/// One answer of one case, wrong in one way.
#[derive(Debug, Clone)]
pub(crate) struct Mutant {
    pub(crate) place: Place,
    /// Which exchange of the case, from 0.
    pub(crate) exchange: usize,
    pointer: String,
    pub(crate) operator: Operator,
}

/// A case by the numbers of its scenario and of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) scenario: usize,
    pub(crate) case: usize,
}

/// Every mutant of a case, each with its name: the kind of answer, the member, what was done to it.
pub(crate) fn of_case(place: Place, case: &CaseResult) -> BTreeMap<String, Mutant> {
    let mut mutants = BTreeMap::new();
    let mut earlier = Earlier::default();
    for (exchange, seen) in case.exchanges.iter().enumerate() {
        let Ok(answer) = &seen.answer else { continue };
        if seen.request.path().starts_with("/_idxlab/") || seen.request.method == "OPTIONS" {
            continue;
        }
        let before = earlier.replace(&seen.request, answer);
        let body = answer.json().unwrap_or_default();
        for (pointer, shown) in operators::places(&body) {
            let applies = |operator: &Operator| {
                let of_head = matches!(operator, Operator::Status | Operator::MediaType);
                (!of_head || pointer.is_empty())
                    && operator.apply(answer, before.as_ref(), &pointer).is_some()
            };
            for operator in operators::ALL.into_iter().filter(applies) {
                let name = format!("{}: {shown} {}", kind(seen), operator.word());
                let pointer = pointer.clone();
                mutants.entry(name).or_insert(Mutant { place, exchange, pointer, operator });
            }
        }
    }
    mutants
}

/// What kind of answer it is: the page that it shows, or the operation, and the status where it is not 200.
fn kind(exchange: &Exchange) -> String {
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
    /// The same case, as if the server had answered wrong and nothing else had come of it.
    pub(crate) fn exchanges(&self, case: &CaseResult) -> Vec<Exchange> {
        let mut earlier = Earlier::default();
        let mut exchanges = case.exchanges.clone();
        for (number, exchange) in exchanges.iter_mut().enumerate() {
            let Ok(answer) = &exchange.answer else { continue };
            let before = earlier.replace(&exchange.request, answer);
            if number == self.exchange {
                let changed = self.operator.apply(answer, before.as_ref(), &self.pointer);
                exchange.answer = Ok(changed.unwrap_or_else(|| answer.clone()));
                break;
            }
        }
        exchanges
    }
}

/// A mutant that is played: the proxy lets it answer.
#[derive(Debug)]
pub(crate) struct Played {
    mutant: Mutant,
    earlier: Mutex<Earlier>,
}

impl Played {
    pub(crate) fn new(mutant: &Mutant) -> Self {
        Self { mutant: mutant.clone(), earlier: Mutex::default() }
    }
}

impl Tamper for Played {
    fn tamper(&self, number: usize, request: &Request, answer: HttpAnswer) -> HttpAnswer {
        let mut earlier = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        let before = earlier.replace(request, &answer);
        if number != self.mutant.exchange {
            return answer;
        }
        let Mutant { operator, pointer, .. } = &self.mutant;
        operator.apply(&answer, before.as_ref(), pointer).unwrap_or(answer)
    }
}

/// The newest answer of each kind, which a server that is behind gives again.
#[derive(Debug, Default)]
struct Earlier(BTreeMap<String, Value>);

impl Earlier {
    /// Puts the answer in the place of the one before it, and gives that one.
    fn replace(&mut self, request: &Request, answer: &HttpAnswer) -> Option<Value> {
        let path = request.path();
        let kind = if path.starts_with("/idp/idx/") { "idx" } else { path };
        self.0.insert(kind.to_owned(), answer.json()?)
    }
}
