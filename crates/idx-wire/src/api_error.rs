//! The error shape of Okta's older APIs, which still answers what no IDX rule covers.

use std::borrow::Cow;

use serde::Serialize;

/// `{"errorCode","errorSummary","errorLink","errorId","errorCauses"}`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiError<'a> {
    /// For example `E0000047`.
    pub error_code: &'a str,
    /// One sentence in English.
    pub error_summary: Cow<'a, str>,
    /// The code again.
    pub error_link: &'a str,
    /// `oae` and 22 letters or digits.
    pub error_id: String,
    /// Details.
    pub error_causes: Vec<ErrorCause<'a>>,
}

/// A detail of an API error.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorCause<'a> {
    /// One sentence in English.
    pub error_summary: Cow<'a, str>,
}
