//! An org that loads, handles and commits as the server does, and panics if a response breaks a guarantee of the engine.

use std::sync::Arc;

use idx_engine::{
    Answer, Call, Change, Effect, Epoch, HookOutcome, Org, Outcome, Reply, Request, Trace, handle, needs,
    needs_after_hook, resume,
};
use idx_server::Records;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// The org's origin.
pub const BASE: &str = "https://org.example";

/// An org, its time, and the request that waits for a hook.
#[derive(Debug, Clone)]
pub struct Lab {
    /// The org document.
    pub org: Arc<Org>,
    /// All other state of the org.
    pub records: Records,
    /// The org's time.
    pub now: Timestamp,
    asked: Option<Request>,
}

impl Lab {
    /// Creates an org in its initial state.
    pub fn new(org: Arc<Org>) -> Self {
        // 2026-01-01T00:00:00Z
        let now = Timestamp::from_second(1_767_225_600).unwrap_or(Timestamp::UNIX_EPOCH);
        Self { org, records: Records::new(7, Epoch::first(7, 0)), now, asked: None }
    }

    /// Advances the org's time.
    pub fn advance(&mut self, seconds: i64) {
        self.now = self.now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(self.now);
    }

    /// Handles a call. Returns `None` if the engine calls a hook first.
    pub fn call(&mut self, call: Call) -> Option<Answer> {
        let request = Request { org: Arc::clone(&self.org), base: BASE.to_owned(), call };
        let loaded = self.records.load(&needs(&request), self.now);
        let mut env = loaded.env();
        match handle(&loaded, &mut env, &request) {
            Outcome::Answer(answer) => Some(self.keep(answer, false)),
            Outcome::Ask(ask) => {
                self.commit(&ask.changes);
                assert_is_json(&ask.call.body);
                self.asked = Some(request);
                None
            }
        }
    }

    /// Resumes the call that waits for a hook, if any.
    pub fn hook(&mut self, outcome: &HookOutcome) -> Option<Answer> {
        let request = self.asked.take()?;
        let loaded = self.records.load(&needs_after_hook(&request, outcome), self.now);
        let mut env = loaded.env();
        let answer = resume(&loaded, &mut env, &request, outcome);
        Some(self.keep(answer, true))
    }

    fn keep(&mut self, answer: Answer, after_hook: bool) -> Answer {
        if let Some(body) = body(&answer) {
            assert_is_json(body);
        }
        if is_refused(&answer.trace) {
            assert!(answer.effects.is_empty(), "a refused request has sent {:?}", answer.effects);
            for change in &answer.changes {
                assert!(
                    matches!(change, Change::Counter(_) | Change::CounterUnchanged(_))
                        // The hook's result returns the transaction to the form.
                        || after_hook && matches!(change, Change::Transaction(_)),
                    "a refused request has changed {change:?}"
                );
            }
        }
        for Effect::Deliver(delivery) in &answer.effects {
            assert!(!delivery.to.is_empty() && !delivery.text.is_empty(), "{delivery:?}");
        }
        self.commit(&answer.changes);
        answer
    }

    fn commit(&mut self, changes: &[Change]) {
        let committed = self.records.commit(changes, self.now);
        assert!(committed.is_ok(), "conflict although there are no other requests: {committed:?}");
    }
}

/// The response's JSON body as bytes.
pub fn body(answer: &Answer) -> Option<&[u8]> {
    match &answer.reply {
        Reply::Idx { body, .. } | Reply::Json { body, .. } => Some(body),
        _ => None,
    }
}

/// The response's JSON body; `null` if there is no body.
pub fn document(answer: &Answer) -> Value {
    body(answer).and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default()
}

/// A terminal page also has a row in the refusal table, but there the step has changed.
fn is_refused(trace: &Trace) -> bool {
    trace.refusal.is_some() && trace.step_before == trace.step_after
}

fn assert_is_json(body: &[u8]) {
    let read = serde_json::from_slice::<Value>(body);
    assert!(read.is_ok(), "{read:?} in {}", String::from_utf8_lossy(body));
}
