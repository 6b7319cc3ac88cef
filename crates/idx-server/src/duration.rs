//! A duration as text: ISO 8601 (`PT6M`) or Go-style (`6m`).

use jiff::{SignedDuration, Span, SpanRelativeTo};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A duration that keeps its spelling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub(crate) struct DurationText {
    text: String,
    pub(crate) length: SignedDuration,
}

/// Why the text is not a duration of a fixed length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DurationError {
    #[error("{0:?} is not a duration; write an ISO 8601 duration such as \"PT6M\"")]
    Unreadable(String),
    #[error("{0:?} has years or months, whose lengths vary; write days, such as \"P365D\"")]
    Calendar(String),
}

impl TryFrom<String> for DurationText {
    type Error = DurationError;

    fn try_from(text: String) -> Result<Self, DurationError> {
        let Ok(span) = text.parse::<Span>() else { return Err(DurationError::Unreadable(text)) };
        if span.get_years() != 0 || span.get_months() != 0 {
            return Err(DurationError::Calendar(text));
        }
        match span.to_duration(SpanRelativeTo::days_are_24_hours()) {
            Ok(length) => Ok(Self { text, length }),
            Err(_) => Err(DurationError::Unreadable(text)),
        }
    }
}

impl From<DurationText> for String {
    fn from(duration: DurationText) -> Self {
        duration.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(text: &str) -> Option<SignedDuration> {
        DurationText::try_from(text.to_owned()).ok().map(|duration| duration.length)
    }

    #[test]
    fn iso_8601_and_go_durations_are_read() {
        assert_eq!(length("PT6M"), Some(SignedDuration::from_mins(6)));
        assert_eq!(length("5m"), Some(SignedDuration::from_mins(5)));
        assert_eq!(length("P1DT1H"), Some(SignedDuration::from_hours(25)));
        assert_eq!(length("PT0.5S"), Some(SignedDuration::from_millis(500)));
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "6", "P", "6 moons"] {
            let error = DurationText::try_from(text.to_owned()).unwrap_err();
            assert_eq!(error, DurationError::Unreadable(text.to_owned()));
        }
    }

    #[test]
    fn years_and_months_are_refused_because_their_lengths_vary() {
        for text in ["P1Y", "P1M", "P1Y2DT3H", "2 months"] {
            let error = DurationText::try_from(text.to_owned()).unwrap_err();
            assert_eq!(error, DurationError::Calendar(text.to_owned()));
        }
        assert_eq!(length("P1W"), Some(SignedDuration::from_hours(7 * 24)));
        assert_eq!(length("PT0S"), Some(SignedDuration::ZERO));
    }
}
