//! The requests of a right client, and the means to make one of them wrong.

use idx_judge::exchange::Exchange;
use serde_json::Value;

/// Between two requests, in milliseconds: longer than any rule asks a client to wait.
const APART: u64 = 10_000;

/// What went over the wire, to be changed.
#[derive(Debug, Clone)]
pub(crate) struct Conversation(pub(crate) Vec<Exchange>);

impl Conversation {
    pub(crate) fn new(exchanges: &[Exchange]) -> Self {
        let mut exchanges = exchanges.to_vec();
        for (place, exchange) in exchanges.iter_mut().enumerate() {
            exchange.at = place as u64 * APART;
            exchange.took = 1;
        }
        Self(exchanges)
    }

    /// The place of the n-th request to a path that ends so, from 0.
    pub(crate) fn place(&self, path: &str, nth: usize) -> usize {
        let places = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, exchange)| exchange.request.path().ends_with(path));
        places
            .map(|(place, _)| place)
            .nth(nth)
            .unwrap_or_else(|| panic!("request {nth} to {path} is there"))
    }

    pub(crate) fn at(&mut self, path: &str, nth: usize) -> &mut Exchange {
        let place = self.place(path, nth);
        &mut self.0[place]
    }

    /// Takes a parameter out of a form.
    pub(crate) fn without(&mut self, path: &str, name: &str) {
        let exchange = self.at(path, 0);
        let body = String::from_utf8_lossy(&exchange.request.body).into_owned();
        let start = format!("{name}=");
        let kept: Vec<_> = body.split('&').filter(|pair| !pair.starts_with(&start)).collect();
        exchange.request.body = kept.join("&").into();
    }

    /// Puts another value in the place of a form's parameter.
    pub(crate) fn parameter(&mut self, path: &str, name: &str, value: &str) {
        self.without(path, name);
        let exchange = self.at(path, 0);
        let body = String::from_utf8_lossy(&exchange.request.body).into_owned();
        exchange.request.body = format!("{body}&{name}={value}").into();
    }

    /// Changes the JSON of a request.
    pub(crate) fn json(&mut self, path: &str, nth: usize, change: impl FnOnce(&mut Value)) {
        let exchange = self.at(path, nth);
        let mut body = exchange.request.json().expect("the request is JSON");
        change(&mut body);
        exchange.request.body = body.to_string().into();
    }

    /// Changes the JSON of an answer.
    pub(crate) fn answer(&mut self, path: &str, nth: usize, change: impl FnOnce(&mut Value)) {
        let exchange = self.at(path, nth);
        let mut body = exchange.answer_json().expect("the answer is JSON");
        change(&mut body);
        let answer = exchange.answer.as_mut().expect("there is an answer");
        answer.body = body.to_string().into();
    }

    pub(crate) fn header(&mut self, path: &str, name: &str, value: &str) {
        let headers = &mut self.at(path, 0).request.headers;
        headers.retain(|(header, _)| header != name);
        headers.push((name.to_owned(), value.to_owned()));
    }

    /// Makes the same request again, `later` milliseconds after it, behind the place where `after` leads.
    pub(crate) fn again(
        &mut self,
        path: &str,
        nth: usize,
        after: usize,
        later: u64,
    ) -> &mut Exchange {
        let mut copy = self.0[self.place(path, nth)].clone();
        copy.at = self.0[after].at + later;
        self.0.insert(after + 1, copy);
        &mut self.0[after + 1]
    }

    /// The same, when nothing of the copy is changed.
    pub(crate) fn repeat(&mut self, path: &str, nth: usize, after: usize, later: u64) {
        self.again(path, nth, after, later);
    }

    /// The password that the right client gave.
    pub(crate) fn password(&mut self) -> String {
        let body = self.at("/challenge/answer", 0).request.json().expect("the request is JSON");
        body["credentials"]["passcode"].as_str().expect("a passcode is text").to_owned()
    }
}
