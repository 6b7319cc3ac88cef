//! Status and media type.

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.answers",
        Check::Answer(answers),
        [
            "every request gets an answer",
            "a connection that ends without one leaves the client with a failure that it cannot explain",
            "RFC 9110 15",
        ],
    ),
    Rule::must(
        "server.idx-status",
        Check::Answer(idx_status),
        [
            "an IDX answer has status 200, or 4xx with a body that says why",
            "Go takes 200 alone for success, and Kotlin and Swift read nothing from 5xx",
            "the shape of a transaction, as recorded; what the SDKs of five languages demand",
        ],
    ),
    Rule::must(
        "server.idx-media-type",
        Check::Answer(idx_media_type),
        [
            "an IDX body is sent as application/ion+json; okta-version=1.0.0, a refusal perhaps as application/json",
            "Java reads no error of another type; .NET takes messages from the first alone, okta-auth-js a refused introspect from the second",
            "the headers that the SDKs send; recorded by every SDK",
        ],
    ),
    Rule::must(
        "server.json",
        Check::Answer(json),
        [
            "a body that is said to be JSON is JSON",
            "a client that trusts the media type ends in its parser",
            "RFC 8259",
        ],
    ),
    Rule::must(
        "server.api-error",
        Check::Answer(api_error),
        [
            "an API error has errorCode, errorSummary, errorLink, errorId and errorCauses, as application/json",
            "auth-js takes what has no version for an API error and reads these members",
            "the shapes of errors, as recorded",
        ],
    ),
];

fn answers(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if let Err(reason) = &read.exchange.answer {
        findings.add(read, format!("no answer: {reason}"));
    }
}

fn idx_status(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if read.exchange.is_idx()
        && read.exchange.answer.is_ok()
        && read.exchange.request.method != "OPTIONS"
    {
        let status = read.status();
        let fits = status == 200 || (400..500).contains(&status);
        findings
            .add_unless(fits && read.body.is_some(), read, || format!("the status is {status}"));
    }
}

fn idx_media_type(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if read.idx_body().is_some() {
        let media_type = read.header("content-type");
        let fits = media_type == "application/ion+json; okta-version=1.0.0"
            || (read.status() >= 400 && media_type == "application/json");
        findings.add_unless(fits, read, || format!("it is sent as {media_type:?}"));
    }
}

fn json(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let is_said = read.media_type().ends_with("json") && read.status() != 204;
    findings.add_unless(!is_said || read.body.is_some(), read, || "it does not parse".into());
}

fn api_error(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(body) = read
        .body
        .as_ref()
        .filter(|body| body.get("errorCode").is_some() || body.get("errorSummary").is_some())
    else {
        return;
    };
    for member in ["errorCode", "errorSummary", "errorLink", "errorId"] {
        let fits =
            body.get(member).and_then(|value| value.as_str()).is_some_and(|text| !text.is_empty());
        findings.add_unless(fits, read, || format!("{member} is {}", body[member]));
    }
    let text = match body["errorCode"].as_str() {
        Some("E0000003") => "The request body was",
        Some("E0000007") => "Not found: Resource not found: ",
        Some("E0000022") => "The endpoint does not support the provided HTTP method",
        Some("invalid_client") => "Invalid value for 'client_id' parameter.",
        _ => "",
    };
    let summary = body["errorSummary"].as_str().unwrap_or_default();
    let fits =
        summary.starts_with(text) && (text.ends_with(' ') || text.len() < 22 || summary == text);
    findings.add_unless(fits, read, || format!("{} says {summary:?}", body["errorCode"]));
    findings.add_unless(body["errorLink"] == body["errorCode"], read, || {
        format!("errorLink is {}", body["errorLink"])
    });
    let id = body["errorId"].as_str().unwrap_or_default();
    findings.add_unless(id.starts_with("oae"), read, || {
        format!("errorId is {id:?}, which is not oae…")
    });
    findings.add_unless(body["errorCauses"].is_array(), read, || {
        format!("errorCauses is {}", body["errorCauses"])
    });
    findings.add_unless(read.media_type() == "application/json", read, || {
        format!("it is sent as {}", read.media_type())
    });
}
