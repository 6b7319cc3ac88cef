//! Checks the two error bodies that are not IDX documents: OAuth errors and Okta's API errors.

use super::Response;
use super::node::{JsonType, Node, Report};

pub(super) fn check(report: &mut Report, root: &Node<'_>, response: Response<'_>) {
    if let Some(status) = response.status
        && !(400..500).contains(&status)
    {
        report.problem(root, format!("is an error with status {status}"));
    }
    if let Some(media_type) = response.media_type
        && !media_type.starts_with("application/json")
    {
        report.problem(root, format!("is an error sent as {media_type}, not as application/json"));
    }
    if root.has("errorCode") {
        report.only(root, &["errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"]);
        for name in ["errorCode", "errorSummary", "errorLink", "errorId"] {
            report.required(root, name, JsonType::Text);
        }
        report.required(root, "errorCauses", JsonType::Array);
    } else {
        report.only(root, &["error", "error_description"]);
        report.required(root, "error", JsonType::Text);
        // .NET recognises an OAuth error by this member.
        report.required(root, "error_description", JsonType::Text);
    }
}
