//! The few pages that Okta would host: a link in an email opens them if the app has no page of its own. They are plain HTML with the message's key, so
//! that a test can read them.

use crate::contract::reply::{Answer, Reply};
use crate::contract::trace::Trace;
use crate::refusal::RefusalDef;

/// A page with a heading, a sentence and, for another browser, the code.
pub(crate) fn page(status: u16, heading: &str, text: &str, otp: Option<&str>) -> Reply {
    Reply::Page { status, html: html("", heading, text, otp) }
}

/// The page of a refusal.
pub(crate) fn refused(refusal: &'static RefusalDef) -> Answer {
    let mut answer = message(refusal, None);
    answer.trace = Trace { refusal: Some(refusal.id), ..Trace::default() };
    answer
}

/// The page of a message, with the code if there is one.
pub(crate) fn message(refusal: &'static RefusalDef, otp: Option<&str>) -> Answer {
    let key = refusal.messages.first().map_or("", |message| message.key);
    let reply = Reply::Page {
        status: refusal.status,
        html: html(key, "Email verification", &refusal.text(&[]), otp),
    };
    Answer::plain(reply)
}

/// Needs no escaping: every text comes from the table, and a code is six digits.
fn html(key: &str, heading: &str, text: &str, otp: Option<&str>) -> String {
    let code = otp
        .map(|otp| format!("<p><strong class=\"otp-value\">{otp}</strong></p>"))
        .unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{heading}</title></head>\
         <body><main data-i18n-key=\"{key}\"><h1>{heading}</h1><p>{text}</p>{code}</main></body></html>"
    )
}
