//! The fault layer around the handler of a request: selects the fault once, and applies it before and after the handler.

use bytes::Bytes;
use http::StatusCode;
use idx_engine::{Effect, Env};
use jiff::Timestamp;

use crate::faults::apply;
use crate::faults::document::Fault;
use crate::faults::rules::{ActiveFault, FaultTarget};
use crate::faults::values::Delay;
use crate::response::BufferedResponse;
use crate::response_body::{Dropped, ResponseBody};
use crate::running_org::RunningOrg;
use crate::store::{Outgoing, Store as _};

/// The fault of one request.
#[derive(Debug)]
pub(crate) struct FaultLayer {
    active: Option<ActiveFault>,
    is_selected: bool,
}

/// What to do with a request whose changes are not committed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    Proceed,
    /// Time has passed, so the request must be handled again with the current state.
    Retry,
    /// The request must not be handled. Its response is [`FaultLayer::replacement`].
    Replace,
}

impl FaultLayer {
    /// The layer of a request whose fault is not selected yet.
    pub(crate) fn new() -> Self {
        Self { active: None, is_selected: false }
    }

    /// The layer of a request that no fault applies to.
    pub(crate) fn none() -> Self {
        Self { active: None, is_selected: true }
    }

    /// Applies the fault before the request's changes are committed. The first call selects the fault, a later call does nothing.
    pub(crate) async fn before(&mut self, org: &RunningOrg, target: FaultTarget<'_>) -> Before {
        if self.is_selected {
            return Before::Proceed;
        }
        self.is_selected = true;
        self.active = org.store.select_fault(target).await;
        let Some(active) = &self.active else { return Before::Proceed };
        match &*active.fault {
            Fault::Delay { duration } => {
                wait(duration).await;
                Before::Retry
            }
            Fault::Status { .. } | Fault::RateLimit { .. } | Fault::DropBefore {} => {
                Before::Replace
            }
            Fault::DropAfter {}
            | Fault::Truncate { .. }
            | Fault::Malformed { .. }
            | Fault::ContentType { .. }
            | Fault::MessageDuplicate {}
            | Fault::MessageLost {}
            | Fault::MessageLate { .. } => Before::Proceed,
        }
    }

    /// The response of a request that must not be handled.
    pub(crate) fn replacement(&self, env: &mut Env) -> BufferedResponse {
        match self.active.as_ref().map(|active| &*active.fault) {
            Some(Fault::Status { status, body }) => apply::status(*status, body.as_ref(), env),
            Some(Fault::RateLimit { duration }) => {
                apply::rate_limit(duration.as_ref().map(Delay::length), env)
            }
            // A dropped request has this status in the journal.
            _ => BufferedResponse::empty(StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    /// The messages that the request sends at `now`.
    pub(crate) fn messages(&self, effects: Vec<Effect>, now: Timestamp) -> Vec<Outgoing> {
        let messages = apply::messages(effects);
        match &self.active {
            Some(active) => active.fault.alter_messages(messages, now),
            None => messages.collect(),
        }
    }

    /// The handler's response, as the client receives it.
    pub(crate) fn alter(&self, response: BufferedResponse) -> BufferedResponse {
        match &self.active {
            Some(active) => active.fault.alter(response),
            None => response,
        }
    }

    /// The body to send.
    pub(crate) fn body(&self, body: &Bytes) -> Result<ResponseBody, Dropped> {
        match self.active.as_ref().map(|active| &*active.fault) {
            Some(Fault::DropBefore {} | Fault::DropAfter {}) => Err(Dropped),
            Some(Fault::Truncate { bytes }) => {
                Ok(ResponseBody::truncated(body, bytes.unwrap_or(body.len() / 2)))
            }
            _ => Ok(ResponseBody::whole(body.clone())),
        }
    }

    /// The id of the applied rule, for the journal.
    pub(crate) fn rule(&self) -> Option<String> {
        self.active.as_ref().map(|active| active.rule.clone())
    }
}

/// Waits in real time, not by the org's clock: the fault tests the timeouts of a client and of the network, and neither knows the org's clock.
async fn wait(delay: &Delay) {
    tokio::time::sleep(delay.length().unsigned_abs()).await;
}
