//! Compares what a client shows with the server's response.

use serde_json::Value;

use crate::drivers::{ClientReport, Status};
use idx_judge::exchange::Exchange;
use idx_judge::page::Page;
use idx_judge::{ClientPart, Failure};

/// Differences between the client's report and the response.
pub(super) fn judge(report: &ClientReport, exchange: &Exchange) -> Vec<Failure> {
    let Some(body) = exchange.answer_json() else { return Vec::new() };
    let page = Page(&body);
    let mut failures = Vec::new();
    if exchange.is_oauth("token") {
        failures.extend(tokens(report, exchange));
    } else if exchange.is_idx() {
        failures.extend(status(report, exchange, page));
        failures.extend(step(report, exchange, page));
        failures.extend(messages(report, &body));
    }
    if let Some(error) = &report.error
        && exchange.status() == 200
    {
        failures.push(differs(ClientPart::Error, "none, since the server accepted", error));
    }
    failures
}

fn tokens(report: &ClientReport, exchange: &Exchange) -> Option<Failure> {
    let has = report
        .tokens
        .as_ref()
        .is_some_and(|tokens| tokens.get("accessToken").is_some_and(Value::is_string));
    (exchange.status() == 200 && !has)
        .then(|| differs(ClientPart::Tokens, "an accessToken", "none"))
}

fn status(report: &ClientReport, exchange: &Exchange, page: Page<'_>) -> Option<Failure> {
    let expected: &[Status] = if page.success().is_some() {
        // Some clients redeem the code at once, some wait to be told.
        &[Status::Success, Status::Pending]
    } else if exchange.status() >= 400 {
        &[Status::Pending, Status::Error, Status::Terminal]
    } else if page.is_terminal() {
        &[Status::Terminal]
    } else {
        &[Status::Pending]
    };
    let shown = report.status?;
    let words: Vec<_> = expected.iter().map(|status| status.word()).collect();
    (!expected.contains(&shown))
        .then(|| differs(ClientPart::Status, &words.join(" or "), shown.word()))
}

fn step(report: &ClientReport, exchange: &Exchange, page: Page<'_>) -> Vec<Failure> {
    let Some(step) = report.step.as_ref().filter(|_| exchange.status() == 200) else {
        return Vec::new();
    };
    let names = page.remediation_names();
    let mut failures = Vec::new();
    if let Some(name) =
        step.name.as_deref().filter(|name| !names.contains(name) && !names.is_empty())
    {
        let expected = format!("one of {}", names.join(", "));
        failures.push(differs(ClientPart::Step, &expected, name));
    }
    let mut flag = |part, shown: Option<bool>, is: bool| {
        if let Some(shown) = shown.filter(|shown| *shown != is) {
            failures.push(differs(part, &is.to_string(), &shown.to_string()));
        }
    };
    if !names.is_empty() {
        flag(ClientPart::CanSkip, step.can_skip, names.contains(&"skip"));
        flag(ClientPart::CanResend, step.can_resend, page.authenticator_form("resend").is_some());
    }
    failures
}

/// The client must show each message of the response, by key or by text. An API error has a summary in place of messages, and its code is the key.
fn messages(report: &ClientReport, body: &Value) -> Vec<Failure> {
    let shown = |key: Option<&str>, text: &str| {
        report.messages.iter().any(|message| {
            (key.is_some() && message.key.as_deref() == key)
                || message.text.as_deref().is_some_and(|t| t.contains(text))
        }) || report.error.as_deref().is_some_and(|error| error.contains(text))
    };
    let of_page = Page(body).messages().into_iter().map(|message| (message.key, message.text));
    let text_of = |member: &str| body.get(member).and_then(Value::as_str).map(ToOwned::to_owned);
    let of_error = text_of("errorSummary").map(|summary| (text_of("errorCode"), summary));
    of_page
        .chain(of_error)
        .filter(|(key, text)| !shown(key.as_deref(), text))
        .map(|(_, text)| differs(ClientPart::Messages, &format!("{text:?}"), "not shown"))
        .collect()
}

fn differs(reports: ClientPart, expected: &str, actual: &str) -> Failure {
    Failure::Client { reports, expected: expected.to_owned(), actual: actual.to_owned() }
}
