//! The org's clock. Only this file reads the machine's clock.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// An org's clock: the machine's time plus an offset, or a frozen instant. It never goes back, even if the machine's clock does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Clock {
    offset: SignedDuration,
    frozen: bool,
    latest: Timestamp,
}

/// The clock's state at startup and after a reset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClockStart {
    /// Any instant, including one in the past. If absent, the clock starts at the machine's time.
    pub(crate) at: Option<Timestamp>,
    pub(crate) frozen: bool,
}

/// Changes to a clock, applied in this order: first `freeze`, then `set`, `advance` and `to_next_deadline`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClockAdjustment {
    pub(crate) freeze: Option<bool>,
    pub(crate) set: Option<Timestamp>,
    pub(crate) advance: Option<SignedDuration>,
    pub(crate) to_next_deadline: bool,
}

/// The reason why the clock was not adjusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClockError {
    #[error(
        "the clock stands at {now} and cannot go back to {to}; `POST reset` starts the org again, \
         and `POST orgs` with `\"clock\":{{\"set\":\"{to}\"}}` starts another one there"
    )]
    Back { now: String, to: String },
    #[error("the clock cannot go beyond the year 9999")]
    EndOfTime,
    #[error("nothing ends in this org, so there is no deadline to go to")]
    NoDeadline,
}

impl Clock {
    pub(crate) fn starting(start: ClockStart) -> Self {
        let machine = machine_time();
        let at = start.at.unwrap_or(machine);
        Self { offset: at.duration_since(machine), frozen: start.frozen, latest: at }
    }

    /// The org's time.
    pub(crate) fn now(&mut self) -> Timestamp {
        if !self.frozen {
            let running = machine_time().saturating_add(self.offset).unwrap_or(Timestamp::MAX);
            self.latest = self.latest.max(running);
        }
        self.latest
    }

    /// Whether the clock is frozen.
    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// Returns the clock after all parts of an adjustment. `next_deadline` returns the first deadline after an instant.
    pub(crate) fn adjusted(
        &self,
        adjustment: &ClockAdjustment,
        next_deadline: impl FnOnce(Timestamp) -> Option<Timestamp>,
    ) -> Result<Self, ClockError> {
        let mut clock = self.clone();
        if let Some(frozen) = adjustment.freeze {
            clock.freeze(frozen);
        }
        if let Some(instant) = adjustment.set {
            clock.set(instant)?;
        }
        if let Some(duration) = adjustment.advance {
            clock.advance(duration)?;
        }
        if adjustment.to_next_deadline {
            let next = next_deadline(clock.now()).ok_or(ClockError::NoDeadline)?;
            clock.set(next)?;
        }
        Ok(clock)
    }

    /// Freezes the clock, or lets it continue from its current time.
    pub(crate) fn freeze(&mut self, frozen: bool) {
        let now = self.now();
        self.frozen = frozen;
        self.offset = now.duration_since(machine_time());
    }

    /// Advances the clock by a duration.
    pub(crate) fn advance(&mut self, by: SignedDuration) -> Result<(), ClockError> {
        let now = self.now();
        let to = now.checked_add(by).map_err(|_| ClockError::EndOfTime)?;
        self.move_from(now, to)
    }

    /// Advances the clock to an instant. A frozen clock stays frozen.
    pub(crate) fn set(&mut self, to: Timestamp) -> Result<(), ClockError> {
        let now = self.now();
        self.move_from(now, to)
    }

    /// A running clock is read only once, so that it can be advanced by nothing.
    fn move_from(&mut self, now: Timestamp, to: Timestamp) -> Result<(), ClockError> {
        if to < now {
            return Err(ClockError::Back { now: now.to_string(), to: to.to_string() });
        }
        self.latest = to;
        self.offset = to.duration_since(machine_time());
        Ok(())
    }
}

/// The machine's time, for clocks and for certificates. Browsers compare a certificate's dates with it.
#[expect(
    clippy::disallowed_methods,
    reason = "only this function reads the clock; other code receives the time as an argument"
)]
pub(crate) fn machine_time() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: SignedDuration = SignedDuration::from_mins(1);

    fn frozen_at(text: &str) -> Clock {
        Clock::starting(ClockStart { at: Some(text.parse().unwrap()), frozen: true })
    }

    #[test]
    fn frozen_clock_moves_only_when_adjusted() {
        let mut clock = Clock::starting(ClockStart { at: None, frozen: true });
        let before = clock.now();
        assert_eq!(clock.now(), before);
        clock.advance(MINUTE).unwrap();
        assert_eq!(clock.now(), before + MINUTE);
    }

    #[test]
    fn running_clock_can_be_advanced_by_nothing() {
        let mut clock = Clock::starting(ClockStart { at: None, frozen: false });
        for _ in 0..1000 {
            clock.advance(SignedDuration::ZERO).unwrap();
        }
    }

    #[test]
    fn clock_never_goes_back() {
        let mut clock = frozen_at("2030-01-01T00:00:00Z");
        let now = clock.now();
        assert!(matches!(clock.set(now - MINUTE), Err(ClockError::Back { .. })));
        assert!(matches!(clock.advance(-MINUTE), Err(ClockError::Back { .. })));
        assert_eq!(clock.now(), now);
        clock.set(now).unwrap();
    }

    #[test]
    fn unfrozen_clock_continues_from_frozen_time() {
        let mut clock = frozen_at("2030-01-01T00:00:00Z");
        let stood = clock.now();
        clock.advance(MINUTE).unwrap();
        clock.freeze(false);
        let runs = clock.now();
        assert!(runs >= stood + MINUTE && runs < stood + MINUTE + MINUTE);
    }

    #[test]
    fn clock_can_start_in_past_and_cannot_pass_year_9999() {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut clock = Clock::starting(ClockStart { at: Some(start), frozen: false });
        assert!(clock.now() >= start && clock.now() < start + MINUTE);
        assert_eq!(clock.advance(SignedDuration::MAX), Err(ClockError::EndOfTime));
    }
}
