//! The values of a fault rule. Each type holds only valid values.

use http::HeaderValue;
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::duration::{DurationError, DurationText};

/// The maximum delay. A longer delay is a dropped connection in practice.
const MAX_DELAY: SignedDuration = SignedDuration::from_mins(10);

/// A value that a fault rule cannot have.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum FaultValueError {
    #[error(
        "invalid path {0:?}; write a path such as \"/idp/idx/challenge/answer\" or \"/idp/idx/*\""
    )]
    Path(String),
    #[error("invalid probability {0}; write a number from 0 to 1")]
    Probability(f64),
    #[error(transparent)]
    Duration(#[from] DurationError),
    #[error("invalid duration {0:?}; write a duration of at most ten minutes, such as \"PT2S\"")]
    Delay(String),
    #[error("invalid status {0}; write a status from 200 to 599")]
    Status(u16),
    #[error("invalid media type {0:?}; write a media type such as \"text/html\"")]
    MediaType(String),
}

/// A path, or the start of a path with `*` at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub(crate) struct PathPattern(String);

impl PathPattern {
    pub(crate) fn matches(&self, path: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => self.0 == path,
        }
    }
}

impl TryFrom<String> for PathPattern {
    type Error = FaultValueError;

    fn try_from(path: String) -> Result<Self, FaultValueError> {
        if path.starts_with('/') { Ok(Self(path)) } else { Err(FaultValueError::Path(path)) }
    }
}

impl From<PathPattern> for String {
    fn from(pattern: PathPattern) -> Self {
        pattern.0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schemars(with = "f64")]
pub(crate) struct Probability(pub(crate) f64);

impl TryFrom<f64> for Probability {
    type Error = FaultValueError;

    fn try_from(number: f64) -> Result<Self, FaultValueError> {
        if (0.0..=1.0).contains(&number) {
            Ok(Self(number))
        } else {
            Err(FaultValueError::Probability(number))
        }
    }
}

impl From<Probability> for f64 {
    fn from(probability: Probability) -> Self {
        probability.0
    }
}

/// A duration from 0 to ten minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub(crate) struct Delay(DurationText);

impl Delay {
    pub(crate) fn length(&self) -> SignedDuration {
        self.0.length
    }
}

impl TryFrom<String> for Delay {
    type Error = FaultValueError;

    fn try_from(text: String) -> Result<Self, FaultValueError> {
        let duration = DurationText::try_from(text)?;
        if (SignedDuration::ZERO..=MAX_DELAY).contains(&duration.length) {
            Ok(Self(duration))
        } else {
            Err(FaultValueError::Delay(duration.into()))
        }
    }
}

impl From<Delay> for String {
    fn from(delay: Delay) -> Self {
        delay.0.into()
    }
}

/// A status from 200 to 599.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u16", into = "u16")]
#[schemars(with = "u16")]
pub(crate) struct FaultStatus(u16);

impl TryFrom<u16> for FaultStatus {
    type Error = FaultValueError;

    fn try_from(status: u16) -> Result<Self, FaultValueError> {
        if (200..=599).contains(&status) {
            Ok(Self(status))
        } else {
            Err(FaultValueError::Status(status))
        }
    }
}

impl From<FaultStatus> for u16 {
    fn from(status: FaultStatus) -> Self {
        status.0
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub(crate) struct MediaType(String);

impl MediaType {
    /// The media type as a header value. A [`MediaType`] always is one.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(&self.0).ok()
    }
}

impl TryFrom<String> for MediaType {
    type Error = FaultValueError;

    fn try_from(text: String) -> Result<Self, FaultValueError> {
        if text.contains('/') && HeaderValue::try_from(&text).is_ok() {
            Ok(Self(text))
        } else {
            Err(FaultValueError::MediaType(text))
        }
    }
}

impl From<MediaType> for String {
    fn from(media: MediaType) -> Self {
        media.0
    }
}
