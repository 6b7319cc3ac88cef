//! Status and media type.

use super::super::rule::{Check, Findings, Rule};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] =
    &[&ANSWERS, &IDX_STATUS, &IDX_MEDIA_TYPE, &JSON, &API_ERROR, &RATE_LIMIT_HEADERS];

static ANSWERS: Rule = Rule {
    id: "server.answers",
    level: Level::Must,
    says: "The server must respond to every request.",
    reason: "If the connection closes without a response, the client cannot tell the user what failed.",
    source: "RFC 9110 15",
    check: Check::Response(answers),
};

fn answers(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    match &exchange.raw.answer {
        Ok(_) => findings.checked(exchange),
        Err(error) => findings.broken(exchange, format!("no response: {error}")),
    }
}

static IDX_STATUS: Rule = Rule {
    id: "server.idx-status",
    level: Level::Must,
    says: "The server must respond to an IDX request with 200, or with 4xx and a body that explains the refusal.",
    reason: "Go treats only 200 as success. Kotlin and Swift read nothing from a 5xx response.",
    source: "the shape of a transaction, as recorded; requirements of the SDKs in five languages",
    check: Check::Response(idx_status),
};

fn idx_status(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if exchange.raw.is_idx() && exchange.raw.answer.is_ok() {
        let status = exchange.status();
        let fits = status == 200 || (400..500).contains(&status);
        findings
            .check(fits && exchange.body.is_some(), exchange, || format!("the status is {status}"));
    }
}

static IDX_MEDIA_TYPE: Rule = Rule {
    id: "server.idx-media-type",
    level: Level::Must,
    says: "The server must send an IDX body as application/ion+json; okta-version=1.0.0. A refusal may also be application/json.",
    reason: "Java reads errors of no other type. .NET takes messages only from the first type, and okta-auth-js reads a refused introspect only from the second.",
    source: "the headers that the SDKs send; recorded by every SDK",
    check: Check::Response(idx_media_type),
};

fn idx_media_type(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if exchange.idx_body().is_some() {
        let media_type = exchange.header("content-type");
        let fits = media_type == "application/ion+json; okta-version=1.0.0"
            || (exchange.status() >= 400 && media_type == "application/json");
        findings.check(fits, exchange, || format!("it is sent as {media_type:?}"));
    }
}

static JSON: Rule = Rule {
    id: "server.json",
    level: Level::Must,
    says: "The server must send valid JSON wherever Content-Type says JSON.",
    reason: "A client that trusts the media type fails in its parser.",
    source: "RFC 8259",
    check: Check::Response(json),
};

fn json(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    if exchange.media_type().ends_with("json") && exchange.status() != 204 {
        findings.check(exchange.body.is_some(), exchange, || "it does not parse".into());
    }
}

static API_ERROR: Rule = Rule {
    id: "server.api-error",
    level: Level::Must,
    says: "The server must send an API error as application/json with errorCode, errorSummary, errorLink, errorId and errorCauses.",
    reason: "auth-js treats a body without a version as an API error and reads these members.",
    source: "the shapes of errors, as recorded",
    check: Check::Response(api_error),
};

fn api_error(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(body) = exchange
        .body
        .as_ref()
        .filter(|body| body.get("errorCode").is_some() || body.get("errorSummary").is_some())
    else {
        return;
    };
    for member in ["errorCode", "errorSummary", "errorLink", "errorId"] {
        let fits =
            body.get(member).and_then(|value| value.as_str()).is_some_and(|text| !text.is_empty());
        findings.check(fits, exchange, || format!("{member} is {}", body[member]));
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
    findings.check(fits, exchange, || format!("{} says {summary:?}", body["errorCode"]));
    findings.check(body["errorLink"] == body["errorCode"], exchange, || {
        format!("errorLink is {}", body["errorLink"])
    });
    let id = body["errorId"].as_str().unwrap_or_default();
    findings
        .check(id.starts_with("oae"), exchange, || format!("errorId is {id:?}, which is not oae…"));
    findings.check(body["errorCauses"].is_array(), exchange, || {
        format!("errorCauses is {}", body["errorCauses"])
    });
    findings.check(exchange.media_type() == "application/json", exchange, || {
        format!("it is sent as {}", exchange.media_type())
    });
}

static RATE_LIMIT_HEADERS: Rule = Rule {
    id: "server.rate-limit-headers",
    level: Level::Must,
    says: "The server must send X-Rate-Limit-Limit, X-Rate-Limit-Remaining and X-Rate-Limit-Reset with a 429 of the API's rate limit.",
    reason: "Clients wait until the reset before they try again.",
    source: "Okta: rate limit headers, documented for 429; error catalogue E5",
    check: Check::Response(rate_limit),
};

/// The error code of the API's rate limit. A limit of attempts has a page of its own and no documented headers.
const RATE_LIMITED: &str = "E0000047";

fn rate_limit(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let code = exchange.body.as_ref().map(|body| &body["errorCode"]);
    if exchange.status() != 429 || code.is_none_or(|code| code != RATE_LIMITED) {
        return;
    }
    for name in ["x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset"] {
        let value = exchange.header(name);
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        findings
            .check(is_number, exchange, || format!("{name} must be a number, and is {value:?}"));
    }
}
