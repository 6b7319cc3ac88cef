//! The few pages that Okta would host: what a link in a mail opens where the app has no page of its own. They are plain HTML, and carry the message's
//! key, so that a test can read what a person would.

use crate::contract::reply::{Answer, Reply, Trace};
use crate::refusal::Row;

/// A page with a heading, a sentence and, where another browser asks, the code.
pub(crate) fn page(status: u16, heading: &str, text: &str, otp: Option<&str>) -> Reply {
    Reply::Page { status, html: html("", heading, text, otp) }
}

/// A page that says what a row says.
pub(crate) fn refused(row: &'static Row) -> Answer {
    let mut answer = told(row, None);
    answer.trace = Trace { refusal: Some(row.id), ..Trace::default() };
    answer
}

/// The same for a row that is no refusal, with the code where there is one.
pub(crate) fn told(row: &'static Row, otp: Option<&str>) -> Answer {
    let key = row.lines.first().map_or("", |line| line.key);
    let reply = Reply::Page {
        status: row.status,
        html: html(key, "Email verification", &row.text(&[]), otp),
    };
    Answer::plain(reply)
}

/// Nothing of it comes from a request: all texts are the table's, and a code is six digits.
fn html(key: &str, heading: &str, text: &str, otp: Option<&str>) -> String {
    let code = otp
        .map(|otp| format!("<p><strong class=\"otp-value\">{otp}</strong></p>"))
        .unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{heading}</title></head>\
         <body><main data-i18n-key=\"{key}\"><h1>{heading}</h1><p>{text}</p>{code}</main></body></html>"
    )
}
