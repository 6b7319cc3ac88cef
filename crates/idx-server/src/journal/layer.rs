//! The journal layer: records an exchange, reports it, and turns its response into HTTP.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::request::Parts;
use idx_engine::Trace;
use jiff::Timestamp;

use crate::cors::Cors;
use crate::faults::FaultLayer;
use crate::inbox::Message;
use crate::journal::head::Head;
use crate::journal::ring::Entry;
use crate::journal::why;
use crate::response::BufferedResponse;
use crate::response_body::{Dropped, ResponseBody};
use crate::running_org::RunningOrg;
use crate::store::Store as _;

/// A request as it arrived, with its whole body.
#[derive(Debug)]
pub(crate) struct Received {
    /// The version of the org document that the request sees.
    pub(crate) org_version: u64,
    /// The origin that the client called.
    pub(crate) base: String,
    pub(crate) cors: Cors,
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
}

/// The response of a handled request.
#[derive(Debug)]
pub(crate) struct Handled {
    /// The org's time.
    pub(crate) at: Timestamp,
    pub(crate) response: BufferedResponse,
    pub(crate) trace: Trace,
    /// The messages that arrived.
    pub(crate) messages: Vec<Arc<Message>>,
}

/// Records an exchange and returns its HTTP response, or an error if a fault closes the connection.
pub(crate) async fn record(
    org: &RunningOrg,
    received: &Received,
    handled: Handled,
    faults: &FaultLayer,
) -> Result<Response<ResponseBody>, Dropped> {
    let Handled { at, response, trace, messages } = handled;
    let entry = Arc::new(Entry {
        at,
        org_version: received.org_version,
        head: Head::copy(&received.head),
        body: received.body.clone(),
        response,
        cors: received.cors.clone(),
        trace,
        fault: faults.rule(),
    });
    let id = org.store.record(&entry).await;
    org.announce(&entry, &messages);

    let body = faults.body(&entry.response.body)?;
    let mut response = entry.response.to_http(body, &received.cors, id);
    if why::is_requested(&received.head.headers) {
        let why = why::header(&entry.trace, &received.base, id);
        response.headers_mut().extend(why.map(|value| (why::WHY, value)));
    }
    Ok(response)
}
