//! `clock`: reads, moves and stops the org's time.

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::clock::{ClockAdjustment, ClockStart};
use crate::control::{ControlError, ok};
use crate::running_org::RunningOrg;
use crate::store::{ClockReading, Store as _};

/// What can be asked of a clock. All parts are done or none: first `freeze`, then `set`, `advance` and `to`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Adjustment {
    freeze: Option<bool>,
    set: Option<String>,
    advance: Option<String>,
    to: Option<String>,
}

pub(crate) async fn show(org: &RunningOrg) -> Result<Answer, ControlError> {
    ok(&document(&org.store.clock().await))
}

pub(crate) async fn adjust(
    org: &RunningOrg,
    adjustment: &Adjustment,
) -> Result<Answer, ControlError> {
    ok(&document(&org.store.adjust_clock(&adjustment.parsed()?).await?))
}

impl Adjustment {
    fn parsed(&self) -> Result<ClockAdjustment, ControlError> {
        if let Some(place) = self.to.as_ref().filter(|place| *place != "next-deadline") {
            return Err(ControlError::bad_request(format!(
                "to is {place:?}; it can be \"next-deadline\""
            )));
        }
        Ok(ClockAdjustment {
            freeze: self.freeze,
            set: self.set.as_deref().map(timestamp).transpose()?,
            advance: self.advance.as_deref().map(duration).transpose()?,
            to_next_deadline: self.to.is_some(),
        })
    }
}

/// The clock of a new org.
pub(crate) fn starting(adjustment: Option<&Adjustment>) -> Result<ClockStart, ControlError> {
    let Some(adjustment) = adjustment else { return Ok(ClockStart::default()) };
    if adjustment.advance.is_some() || adjustment.to.is_some() {
        return Err(ControlError::bad_request(
            "the clock of a new org takes \"set\" and \"freeze\" alone",
        ));
    }
    let at = adjustment.set.as_deref().map(timestamp).transpose()?;
    Ok(ClockStart { at, frozen: adjustment.freeze.unwrap_or(false) })
}

fn document(clock: &ClockReading) -> Value {
    let deadlines: Vec<Value> = clock
        .deadlines
        .iter()
        .map(|deadline| json!({"at": wire_time(deadline.at), "what": deadline.what, "transaction": deadline.transaction}))
        .collect();
    json!({"now": wire_time(clock.now), "frozen": clock.frozen, "deadlines": deadlines})
}

fn timestamp(text: &str) -> Result<Timestamp, ControlError> {
    text.parse().map_err(|_| {
        ControlError::bad_request(format!(
            "set is {text:?}; write an instant of RFC 3339, as in \"2026-01-01T00:00:00.000Z\""
        ))
    })
}

fn duration(text: &str) -> Result<SignedDuration, ControlError> {
    text.parse::<Span>()
        .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()))
        .map_err(|_| {
            ControlError::bad_request(format!(
                "advance is {text:?}; write a duration of ISO 8601, as in \"PT6M\""
            ))
        })
}

fn wire_time(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_iso_8601() {
        assert_eq!(duration("PT6M").unwrap(), SignedDuration::from_mins(6));
        assert_eq!(duration("P1DT1H").unwrap(), SignedDuration::from_hours(25));
        assert_eq!(duration("PT0.5S").unwrap(), SignedDuration::from_millis(500));
        for wrong in ["", "6", "P", "6 moons", "P1Y"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_new_org_may_begin_frozen_in_the_past() {
        let adjustment =
            serde_json::from_str(r#"{"set":"2026-01-01T00:00:00.000Z","freeze":true}"#).unwrap();
        let start = starting(Some(&adjustment)).unwrap();
        assert_eq!(
            start,
            ClockStart { at: Some("2026-01-01T00:00:00Z".parse().unwrap()), frozen: true }
        );
    }
}
