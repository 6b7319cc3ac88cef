//! Where a client sends its answers, and in what form.

use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use super::{actions, forms_for, page_known};
use crate::expectations::media_type;
use crate::newer_server;

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "client.follows-href",
        Check::Whole(href),
        [
            "an answer goes to an address that the page gave out",
            "Okta may move its endpoints; the page says where they are",
            "the actions of a page, as recorded",
        ],
    ),
    Rule::must(
        "client.method",
        Check::Whole(method),
        [
            "an answer uses the method of its form",
            "the server refuses others",
            "the actions of a page, as recorded",
        ],
    ),
    Rule::must(
        "client.accepts",
        Check::Whole(accepts),
        [
            "a body is sent as JSON, by the media type that the form accepts or a kin of it",
            "the server refuses what it cannot read",
            "the headers that the SDKs send",
        ],
    ),
    Rule::must(
        "client.accept-header",
        Check::Whole(accept),
        [
            "a client that says what it accepts accepts IDX's media type or JSON",
            "the server may answer 406",
            "the headers that the SDKs send",
        ],
    ),
    Rule::must(
        "client.json-body",
        Check::Whole(body),
        [
            "a body is a JSON object",
            "forms are answered by members",
            "the actions of a page, as recorded",
        ],
    ),
    Rule::must(
        "client.state-handle",
        Check::Whole(handle),
        [
            "an answer carries a stateHandle that a page gave out",
            "without it there is no transaction to act on",
            "error catalogue E2",
        ],
    ),
    Rule::must(
        "client.newest-state-handle",
        Check::Whole(newest),
        [
            "an answer carries the stateHandle of the newest page",
            "a server may change it with every answer",
            "the actions of a page, as recorded; widget PR 2100",
        ],
    ),
    Rule::must(
        "client.host",
        Check::Whole(host),
        [
            "every request goes to the host of the issuer",
            "codes and passwords belong to nobody else",
            "what the SDKs of five languages demand",
        ],
    ),
    Rule::must(
        "client.known-endpoint",
        Check::Whole(known),
        [
            "a client asks for nothing but what discovery, its configuration or a page named",
            "a guessed path is another server's on another day",
            "Okta: composing your base URL",
        ],
    ),
];

fn href(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in actions(conversation) {
        let Some(page) = page_known(read, conversation) else { continue };
        if has_rule_of_its_own(read, page, conversation) {
            continue;
        }
        let fits = !forms_for(read, page).is_empty();
        let offered =
            || page.page().map(|page| page.remediation_names().join(", ")).unwrap_or_default();
        findings.add_unless(fits, read, || {
            format!(
                "{} is not on the page, which offers {}",
                read.exchange.request.path(),
                offered()
            )
        });
    }
}

/// Late polls, answers after the end, the same answer again, and answers to what no client knows are named by what is wrong with them.
fn has_rule_of_its_own(read: &Read<'_>, page: &Read<'_>, conversation: &Conversation<'_>) -> bool {
    let finished = page.page().is_some_and(|page| page.success().is_some());
    let again = conversation.reads[..read.number].last().is_some_and(|before| {
        before.exchange.request.target == read.exchange.request.target && before.sent == read.sent
    });
    let unknown = newer_server::used_by(&read.exchange.request).is_some();
    read.endpoint() == "challenge/poll" || finished || again || unknown
}

fn method(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in actions(conversation) {
        let Some(page) = page_known(read, conversation) else { continue };
        let sent = &read.exchange.request.method;
        let forms = forms_for(read, page);
        let fits = forms.is_empty() || forms.iter().any(|form| form["method"] == **sent);
        findings.add_unless(fits, read, || format!("it is {sent}"));
    }
}

fn accepts(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in conversation
        .own()
        .filter(|read| read.exchange.is_idx() && read.exchange.request.method == "POST")
    {
        let sent = read.exchange.request.header("content-type").unwrap_or_default();
        let fits = ["application/json", "application/ion+json"].contains(&media_type(sent));
        findings.add_unless(fits, read, || format!("it is sent as {sent:?}"));
    }
}

fn accept(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in conversation.own().filter(|read| read.exchange.is_idx()) {
        let Some(accept) = read.exchange.request.header("accept") else { continue };
        let fits = ["json", "*/*", "application/*"].iter().any(|part| accept.contains(part));
        findings.add_unless(fits, read, || format!("it accepts {accept:?}"));
    }
}

fn body(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in conversation
        .own()
        .filter(|read| read.exchange.is_idx() && read.exchange.request.method == "POST")
    {
        let fits = read.sent.as_ref().is_some_and(Value::is_object);
        findings.add_unless(fits, read, || "the body is no JSON object".into());
    }
}

fn handle(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in
        actions(conversation).filter(|read| read.sent.as_ref().is_some_and(Value::is_object))
    {
        let sent = read.sent_handle();
        let fits = sent.is_some_and(|sent| conversation.page_before(read, sent).is_some());
        findings.add_unless(fits, read, || format!("it carries {sent:?}"));
    }
}

fn newest(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in actions(conversation) {
        let (Some(sent), Some(last)) = (read.sent_handle(), last_own_page(read, conversation))
        else {
            continue;
        };
        let newest = last.page().and_then(|page| page.state_handle()).unwrap_or_default();
        let is_known = conversation.page_before(read, sent).is_some();
        findings.add_unless(sent == newest || !is_known, read, || {
            format!("it carries {sent}, and {newest} is the newest")
        });
    }
}

/// The newest page that the client itself was given.
fn last_own_page<'r, 'c>(
    read: &Read<'_>,
    conversation: &'r Conversation<'c>,
) -> Option<&'r Read<'c>> {
    conversation.reads[..read.number]
        .iter()
        .rev()
        .find(|other| other.page().is_some() && !other.exchange.deliberate)
}

fn host(conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(first) = conversation.own().next() else { return };
    let expected = first.exchange.request.header("host").unwrap_or_default();
    for read in conversation.own() {
        let host = read.exchange.request.header("host").unwrap_or_default();
        findings.add_unless(host == expected, read, || {
            format!("it says {host:?}, and the issuer is on {expected:?}")
        });
    }
}

fn known(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in conversation.own().filter(|read| !read.exchange.is_idx()) {
        let path = read.exchange.request.path();
        let is_oauth = path.starts_with("/oauth2/") && path.contains("/v1/");
        let fits = is_oauth
            || path.contains("/.well-known/")
            || path.starts_with("/email/verify")
            || (path.starts_with("/tokens/") && path.ends_with("/verify"))
            || path == "/favicon.ico"
            || path == "/";
        findings.add_unless(fits, read, || format!("it asks for {path}"));
    }
}
