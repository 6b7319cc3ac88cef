//! `expiresAt`.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.expires-at-format",
        Check::Answer(format),
        [
            "expiresAt is written yyyy-MM-ddTHH:mm:ss.SSSZ",
            "Kotlin and Swift read exactly that and refuse any other",
            "what the SDKs of five languages demand",
        ],
    ),
    Rule::must(
        "server.expires-at-arithmetic",
        Check::Answer(arithmetic),
        [
            "a page ends two hours after the action before there is a person, five minutes after it then, and sixty seconds after the success",
            "clients count down by it, and the code lives no longer",
            "recorded by the Java and Go SDKs",
        ],
    ),
    Rule::must(
        "server.expires-at-ahead",
        Check::Answer(ahead),
        [
            "a page that is answered has not ended yet",
            "a client that looks at the clock gives up at once",
            "answers, as recorded",
        ],
    ),
];

/// Endpoints whose success moves the end of the transaction.
const MOVING: &[&str] = &[
    "identify/select",
    "enroll",
    "enroll/new",
    "credential/enroll",
    "challenge/answer",
    "skip",
    "cancel",
];

fn format(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    let text = page.0["expiresAt"].as_str().unwrap_or_default();
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let fits = shape == "0000-00-00T00:00:00.000Z" && text.parse::<Timestamp>().is_ok();
    findings.add_unless(fits, read, || format!("it is {:?}", page.0["expiresAt"]));
}

fn arithmetic(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some((now, end)) = times(read) else { return };
    let Some(page) = read.page().filter(|_| read.status() == 200) else { return };
    let first = read.endpoint() == "introspect"
        && page
            .state_handle()
            .is_some_and(|handle| conversation.page_before(read, handle).is_none());
    if !first && !MOVING.contains(&read.endpoint()) {
        return;
    }
    // The same request a second time does not act, and so moves nothing.
    if read.endpoint() == "enroll/new" && repeated(read, conversation) {
        return;
    }
    let life = if page.success().is_some() {
        SignedDuration::from_secs(60)
    } else if page.0.get("user").is_some() {
        SignedDuration::from_mins(5)
    } else {
        SignedDuration::from_hours(2)
    };
    let actual = end.duration_since(now);
    // Sub-second parts are cut off in every recording.
    let fits = actual <= life && actual > life - SignedDuration::from_secs(1);
    findings.add_unless(fits, read, || format!("it ends in {actual:#}, where {life:#} is right"));
}

fn repeated(read: &Read<'_>, conversation: &Conversation<'_>) -> bool {
    conversation.reads[..read.number]
        .iter()
        .any(|other| other.endpoint() == "enroll/new" && other.status() == 200)
}

fn ahead(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if let Some((now, end)) = times(read) {
        findings.add_unless(end > now, read, || format!("it is {now} and the page ended {end}"));
    }
}

/// The org's time and the page's end, where both are known.
fn times(read: &Read<'_>) -> Option<(Timestamp, Timestamp)> {
    let now = read.exchange.org_time.as_deref()?.parse().ok()?;
    let end = read.page()?.0.get("expiresAt").and_then(Value::as_str)?.parse().ok()?;
    Some((now, end))
}
