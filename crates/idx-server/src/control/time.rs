//! Times, as the control API reads and writes them.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

/// RFC 3339 with milliseconds.
#[derive(Debug, Clone, Copy, JsonSchema)]
#[schemars(with = "String")]
pub(crate) struct ApiTime(pub(crate) Timestamp);

impl fmt::Display for ApiTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

impl Serialize for ApiTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An instant in a request.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub(crate) struct Instant(Timestamp);

/// The text is not an instant.
#[derive(Debug, thiserror::Error)]
#[error("invalid time {0:?}; write an RFC 3339 time such as \"2026-01-01T00:00:00.000Z\"")]
pub(crate) struct InstantError(String);

impl TryFrom<String> for Instant {
    type Error = InstantError;

    fn try_from(text: String) -> Result<Self, InstantError> {
        text.parse().map(Self).map_err(|_| InstantError(text))
    }
}

impl From<Instant> for Timestamp {
    fn from(instant: Instant) -> Self {
        instant.0
    }
}
