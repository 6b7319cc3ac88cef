//! The way of one request to an org: read, ask the engine, commit, answer.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, HeaderValue};
use http::request::Parts;
use http::{Response, StatusCode};
use http_body_util::Full;
use idx_engine::{ApiRefusal, Call, Change, HookOutcome, Needs, Outcome, Reply, Request, Trace};
use jiff::Timestamp;

use crate::answer::{Answer, Media};
use crate::cors::{Cors, is_preflight};
use crate::decode::{self, Refused};
use crate::journal::{Entry, Head};
use crate::keys;
use crate::route::Route;
use crate::running_org::RunningOrg;

/// A key set may be cached for two months, as Okta says of its own.
const KEYS_MAX_AGE: HeaderValue = HeaderValue::from_static("max-age=5184000, must-revalidate");

/// A request to an org, read whole.
#[derive(Debug)]
pub(crate) struct Exchange<'a> {
    pub(crate) org: &'a RunningOrg,
    /// The origin that the client called.
    pub(crate) base: String,
    pub(crate) cors: Cors,
    pub(crate) head: &'a Parts,
    pub(crate) body: Bytes,
}

impl Exchange<'_> {
    /// Answers it.
    pub(crate) fn answer(mut self) -> Response<Full<Bytes>> {
        match read(self.head, &self.body) {
            Read::Call(call) => {
                let base = std::mem::take(&mut self.base);
                self.ask(&Request { base, call })
            }
            Read::Refused(refused) => self.refuse(refused),
            Read::NotFound(what) => self.refuse(Refused::Api(ApiRefusal::NotFound(&what))),
            Read::WrongMethod(allowed) => {
                let (answer, row) = self.refusal(Refused::Api(ApiRefusal::MethodNotAllowed));
                self.finish(answer.allowing(allowed), Some(row))
            }
            Read::Answered(answer) => self.finish(answer, None),
        }
    }

    /// The heart of the server. Everything slow happens between the two short locks, and a conflict begins again with what is true now.
    fn ask(self, request: &Request) -> Response<Full<Bytes>> {
        let needs = idx_engine::needs(request);
        loop {
            let (loaded, mut env) = self.org.lock().load(&needs);
            let at = env.now;
            let said = match idx_engine::handle(&loaded, &mut env, request) {
                Outcome::Answer(said) => said,
                // Until hooks are called, each of them counts as one that is down.
                Outcome::Ask(_) => {
                    idx_engine::resume(&loaded, &mut env, request, &HookOutcome::Failed)
                }
            };
            let entry = self.entry(at, Answer::from_reply(said.reply), said.trace, said.changes);

            let mut state = self.org.lock();
            if state.world.commit(&entry.changes, at).is_err() {
                continue;
            }
            let messages = state.carry_out(said.effects, at);
            let written = state.journal.write(&entry);
            drop(state);

            self.org.announce(&entry, &messages);
            return entry.answer.clone().into_response(&self.cors, written.id);
        }
    }

    /// Answers what never becomes a call.
    pub(crate) fn refuse(&self, refused: Refused<'_>) -> Response<Full<Bytes>> {
        let (answer, row) = self.refusal(refused);
        self.finish(answer, Some(row))
    }

    /// The engine's words for it, and the row of its table.
    fn refusal(&self, refused: Refused<'_>) -> (Answer, &'static str) {
        match refused {
            Refused::Api(refusal) => {
                let (_, mut env) = self.org.lock().load(&Needs::default());
                let (status, body, row) = idx_engine::api_error(refusal, &mut env);
                (Answer::from_reply(Reply::Json { status, body }), row)
            }
            Refused::BadRequest => {
                let (status, body, row) = idx_engine::bad_request();
                (Answer::from_reply(Reply::Idx { status, body }), row)
            }
        }
    }

    /// Writes into the journal what was answered without the engine.
    fn finish(&self, answer: Answer, refusal: Option<&'static str>) -> Response<Full<Bytes>> {
        let trace = Trace { refusal, ..Trace::default() };
        let mut state = self.org.lock();
        let at = state.clock.now();
        let entry = self.entry(at, answer, trace, Vec::new());
        let written = state.journal.write(&entry);
        drop(state);
        self.org.announce(&entry, &[]);
        entry.answer.clone().into_response(&self.cors, written.id)
    }

    fn entry(
        &self,
        at: Timestamp,
        answer: Answer,
        trace: Trace,
        changes: Vec<Change>,
    ) -> Arc<Entry> {
        let (head, body, cors) = (Head::copy(self.head), self.body.clone(), self.cors.clone());
        Arc::new(Entry { at, head, body, answer, cors, trace, changes })
    }
}

enum Read<'a> {
    Call(Call),
    Refused(Refused<'static>),
    NotFound(Cow<'a, str>),
    WrongMethod(&'static str),
    Answered(Answer),
}

fn read<'a>(head: &'a Parts, body: &[u8]) -> Read<'a> {
    if is_preflight(head) {
        return Read::Answered(Answer::empty(StatusCode::NO_CONTENT));
    }
    match Route::of(&head.method, head.uri.path()) {
        Route::Idx(endpoint) => decode::idx(endpoint, body).map_or_else(Read::Refused, Read::Call),
        Route::OAuth(server, call) => Read::Call(decode::oauth(server, call, head, body)),
        Route::Keys => {
            let answer = Answer::new(StatusCode::OK, Media::Json, keys::KEY_SET);
            Read::Answered(answer.with(CACHE_CONTROL, KEYS_MAX_AGE))
        }
        Route::WrongMethod(allowed) => Read::WrongMethod(allowed),
        Route::UnknownAuthorizationServer(id) => {
            Read::NotFound(format!("{id} (AuthorizationServer)").into())
        }
        Route::Control(_) | Route::Page | Route::Unknown => Read::NotFound(head.uri.path().into()),
    }
}
