//! `journal`: what was asked and answered, without its secrets.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::control::query::Query;
use crate::control::{ControlError, ok};
use crate::journal::{
    Entry, Exchanges, decisions, redacted_body, redacted_headers, redacted_target,
};
use crate::running_org::RunningOrg;
use crate::store::Store as _;

/// The fewest characters of a handle that a search is made with: fewer would find strangers.
const HANDLE_LEAST: usize = 8;

pub(crate) async fn list(org: &RunningOrg, query: &Query<'_>) -> Result<Answer, ControlError> {
    let since = query.number("since", 0)?;
    let Exchanges { entries: all, dropped } = org.store.exchanges().await;
    let mut entries = all.iter().filter(|(id, _)| *id > since).collect::<Vec<_>>();
    if let Some(handle) = query.get("handle") {
        let transactions = transactions_of(&all, handle)?;
        entries.retain(|(_, entry)| {
            entry.trace.transaction.is_some_and(|number| transactions.contains(&number))
        });
    }
    let exchanges: Vec<Value> = entries.into_iter().map(|(id, entry)| show(*id, entry)).collect();
    ok(&json!({"exchanges": exchanges, "dropped": dropped}))
}

/// The transactions in whose exchanges a handle, or its shown beginning, is found.
fn transactions_of(entries: &[(u64, Arc<Entry>)], handle: &str) -> Result<Vec<u64>, ControlError> {
    let handle = handle.trim_end_matches('…').as_bytes();
    if handle.len() < HANDLE_LEAST {
        return Err(ControlError::bad_request(format!(
            "handle is shorter than {HANDLE_LEAST} characters; give the handle, or what the journal shows of it"
        )));
    }
    let holds = |bytes: &[u8]| bytes.windows(handle.len()).any(|window| window == handle);
    let found = entries
        .iter()
        .map(|(_, entry)| entry)
        .filter(|entry| holds(&entry.body) || holds(&entry.answer.body));
    Ok(found.filter_map(|entry| entry.trace.transaction).collect())
}

fn show(id: u64, entry: &Entry) -> Value {
    let answered = entry.answer.headers(&entry.cors, id);
    let answered =
        answered.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
    let mut shown = Map::new();
    let mut say = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    say("id", json!(id));
    say("at", json!(format!("{:.3}", entry.at)));
    say("transaction", json!(entry.trace.transaction));
    say(
        "request",
        json!({
            "method": entry.head.method(),
            "path": redacted_target(entry.head.target()),
            "headers": redacted_headers(entry.head.headers()),
            "body": redacted_body(&entry.body, entry.head.header("content-type")),
        }),
    );
    say(
        "answer",
        json!({
            "status": entry.answer.status.as_u16(),
            "headers": redacted_headers(answered),
            "body": redacted_body(&entry.answer.body, entry.answer.media.name()),
        }),
    );
    say("stepBefore", json!(entry.trace.step_before));
    say("stepAfter", json!(entry.trace.step_after));
    say("edge", json!(entry.trace.edge));
    if let Some(refusal) = entry.trace.refusal {
        say("refusal", json!(refusal));
    }
    say("why", decisions(&entry.trace));
    if let Some(rule) = &entry.fault {
        say("fault", json!(rule));
    }
    Value::Object(shown)
}
