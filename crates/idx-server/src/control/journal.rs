//! `journal`: the recorded exchanges, without their secrets.

use std::collections::HashSet;
use std::sync::Arc;

use memchr::memmem::Finder;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::control::call::{Call, CallContext, Json};
use crate::control::error::ControlError;
use crate::control::time::ApiTime;
use crate::journal::{
    Decision, Entry, Exchanges, decisions, redacted_body, redacted_headers, redacted_target,
};
use crate::limits::SEARCHED_HANDLE_BYTES;
use crate::store::Store as _;

/// The minimum length of a handle in a search. A shorter handle would find exchanges of other users.
const MIN_HANDLE_LENGTH: usize = 8;

/// Selects exchanges.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct JournalQuery {
    /// Only exchanges after the exchange with this id.
    since: u64,
    /// Only exchanges of the transactions with this handle: the whole handle, or its start as the journal shows it.
    handle: Option<String>,
}

/// Exchanges, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Exchanged {
    exchanges: Vec<ListedExchange>,
    /// The number of older exchanges that the journal no longer has.
    dropped: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Exchange")]
struct ListedExchange {
    id: u64,
    at: ApiTime,
    /// The version of the org document that the request saw.
    org_version: u64,
    /// The transaction's number.
    transaction: Option<u64>,
    request: RecordedRequest,
    answer: RecordedResponse,
    step_before: Option<&'static str>,
    step_after: Option<&'static str>,
    /// The remediation or action that the client took.
    edge: Option<&'static str>,
    /// The id of a refusal, such as `E3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<&'static str>,
    why: Vec<Decision>,
    /// The id of the fault rule that was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RecordedRequest {
    method: String,
    /// The path and the query.
    path: String,
    headers: Map<String, Value>,
    body: Value,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RecordedResponse {
    status: u16,
    headers: Map<String, Value>,
    body: Value,
}

#[derive(Debug)]
pub(crate) struct ListExchanges;

impl Call for ListExchanges {
    const SUMMARY: &'static str =
        "Lists the recorded exchanges. Calls of the control API are not recorded.";
    type Query = JournalQuery;
    type Request = ();
    type Response = Json<Exchanged>;

    async fn run(
        cx: &CallContext<'_>,
        query: JournalQuery,
        (): (),
    ) -> Result<Json<Exchanged>, ControlError> {
        // The handle of a selected exchange may be in an earlier exchange.
        let since = if query.handle.is_some() { 0 } else { query.since };
        let Exchanges { entries: all, dropped } = cx.org.store.exchanges(since).await;
        let transactions =
            query.handle.map(|handle| transactions_with(&all, &handle)).transpose()?;
        let is_selected = |entry: &Entry| match (&transactions, entry.trace.transaction) {
            (None, _) => true,
            (Some(selected), Some(number)) => selected.contains(&number),
            (Some(_), None) => false,
        };
        let exchanges = all
            .iter()
            .filter(|(id, entry)| *id > query.since && is_selected(entry))
            .map(|(id, entry)| ListedExchange::new(*id, entry));
        Ok(Json(Exchanged { exchanges: exchanges.collect(), dropped }))
    }
}

/// The transactions whose exchanges contain a handle, or its start as the journal shows it.
fn transactions_with(
    entries: &[(u64, Arc<Entry>)],
    handle: &str,
) -> Result<HashSet<u64>, ControlError> {
    let handle = handle.trim_end_matches('…').as_bytes();
    if handle.len() < MIN_HANDLE_LENGTH {
        return Err(ControlError::bad_request(format!(
            "invalid query parameter handle: the handle has fewer than {MIN_HANDLE_LENGTH} characters; use the whole handle, or its start as the journal shows it"
        )));
    }
    if handle.len() > SEARCHED_HANDLE_BYTES {
        return Err(ControlError::bad_request(format!(
            "invalid query parameter handle: the handle has more than {SEARCHED_HANDLE_BYTES} bytes; use the start of the handle"
        )));
    }
    let finder = Finder::new(handle);
    let contains = |bytes: &[u8]| finder.find(bytes).is_some();
    let found = entries
        .iter()
        .map(|(_, entry)| entry)
        .filter(|entry| contains(&entry.body) || contains(&entry.response.body));
    Ok(found.filter_map(|entry| entry.trace.transaction).collect())
}

impl ListedExchange {
    fn new(id: u64, entry: &Entry) -> Self {
        Self {
            id,
            at: ApiTime(entry.at),
            org_version: entry.org_version,
            transaction: entry.trace.transaction,
            request: RecordedRequest {
                method: entry.head.method().to_owned(),
                path: redacted_target(entry.head.target()),
                headers: redacted_headers(entry.head.headers()),
                body: redacted_body(&entry.body, entry.head.header("content-type")),
            },
            answer: RecordedResponse::new(id, entry),
            step_before: entry.trace.step_before,
            step_after: entry.trace.step_after,
            edge: entry.trace.edge,
            refusal: entry.trace.refusal,
            why: decisions(&entry.trace),
            fault: entry.fault.clone(),
        }
    }
}

impl RecordedResponse {
    fn new(id: u64, entry: &Entry) -> Self {
        let headers = entry.response.headers(&entry.cors, id);
        let headers =
            headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
        Self {
            status: entry.response.status.as_u16(),
            headers: redacted_headers(headers),
            body: redacted_body(&entry.response.body, entry.response.media.name()),
        }
    }
}
