//! The two error bodies that are no IDX document: OAuth's and the one of Okta's management API.

use super::Answer;
use super::node::{Kind, Node, Report};

pub(super) fn check(report: &mut Report, root: &Node<'_>, answer: Answer<'_>) {
    if let Some(status) = answer.status
        && !(400..500).contains(&status)
    {
        report.problem(root, format!("is an error sent with {status}"));
    }
    if let Some(media_type) = answer.media_type
        && !media_type.starts_with("application/json")
    {
        report.problem(root, format!("is an error sent as {media_type}, not as application/json"));
    }
    if root.has("errorCode") {
        report.only(root, &["errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"]);
        for name in ["errorCode", "errorSummary", "errorLink", "errorId"] {
            report.required(root, name, Kind::Text);
        }
        report.required(root, "errorCauses", Kind::Array);
    } else {
        report.only(root, &["error", "error_description"]);
        report.required(root, "error", Kind::Text);
        // .NET knows an OAuth error by this member.
        report.required(root, "error_description", Kind::Text);
    }
}
