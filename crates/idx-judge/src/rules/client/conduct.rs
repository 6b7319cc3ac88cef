//! How a client goes on: polling, backing off, giving up.

use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use super::{actions, page_known};
use crate::newer_server;
use crate::page::Page;

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "client.waits-for-answer",
        Check::Whole(waits),
        [
            "a client waits for an answer before it acts on the transaction again",
            "the second request acts on a page that is no longer there",
            "the shape of a transaction, as recorded",
        ],
    ),
    Rule::must(
        "client.poll-refresh",
        Check::Whole(refresh),
        [
            "two polls are as far apart as refresh says",
            "Okta answers 429 to faster ones",
            "the actions of a page, as recorded",
        ],
    ),
    Rule::must(
        "client.stops-polling",
        Check::Whole(stops),
        [
            "polling ends when the page has no poll form any more",
            "the person has gone on; a poll for the page before is refused",
            "the actions of a page, as recorded; okta-auth-js and the Sign-In Widget",
        ],
    ),
    Rule::must(
        "client.backs-off",
        Check::Whole(backs_off),
        [
            "after 429, the same request is not sent again within a second",
            "it keeps the limit from running out",
            "error catalogue E4, E5",
        ],
    ),
    Rule::must(
        "client.restarts-on-expiry",
        Check::Whole(restarts),
        [
            "after idx.session.expired, the handle is not answered again",
            "the transaction is gone; only a new one helps",
            "error catalogue E1",
        ],
    ),
    Rule::must(
        "client.leaves-after-cancel",
        Check::Whole(leaves),
        [
            "after cancel, the old handle is not used again",
            "cancel gave a new one",
            "the actions of a page, as recorded",
        ],
    ),
    Rule::must(
        "client.stops-at-success",
        Check::Whole(success),
        [
            "after the interaction code, nothing more is answered in that transaction",
            "there is nothing left to answer",
            "the success answer, as recorded",
        ],
    ),
    Rule::must(
        "client.not-twice",
        Check::Whole(twice),
        [
            "the same passcode is not sent twice to the same page after it was accepted",
            "a code is good for once",
            "the actions of a page, as recorded",
        ],
    ),
    Rule::must(
        "client.ignores-unknown",
        Check::Whole(ignores),
        [
            "members, remediations and authenticators that no client knows are left alone",
            "Okta adds to its pages without a new version; whoever acts on what it does not know breaks with the next addition",
            "the SDKs for JavaScript, Java and Kotlin read past what they do not know; scenarios with `newer-server = true` add it",
        ],
    ),
];

fn waits(conversation: &Conversation<'_>, findings: &mut Findings) {
    let actions: Vec<_> = actions(conversation).collect();
    for (index, read) in actions.iter().enumerate() {
        let begun = read.exchange.at;
        let overlaps = actions[..index].iter().any(|other| {
            other.sent_handle() == read.sent_handle()
                && other.exchange.at + other.exchange.took > begun
                && other.exchange.took > 1
        });
        findings.add_unless(!overlaps, read, || {
            "another request of the transaction was on its way".into()
        });
    }
}

fn polls<'r, 'c>(conversation: &'r Conversation<'c>) -> Vec<&'r Read<'c>> {
    actions(conversation).filter(|read| read.endpoint() == "challenge/poll").collect()
}

fn refresh(conversation: &Conversation<'_>, findings: &mut Findings) {
    let polls = polls(conversation);
    for pair in polls.windows(2) {
        let refresh = page_known(pair[1], conversation)
            .and_then(Read::page)
            .and_then(|page| page.authenticator_form("poll"))
            .and_then(|form| form["refresh"].as_u64())
            .unwrap_or_default();
        let apart = pair[1].exchange.at.saturating_sub(pair[0].exchange.at);
        // A tenth for timers that run fast; the built-in client of a scenario polls when it is told to.
        let between = conversation.reads[pair[0].number + 1..pair[1].number].is_empty();
        findings.add_unless(!between || apart * 10 >= refresh * 9, pair[1], || {
            format!("{apart} ms, where {refresh} is asked for")
        });
    }
}

fn stops(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in polls(conversation) {
        let page = page_known(read, conversation).and_then(Read::page);
        let offered = page.is_some_and(|page| page.authenticator_form("poll").is_some());
        findings.add_unless(offered, read, || "the page has no poll form".into());
    }
}

fn ignores(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in conversation.own() {
        if let Some(detail) = newer_server::used_by(&read.exchange.request) {
            findings.add(read, detail);
        }
    }
}

fn backs_off(conversation: &Conversation<'_>, findings: &mut Findings) {
    let own: Vec<_> = conversation.own().collect();
    for pair in own.windows(2).filter(|pair| pair[0].status() == 429) {
        let same = pair[0].exchange.request.target == pair[1].exchange.request.target
            && pair[0].sent == pair[1].sent;
        let apart = pair[1].exchange.at.saturating_sub(pair[0].exchange.at);
        findings.add_unless(!same || apart >= 1000, pair[1], || {
            format!("it was sent again after {apart} ms")
        });
    }
}

fn expired_handles<'r>(conversation: &'r Conversation<'_>, before: usize) -> Vec<&'r str> {
    conversation.reads[..before]
        .iter()
        .filter(|read| read.status() == 401 && read.page().is_none() && !read.exchange.deliberate)
        .filter(|read| {
            let body = read.body.as_ref().unwrap_or(&Value::Null);
            Page(body)
                .messages()
                .iter()
                .any(|message| message.key.as_deref() == Some("idx.session.expired"))
        })
        .filter_map(Read::sent_handle)
        .collect()
}

fn restarts(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in actions(conversation) {
        let gone = read
            .sent_handle()
            .is_some_and(|handle| expired_handles(conversation, read.number).contains(&handle));
        findings.add_unless(!gone, read, || "its session has expired".into());
    }
}

fn leaves(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in actions(conversation) {
        let cancelled = actions(conversation).any(|other| {
            other.number < read.number
                && other.endpoint() == "cancel"
                && other.status() == 200
                && other.sent_handle().is_some()
                && other.sent_handle() == read.sent_handle()
        });
        findings.add_unless(!cancelled, read, || "its transaction was cancelled".into());
    }
}

fn success(conversation: &Conversation<'_>, findings: &mut Findings) {
    for read in actions(conversation).filter(|read| read.endpoint() != "cancel") {
        let done = page_known(read, conversation)
            .and_then(Read::page)
            .is_some_and(|page| page.success().is_some());
        findings.add_unless(!done, read, || "the sign-up was finished".into());
    }
}

fn twice(conversation: &Conversation<'_>, findings: &mut Findings) {
    let answers: Vec<_> =
        actions(conversation).filter(|read| read.endpoint() == "challenge/answer").collect();
    for pair in answers.windows(2) {
        let same = pair[0].sent == pair[1].sent && pair[0].status() == 200;
        findings.add_unless(!same, pair[1], || "it was accepted a moment ago".into());
    }
}
