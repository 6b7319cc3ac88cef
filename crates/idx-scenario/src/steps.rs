//! Reads one `[[step]]`. Its action decides which keys it may have.

use serde_json::{Map, Value, json};

use super::expect::{Expect, check_path};
use super::model::{Action, Handle, InboxStep, RawBody, RawRequest, Step};
use super::reader::{Entry, Table, nearest};

/// A step of a file: written there, or a reference to shared steps.
#[derive(Debug)]
pub(crate) enum ReadStep {
    Own(Box<Step>),
    Shared { name: String, span: std::ops::Range<usize>, with: Map<String, Value> },
}

/// The keys that name an action, in the order of the documentation.
const ACTIONS: &[&str] = &[
    "start",
    "answer",
    "introspect",
    "resend",
    "poll",
    "cancel",
    "inbox",
    "open",
    "redeem",
    "finish",
    "refresh",
    "request",
    "clock",
    "faults",
    "set",
    "use",
];

pub(crate) fn read(table: Table<'_>) -> Option<ReadStep> {
    let entry = action_entry(&table)?;
    let line = table.reading.line(&table.span);
    if entry.key == "use" {
        let name = entry.string().unwrap_or_default();
        let shared =
            ReadStep::Shared { name, span: entry.span(), with: take_object(&table, "with") };
        table.finish();
        return Some(shared);
    }
    let action = read_action(&entry, &table);
    let expect = table.take("expect").and_then(|entry| entry.table("an expectation"));
    let expect = expect.map(Expect::read).unwrap_or_default();
    let capture = table.take("capture").map(|entry| read_capture(&entry)).unwrap_or_default();
    let deliberate = table.take("deliberate").is_some_and(|entry| entry.flag()) || action.is_raw();
    table.finish();
    Some(ReadStep::Own(Box::new(Step {
        file: 0,
        line,
        used_at: None,
        action,
        deliberate,
        expect,
        capture,
    })))
}

fn action_entry<'a>(table: &Table<'a>) -> Option<Entry<'a>> {
    let actions: Vec<_> = ACTIONS.iter().filter_map(|name| table.take(name)).collect();
    let Some((first, others)) = actions.split_first() else {
        let (span, right) = meant_action(table);
        table.reading.mistake(&span, "the step does nothing", right);
        return None;
    };
    for other in others {
        let found = format!("the step does two things, `{}` and `{}`", first.key, other.key);
        table.reading.mistake(&other.key_span, found, "write a `[[step]]` for each");
    }
    table.forget();
    for action in &actions {
        table.know(action.key);
    }
    Some(first.clone())
}

/// Points at a key that looks like an action, or else at the step.
fn meant_action(table: &Table<'_>) -> (std::ops::Range<usize>, String) {
    let near =
        table.all().find_map(|entry| Some((entry.key_span.clone(), nearest(entry.key, ACTIONS)?)));
    match near {
        Some((span, action)) => (span, format!("did you mean `{action}`?")),
        None => (table.span.clone(), format!("give it one of: {}", ACTIONS.join(", "))),
    }
}

fn read_action(entry: &Entry<'_>, table: &Table<'_>) -> Action {
    match entry.key {
        "start" => {
            entry.one_of(&[("register", ())]);
            Action::Start { with: take_object(table, "with") }
        }
        "answer" => Action::Answer {
            remediation: entry.string().unwrap_or_default(),
            choose: table.take("choose").and_then(|key| key.string()),
            with: take_object(table, "with"),
        },
        "introspect" => Action::Introspect {
            by: entry
                .one_of(&[
                    ("interactionHandle", Handle::Interaction),
                    ("stateHandle", Handle::State),
                ])
                .unwrap_or(Handle::State),
        },
        "resend" => flagged(entry, Action::Resend),
        "poll" => flagged(entry, Action::Poll),
        "cancel" => flagged(entry, Action::Cancel),
        "finish" => flagged(entry, Action::Finish),
        "redeem" => flagged(entry, Action::Redeem { with: take_object(table, "with") }),
        "refresh" => flagged(entry, Action::Refresh { with: read_refresh(table) }),
        "inbox" => Action::Inbox(read_inbox(entry, table)),
        "open" => Action::OpenLink { link: entry.string().unwrap_or_default() },
        "request" => Action::Request(Box::new(read_request(entry, table))),
        "clock" => Action::Clock { movement: read_clock(entry) },
        "faults" => Action::Faults { rules: read_faults(entry) },
        _ => Action::Set { values: entry.object() },
    }
}

/// The overrides, with the newest refresh token unless the step names another.
fn read_refresh(table: &Table<'_>) -> Map<String, Value> {
    let mut with = take_object(table, "with");
    with.entry("refresh_token").or_insert_with(|| json!("{{refreshToken}}"));
    with
}

fn flagged(entry: &Entry<'_>, action: Action) -> Action {
    entry.flag();
    action
}

fn take_object(table: &Table<'_>, key: &'static str) -> Map<String, Value> {
    table.take(key).map(|entry| entry.object()).unwrap_or_default()
}

fn read_inbox(entry: &Entry<'_>, table: &Table<'_>) -> InboxStep {
    let name = |key| table.take(key).and_then(|entry| entry.string());
    let link = name("link");
    InboxStep {
        to: entry.string().unwrap_or_default(),
        channel: table.take("channel").and_then(|channel| {
            channel
                .one_of(&[("email", "email"), ("sms", "sms"), ("voice", "voice")])
                .map(ToOwned::to_owned)
        }),
        code: name("code").unwrap_or_else(|| "code".into()),
        names_link: link.is_some(),
        link: link.unwrap_or_else(|| "link".into()),
        nothing: table.take("nothing").is_some_and(|entry| entry.flag()),
    }
}

fn read_request(entry: &Entry<'_>, table: &Table<'_>) -> RawRequest {
    let line = entry.string().unwrap_or_default();
    let (method, target) = line.split_once(' ').unwrap_or((line.as_str(), ""));
    let absolute =
        target.starts_with("http://") || target.starts_with("https://") || target.starts_with("{{");
    if method.is_empty()
        || !method.chars().all(|c| c.is_ascii_uppercase())
        || !(target.starts_with('/') || absolute)
    {
        entry.wrong("write a method and a path, \"POST /idp/idx/skip\", or an address, \"GET {{issuer}}/v1/keys\"");
    }
    let mut headers = Vec::new();
    if let Some(given) = table.take("headers").and_then(|entry| entry.table("a table of headers")) {
        headers = given
            .all()
            .map(|entry| (entry.key.to_owned(), entry.string().unwrap_or_default()))
            .collect();
    }
    RawRequest {
        method: method.to_owned(),
        target: target.to_owned(),
        headers,
        body: read_body(table),
    }
}

fn read_body(table: &Table<'_>) -> RawBody {
    let bodies: Vec<_> =
        ["json", "form", "body"].into_iter().filter_map(|key| table.take(key)).collect();
    if let [first, second, ..] = bodies.as_slice() {
        let found = format!("a request has both `{}` and `{}`", first.key, second.key);
        second.reading.mistake(&second.key_span, found, "keep one of them");
    }
    match bodies.first() {
        None => RawBody::Nothing,
        Some(entry) => match entry.key {
            "json" => RawBody::Json(entry.json()),
            "form" => RawBody::Form(entry.object()),
            _ => RawBody::Text(entry.string().unwrap_or_default()),
        },
    }
}

fn read_clock(entry: &Entry<'_>) -> Value {
    let Some(table) = entry.table("a clock step") else { return Value::Null };
    let mut movement = Map::new();
    for key in ["advance", "set", "to"] {
        if let Some(entry) = table.take(key)
            && let Some(text) = entry.string()
        {
            check_moment(&entry, &text);
            movement.insert(key.to_owned(), Value::String(text));
        }
    }
    if let Some(freeze) = table.take("freeze").and_then(|entry| entry.boolean()) {
        movement.insert("freeze".to_owned(), Value::Bool(freeze));
    }
    if movement.len() != 1 {
        entry.wrong("write one of { advance = \"PT6M\" }, { set = \"…\" }, { to = \"next-deadline\" }, { freeze = true }");
    }
    table.finish();
    Value::Object(movement)
}

fn check_moment(entry: &Entry<'_>, text: &str) {
    if text.contains("{{") {
        return;
    }
    let is_right = match entry.key {
        // The library also accepts "5 minutes", and the control API does not.
        "advance" => text.starts_with('P') && text.parse::<jiff::Span>().is_ok(),
        "set" => text.parse::<jiff::Timestamp>().is_ok(),
        _ => text == "next-deadline",
    };
    if !is_right {
        entry.wrong(match entry.key {
            "advance" => "write a duration of ISO 8601, \"PT6M\"",
            "set" => "write an instant of RFC 3339, \"2026-01-01T00:00:00Z\"",
            _ => "write \"next-deadline\"",
        });
    }
}

const FAULTS: &[(&str, ())] = &[
    ("delay", ()),
    ("status", ()),
    ("rate-limit", ()),
    ("drop-before", ()),
    ("drop-after", ()),
    ("truncate", ()),
    ("malformed", ()),
    ("content-type", ()),
    ("message-duplicate", ()),
    ("message-lost", ()),
    ("message-late", ()),
];

fn read_faults(entry: &Entry<'_>) -> Value {
    let right =
        "a list of rules belongs here, [{ match = { … }, fault = { kind = \"delay\", … } }]";
    for rule in entry.items(right).unwrap_or_default() {
        let Some(rule) = rule.table("a rule of faults") else { continue };
        rule.know("id");
        if let Some(matching) = rule.take("match").and_then(|entry| entry.table("a match")) {
            for key in ["path", "step", "nth", "every", "probability", "count"] {
                matching.know(key);
            }
            matching.finish();
        }
        if let Some(fault) = rule.required("fault").and_then(|entry| entry.table("a fault")) {
            fault.required("kind").and_then(|kind| kind.one_of(FAULTS));
            for key in ["duration", "status", "body", "bytes"] {
                fault.know(key);
            }
            fault.finish();
        }
        rule.finish();
    }
    json!({ "rules": entry.json() })
}

fn read_capture(entry: &Entry<'_>) -> Vec<(String, String)> {
    let Some(table) = entry.table("a table from name to JSONPath") else { return Vec::new() };
    table
        .all()
        .map(|entry| {
            let path = entry.string().unwrap_or_default();
            check_path(&entry, &path, &entry.span());
            (entry.key.to_owned(), path)
        })
        .collect()
}
