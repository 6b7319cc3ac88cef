//! `clock`: reads, moves and stops the org's time.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clock::{ClockAdjustment, ClockStart};
use crate::control::call::{Call, CallContext, Json, NoQuery};
use crate::control::error::ControlError;
use crate::control::time::{ApiTime, Instant};
use crate::duration::DurationText;
use crate::store::{ClockReading, Ends, Store as _};

/// The org's clock.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Clock")]
pub(crate) struct ClockDocument {
    now: ApiTime,
    frozen: bool,
    /// The next deadlines, the earliest first, at most 1,000.
    deadlines: Vec<ListedDeadline>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Deadline")]
struct ListedDeadline {
    at: ApiTime,
    /// What ends.
    what: Ends,
    /// The transaction's number.
    transaction: u64,
}

/// How to change the clock: first `freeze`, then `set`, `advance` and `to`. If one part fails, nothing changes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Adjustment {
    freeze: Option<bool>,
    set: Option<Instant>,
    advance: Option<DurationText>,
    to: Option<Destination>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Destination {
    NextDeadline,
}

/// The clock of a new org. It can start in the past.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct InitialClock {
    freeze: Option<bool>,
    set: Option<Instant>,
}

#[derive(Debug)]
pub(crate) struct ReadClock;

impl Call for ReadClock {
    const SUMMARY: &'static str = "Returns the org's time and its next deadlines.";
    type Query = NoQuery;
    type Request = ();
    type Response = Json<ClockDocument>;

    async fn run(
        cx: &CallContext<'_>,
        _: NoQuery,
        (): (),
    ) -> Result<Json<ClockDocument>, ControlError> {
        Ok(Json(cx.org.store.clock().await.into()))
    }
}

#[derive(Debug)]
pub(crate) struct AdjustClock;

impl Call for AdjustClock {
    const SUMMARY: &'static str = "Moves, stops or starts the org's clock, but never backwards.";
    type Query = NoQuery;
    type Request = Json<Adjustment>;
    type Response = Json<ClockDocument>;

    async fn run(
        cx: &CallContext<'_>,
        _: NoQuery,
        Json(adjustment): Json<Adjustment>,
    ) -> Result<Json<ClockDocument>, ControlError> {
        Ok(Json(cx.org.store.adjust_clock(&adjustment.into()).await?.into()))
    }
}

impl From<Adjustment> for ClockAdjustment {
    fn from(adjustment: Adjustment) -> Self {
        Self {
            freeze: adjustment.freeze,
            set: adjustment.set.map(Timestamp::from),
            advance: adjustment.advance.map(|duration| duration.length),
            to_next_deadline: adjustment.to.is_some(),
        }
    }
}

impl From<InitialClock> for ClockStart {
    fn from(clock: InitialClock) -> Self {
        Self { at: clock.set.map(Timestamp::from), frozen: clock.freeze.unwrap_or(false) }
    }
}

impl From<ClockReading> for ClockDocument {
    fn from(clock: ClockReading) -> Self {
        let deadlines = clock.deadlines.iter().map(|deadline| ListedDeadline {
            at: ApiTime(deadline.at),
            what: deadline.what,
            transaction: deadline.transaction,
        });
        Self { now: ApiTime(clock.now), frozen: clock.frozen, deadlines: deadlines.collect() }
    }
}
