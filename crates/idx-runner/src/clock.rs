//! The one place where the harness reads the machine's clock: to say how long things took, never to decide a verdict on a frozen org.

use std::time::{Duration, Instant};

/// Measures from its making.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "durations of runs and exchanges are measured here and nowhere else"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since it was made.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// The time since it was made, in whole milliseconds.
    #[must_use]
    pub fn milliseconds(&self) -> u64 {
        u64::try_from(self.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
