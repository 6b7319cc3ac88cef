//! What a step expects of the response: the data, and how it is read.

use serde_json::Value;
use serde_json_path::JsonPath;

use super::matcher::Matcher;
use super::reader::{Entry, Table};

/// The expected response. Absent members are not judged, except the status, whose default is 200.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expect {
    /// The HTTP status: a number, a template of one, or a list of possible numbers.
    pub status: Option<Value>,
    /// Names, exact and in order.
    pub remediations: Option<Vec<String>>,
    /// Names that must be among the remediations.
    pub remediations_include: Vec<String>,
    /// Names that must not be among the remediations.
    pub remediations_exclude: Vec<String>,
    /// Keys of the offered authenticators, exact and in order.
    pub authenticators: Option<Vec<String>>,
    /// Keys of the user's enrollments, exact and in order.
    pub authenticator_enrollments: Option<Vec<String>>,
    /// Messages of the response, in order, the top-level messages first.
    pub messages: Option<Vec<ExpectedMessage>>,
    /// Whether the response contains an interaction code.
    pub success: Option<bool>,
    /// Whether the response offers no next step.
    pub terminal: Option<bool>,
    /// Whether the page equals the previous one, except for its expiry.
    pub unchanged: bool,
    /// JSONPaths into the response.
    pub json: Vec<(String, Matcher)>,
    /// Headers of the response, by lower-case name.
    pub headers: Vec<(String, Matcher)>,
    /// The media type, without parameters.
    pub media_type: Option<String>,
    /// The body as text.
    pub body: Option<Matcher>,
    /// JSONPaths into the claims of the id_token.
    pub claims: Vec<(String, Matcher)>,
    /// JSONPaths into the claims of the access_token.
    pub access_claims: Vec<(String, Matcher)>,
}

/// One message of a response.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExpectedMessage {
    /// Its `i18n.key`; `Some(None)` if it must have none.
    pub key: Option<Option<String>>,
    /// Its text.
    pub text: Option<Matcher>,
    /// Its class: `ERROR`, `INFO` or `WARNING`.
    pub class: Option<String>,
    /// Its location: `top`, or the path of a field, such as `credentials.passcode`.
    pub at: Option<String>,
    /// Its `i18n.params`.
    pub params: Option<Matcher>,
}

impl Expect {
    pub(crate) fn read(table: Table<'_>) -> Self {
        let strings = |key| table.take(key).and_then(|entry| entry.strings());
        let flag = |key| table.take(key).and_then(|entry| entry.boolean());
        let expect = Self {
            status: table.take("status").map(|entry| read_status(&entry)),
            remediations: strings("remediations"),
            remediations_include: strings("remediations-include").unwrap_or_default(),
            remediations_exclude: strings("remediations-exclude").unwrap_or_default(),
            authenticators: strings("authenticators"),
            authenticator_enrollments: strings("authenticatorEnrollments"),
            messages: table.take("messages").map(|entry| read_messages(&entry)),
            success: flag("success"),
            terminal: flag("terminal"),
            unchanged: table.take("unchanged").is_some_and(|entry| entry.flag()),
            json: table.take("json").map(|entry| read_paths(&entry)).unwrap_or_default(),
            headers: table.take("headers").map(|entry| read_headers(&entry)).unwrap_or_default(),
            media_type: table.take("media-type").and_then(|entry| entry.string()),
            body: table.take("body").map(|entry| Matcher::read(&entry)),
            claims: table.take("claims").map(|entry| read_paths(&entry)).unwrap_or_default(),
            access_claims: table
                .take("access-claims")
                .map(|entry| read_paths(&entry))
                .unwrap_or_default(),
        };
        table.finish();
        expect
    }
}

fn read_status(entry: &Entry<'_>) -> Value {
    let value = entry.json();
    let is_status =
        |value: &Value| value.as_u64().is_some_and(|status| (100..600).contains(&status));
    let fits = match &value {
        Value::Number(_) => is_status(&value),
        Value::String(text) => text.starts_with("{{"),
        Value::Array(statuses) => !statuses.is_empty() && statuses.iter().all(is_status),
        _ => false,
    };
    if !fits {
        entry.wrong("write a status from 100 to 599");
    }
    value
}

fn read_messages(entry: &Entry<'_>) -> Vec<ExpectedMessage> {
    entry
        .items("a list of messages belongs here")
        .unwrap_or_default()
        .iter()
        .map(read_message)
        .collect()
}

fn read_message(entry: &Entry<'_>) -> ExpectedMessage {
    if !entry.raw().is_table() && !entry.raw().is_str() {
        entry.wrong("write the message's key, or a table { key = \"…\", at = \"…\" }");
        return ExpectedMessage::default();
    }
    if !entry.raw().is_table() {
        return ExpectedMessage { key: Some(entry.string()), ..ExpectedMessage::default() };
    }
    let Some(table) = entry.table("a message") else { return ExpectedMessage::default() };
    let message = ExpectedMessage {
        key: table
            .take("key")
            .map(|key| if key.raw().as_bool() == Some(false) { None } else { key.string() }),
        text: table.take("text").map(|text| Matcher::read(&text)),
        class: table.take("class").and_then(|class| {
            class
                .one_of(&[("ERROR", "ERROR"), ("INFO", "INFO"), ("WARNING", "WARNING")])
                .map(ToOwned::to_owned)
        }),
        at: table.take("at").and_then(|at| at.string()),
        params: table.take("params").map(|params| Matcher::read(&params)),
    };
    table.finish();
    message
}

/// A table from JSONPath to matcher.
pub(crate) fn read_paths(entry: &Entry<'_>) -> Vec<(String, Matcher)> {
    let Some(table) = entry.table("a table from JSONPath to matcher") else { return Vec::new() };
    table.all().map(|path| (read_path(&path), Matcher::read(&path))).collect()
}

fn read_path(entry: &Entry<'_>) -> String {
    check_path(entry, entry.key, &entry.key_span);
    entry.key.to_owned()
}

/// Refuses a text that is not a JSONPath.
pub(crate) fn check_path(entry: &Entry<'_>, path: &str, span: &std::ops::Range<usize>) {
    if let Err(error) = JsonPath::parse(path) {
        let reason = if path.starts_with('$') {
            // The library reports a path that ends too early as a "parser error".
            error.to_string().replace("parser error", "it does not go on as a path")
        } else {
            "it has to begin with `$`".to_owned()
        };
        entry.reading.mistake(
            span,
            format!("`{path}` is not a JSONPath"),
            format!("{reason}; write it as RFC 9535 does, `$.user.value.id`"),
        );
    }
}

fn read_headers(entry: &Entry<'_>) -> Vec<(String, Matcher)> {
    let Some(table) = entry.table("a table from header to matcher") else { return Vec::new() };
    table.all().map(|header| (header.key.to_ascii_lowercase(), Matcher::read(&header))).collect()
}
