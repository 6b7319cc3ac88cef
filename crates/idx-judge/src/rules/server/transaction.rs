//! How pages follow each other.

use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use crate::page::Page;

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.state-handle-format",
        Check::Answer(format),
        [
            "a stateHandle is 02 and characters that are safe in JSON and addresses",
            "clients put it into bodies unescaped, Go among them",
            "answers, as recorded",
        ],
    ),
    Rule::must(
        "server.cancel-new-handle",
        Check::Answer(cancelled),
        [
            "cancel gives a start page with a new stateHandle",
            "the person begins anew, and what was half done is gone",
            "the actions of a page, as recorded; recorded by the Swift SDK",
        ],
    ),
    Rule::must(
        "server.introspect-changes-nothing",
        Check::Answer(introspect),
        [
            "introspect gives the page on which the transaction stands",
            ".NET and Go introspect before every step; another page sends them astray",
            "introspect, as recorded",
        ],
    ),
    Rule::must(
        "server.refusal-changes-nothing",
        Check::Answer(refusal),
        [
            "a refused request leaves the person's enrollments, the person and the handle as they were",
            "a client that corrects its answer must still find its page",
            "the shape of a transaction, as recorded",
        ],
    ),
    Rule::must(
        "server.enrollments-grow",
        Check::Answer(grow),
        [
            "an enrollment appears by an accepted answer and never goes again",
            "clients show the list as what the person has done",
            "only verified ones are listed",
        ],
    ),
    Rule::must(
        "server.handles-differ",
        Check::Answer(differ),
        [
            "each transaction has a stateHandle and an interaction handle of its own",
            "one person's sign-up would end in another's",
            "the shape of a transaction, as recorded",
        ],
    ),
];

fn format(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(handle) = read.page().and_then(Page::state_handle) else { return };
    let safe = handle.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~".contains(c));
    findings.add_unless(handle.starts_with("02") && handle.len() >= 32 && safe, read, || {
        format!("it is {handle:?}")
    });
}

fn cancelled(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if read.endpoint() != "cancel" || read.status() != 200 {
        return;
    }
    let Some(page) = read.page() else { return findings.add(read, "the answer is no page") };
    findings.add_unless(page.state_handle() != read.sent_handle(), read, || {
        "the handle is the old one".into()
    });
    findings.add_unless(page.remediation("identify").is_some(), read, || {
        "it is not the start page".into()
    });
    findings.add_unless(page.0.get("user").is_none(), read, || "the person is still there".into());
}

fn introspect(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) =
        read.page().filter(|_| read.endpoint() == "introspect" && read.status() == 200)
    else {
        return;
    };
    let Some(before) =
        page.state_handle().and_then(|handle| conversation.page_before(read, handle))
    else {
        return;
    };
    // A link that the person followed meanwhile moves the transaction on.
    let followed = conversation.reads[before.number..read.number].iter().any(|other| {
        let path = other.exchange.request.path();
        path.starts_with("/email/") || path.starts_with("/tokens/")
    });
    if followed {
        return;
    }
    // A refusal may be shown over another page, or over none, while the transaction stays where it was.
    if before.status() != 200 {
        return;
    }
    let (now, before) =
        (without_messages(page.0), before.page().map(|page| without_messages(page.0)));
    if let Some(before) = before.filter(|before| *before != now) {
        let differs = before
            .as_object()
            .into_iter()
            .flatten()
            .find(|(member, value)| now.get(*member) != Some(value));
        let gained =
            now.as_object().into_iter().flatten().find(|(member, _)| before.get(*member).is_none());
        let member = differs.or(gained).map_or("something", |(member, _)| member.as_str());
        findings.add(read, format!("{member} is another than on the page before"));
    }
}

/// A page as it is without what was said about the last answer.
fn without_messages(page: &Value) -> Value {
    match page {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(name, _)| *name != "messages")
                .map(|(name, value)| (name.clone(), without_messages(value)))
                .collect(),
        ),
        Value::Array(items) => items.iter().map(without_messages).collect(),
        other => other.clone(),
    }
}

fn refusal(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page().filter(|_| read.status() >= 400) else { return };
    let Some(sent) = read.sent_handle() else { return };
    findings.add_unless(page.state_handle() == Some(sent), read, || "the handle is another".into());
    let Some(before) = conversation.page_before(read, sent).and_then(|read| read.page()) else {
        return;
    };
    for member in ["user", "authenticatorEnrollments", "app"] {
        // A page at its end may leave a member out, but not change it.
        if let (Some(old), Some(new)) = (before.0.get(member), page.0.get(member)) {
            findings.add_unless(old == new, read, || format!("{member} has changed"));
        }
    }
}

fn grow(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    let Some(handle) = page.state_handle() else { return };
    let Some(before) = conversation.page_before(read, handle).and_then(|read| read.page()) else {
        return;
    };
    if page.0.get("authenticatorEnrollments").is_none()
        || before.0.get("authenticatorEnrollments").is_none()
    {
        return;
    }
    let (old, new) = (before.enrollments(), page.enrollments());
    for gone in old.iter().filter(|key| !new.contains(key)) {
        findings.add(read, format!("{gone} is enrolled no more"));
    }
    let answered = read.endpoint() == "challenge/answer" && read.status() == 200;
    if let Some(proved) = asked_for(before).filter(|key| answered && !new.contains(key)) {
        findings.add(read, format!("{proved} was answered, and is not enrolled"));
    }
    let polled = read.endpoint() == "challenge/poll" || read.endpoint() == "introspect";
    if let Some(gained) = new.iter().find(|key| !old.contains(key)).filter(|_| !answered && !polled)
    {
        findings.add(read, format!("{gained} is enrolled by {}", read.endpoint()));
    }
}

/// The key of the authenticator that a page enrolls.
fn asked_for(page: Page<'_>) -> Option<&str> {
    page.remediation("enroll-authenticator")?;
    page.0.pointer("/currentAuthenticator/value/key")?.as_str()
}

fn differ(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let earlier = &conversation.reads[..read.number];
    let handle = |read: &Read<'_>| {
        read.body
            .as_ref()
            .and_then(|body| body["interaction_handle"].as_str().map(ToOwned::to_owned))
    };
    if let Some(mine) = handle(read) {
        let repeated = earlier.iter().any(|other| handle(other).as_ref() == Some(&mine));
        findings
            .add_unless(!repeated, read, || "the interaction handle was given out before".into());
    }
    // The page of a fresh interaction handle must not carry a state handle of an earlier one.
    let introduced =
        |read: &Read<'_>| Some(read.sent.as_ref()?.get("interactionHandle")?.as_str()?.to_owned());
    if let (Some(mine), Some(page)) = (introduced(read), read.page()) {
        let shared = earlier.iter().any(|other| {
            introduced(other).is_some_and(|other| other != mine)
                && other.page().and_then(Page::state_handle) == page.state_handle()
        });
        findings.add_unless(!shared, read, || "the state handle is another transaction's".into());
    }
}
