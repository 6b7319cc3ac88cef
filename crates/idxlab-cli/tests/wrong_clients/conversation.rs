//! The recorded traffic of a correct client, with methods that change single requests and responses.

use idx_judge::exchange::Exchange;
use serde_json::Value;

/// Milliseconds between two requests. Longer than every delay that a rule requires.
const REQUEST_INTERVAL: u64 = 10_000;

#[derive(Debug, Clone)]
pub(crate) struct Conversation(pub(crate) Vec<Exchange>);

impl Conversation {
    pub(crate) fn new(exchanges: &[Exchange]) -> Self {
        let mut exchanges = exchanges.to_vec();
        for (index, exchange) in exchanges.iter_mut().enumerate() {
            exchange.at = index as u64 * REQUEST_INTERVAL;
            exchange.took = 1;
        }
        Self(exchanges)
    }

    /// The index of the n-th request, counted from 0, whose path ends with `path`.
    pub(crate) fn index_of(&self, path: &str, nth: usize) -> usize {
        let mut indices = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, exchange)| exchange.request.path().ends_with(path))
            .map(|(index, _)| index);
        indices.nth(nth).unwrap_or_else(|| panic!("no request {nth} to {path} was recorded"))
    }

    pub(crate) fn exchange_mut(&mut self, path: &str, nth: usize) -> &mut Exchange {
        let index = self.index_of(path, nth);
        &mut self.0[index]
    }

    /// Removes a parameter from the form of the first request to `path`.
    pub(crate) fn remove_parameter(&mut self, path: &str, name: &str) {
        let exchange = self.exchange_mut(path, 0);
        let body = String::from_utf8_lossy(&exchange.request.body).into_owned();
        let start = format!("{name}=");
        let kept: Vec<_> = body.split('&').filter(|pair| !pair.starts_with(&start)).collect();
        exchange.request.body = kept.join("&").into();
    }

    /// Sets a parameter in the form of the first request to `path`.
    pub(crate) fn set_parameter(&mut self, path: &str, name: &str, value: &str) {
        self.remove_parameter(path, name);
        let exchange = self.exchange_mut(path, 0);
        let body = String::from_utf8_lossy(&exchange.request.body).into_owned();
        exchange.request.body = format!("{body}&{name}={value}").into();
    }

    pub(crate) fn change_request(
        &mut self,
        path: &str,
        nth: usize,
        change: impl FnOnce(&mut Value),
    ) {
        let exchange = self.exchange_mut(path, nth);
        let mut body = exchange.request.json().expect("the request is JSON");
        change(&mut body);
        exchange.request.body = body.to_string().into();
    }

    pub(crate) fn change_response(
        &mut self,
        path: &str,
        nth: usize,
        change: impl FnOnce(&mut Value),
    ) {
        let exchange = self.exchange_mut(path, nth);
        let mut body = exchange.answer_json().expect("the response is JSON");
        change(&mut body);
        let response = exchange.answer.as_mut().expect("the request has a response");
        response.body = body.to_string().into();
    }

    pub(crate) fn set_header(&mut self, path: &str, name: &str, value: &str) {
        let headers = &mut self.exchange_mut(path, 0).request.headers;
        headers.retain(|(header, _)| header != name);
        headers.push((name.to_owned(), value.to_owned()));
    }

    /// Inserts a copy of an exchange after the exchange at index `after`, `delay` milliseconds later, and returns the copy.
    pub(crate) fn copy(
        &mut self,
        path: &str,
        nth: usize,
        after: usize,
        delay: u64,
    ) -> &mut Exchange {
        let mut copy = self.0[self.index_of(path, nth)].clone();
        copy.at = self.0[after].at + delay;
        self.0.insert(after + 1, copy);
        &mut self.0[after + 1]
    }

    /// Inserts an unchanged copy of an exchange, as [`Self::copy`] does.
    pub(crate) fn repeat(&mut self, path: &str, nth: usize, after: usize, delay: u64) {
        self.copy(path, nth, after, delay);
    }

    /// The password that the client submits.
    pub(crate) fn password(&mut self) -> String {
        let body =
            self.exchange_mut("/challenge/answer", 0).request.json().expect("the request is JSON");
        body["credentials"]["passcode"].as_str().expect("a passcode is text").to_owned()
    }
}
