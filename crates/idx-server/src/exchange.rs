//! The way of one request to an org: read, ask the engine, commit, answer.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, HeaderValue, SET_COOKIE};
use http::request::Parts;
use http::{Response, StatusCode};
use idx_engine::{
    ApiRefusal, Ask, Call, Change, Env, HookOutcome, Needs, Outcome, Reply, Request, Trace,
    View as _,
};
use jiff::Timestamp;

use crate::answer::{Answer, Media, rate_limit};
use crate::cors::{Cors, is_preflight};
use crate::decode::{self, Refused};
use crate::faults::{Acting, Seen};
use crate::hook;
use crate::journal::{Entry, Head, WHY, why_header, why_is_asked};
use crate::keys;
use crate::response_body::{Dropped, ResponseBody};
use crate::route::Route;
use crate::running_org::RunningOrg;

/// A key set may be cached for two months, as Okta says of its own.
const KEYS_MAX_AGE: HeaderValue = HeaderValue::from_static("max-age=5184000, must-revalidate");

/// A request to an org, read whole.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) org: Arc<RunningOrg>,
    /// The origin that the client called.
    pub(crate) base: String,
    pub(crate) cors: Cors,
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
}

type Answered = Result<Response<ResponseBody>, Dropped>;

impl Exchange {
    /// Answers it.
    pub(crate) async fn answer(self) -> Answered {
        match read(&self.head, &self.body) {
            Read::Call(call) => {
                let request = Request { base: self.base.clone(), call };
                self.ask(request).await
            }
            Read::Refused(refused) => self.refuse(refused).await,
            Read::NotFound(what) => self.refuse(Refused::Api(ApiRefusal::NotFound(&what))).await,
            Read::WrongMethod(allowed) => {
                let (answer, row) = self.refusal(Refused::Api(ApiRefusal::MethodNotAllowed));
                self.finish(answer.allowing(allowed), Some(row)).await
            }
            Read::Answered(answer) => self.finish(answer, None).await,
        }
    }

    /// The heart of the server. Everything slow happens between the two short locks, and a conflict begins again with what is true now.
    async fn ask(self, request: Request) -> Answered {
        let needs = idx_engine::needs(&request);
        let mut fault = None;
        let mut is_decided = false;
        loop {
            let (loaded, mut env, is_faulty) = self.org.lock().load(&needs);
            let outcome = idx_engine::handle(&loaded, &mut env, &request);
            if is_faulty && !is_decided {
                is_decided = true;
                let sends = matches!(&outcome, Outcome::Answer(said) if !said.effects.is_empty());
                fault = self
                    .decide(loaded.transaction().map(|transaction| transaction.step.name()), sends);
                if let Some(acting) = &fault {
                    if let Some(answer) = acting.instead(&mut env) {
                        return self.keep(answer, Trace::default(), fault.as_ref());
                    }
                    if acting.hold().await {
                        // Time has passed, so the request is answered by what is true now.
                        continue;
                    }
                }
            }
            let said = match outcome {
                Outcome::Answer(said) => said,
                Outcome::Ask(Ask { changes, call }) => {
                    if self.org.lock().world.commit(&changes, env.now).is_err() {
                        continue;
                    }
                    // A task of its own: whoever breaks the connection off does not leave the transaction waiting for ever.
                    let resumed = tokio::spawn(async move {
                        let outcome = hook::ask(&call).await;
                        self.resume(&request, &needs, &outcome, &changes, fault.as_ref())
                    });
                    return resumed.await.unwrap_or(Err(Dropped));
                }
            };
            if let Some(answered) = self.commit(said, env.now, &[], fault.as_ref()) {
                return answered;
            }
        }
    }

    /// Goes on after a hook was asked.
    fn resume(
        &self,
        request: &Request,
        needs: &Needs,
        outcome: &HookOutcome,
        before: &[Change],
        fault: Option<&Acting>,
    ) -> Answered {
        loop {
            let (loaded, mut env, _) = self.org.lock().load(needs);
            let said = idx_engine::resume(&loaded, &mut env, request, outcome);
            if let Some(answered) = self.commit(said, env.now, before, fault) {
                return answered;
            }
        }
    }

    /// Commits what the engine said, all of it or, after a conflict, nothing. `before` is what the same request has written already.
    fn commit(
        &self,
        said: idx_engine::Answer,
        at: Timestamp,
        before: &[Change],
        fault: Option<&Acting>,
    ) -> Option<Answered> {
        let mut answer =
            Answer::from_reply(said.reply).refused_as(self.org.document.error_content_type);
        if let Some(device) = said.browser {
            answer
                .extra
                .extend(device_cookie(&device, &self.base).map(|value| (SET_COOKIE, value)));
        }
        if let Some(rate) = said.rate {
            answer = rate_limit(answer, rate.limit, rate.remaining, rate.reset);
        }
        if let Some(acting) = fault {
            answer = acting.alter(answer);
        }
        let changes =
            if before.is_empty() { said.changes } else { [before, &said.changes].concat() };
        let entry = self.entry(at, answer, said.trace, changes, fault);

        let mut state = self.org.lock();
        if state.world.commit(&entry.changes[before.len()..], at).is_err() {
            return None;
        }
        let messages = state.carry_out(said.effects, at, fault);
        let written = state.journal.write(&entry);
        drop(state);

        self.org.announce(&entry, &messages);
        Some(self.respond(&entry, written.id, fault))
    }

    /// Answers what never becomes a call.
    pub(crate) async fn refuse(&self, refused: Refused<'_>) -> Answered {
        let (answer, row) = self.refusal(refused);
        self.finish(answer, Some(row)).await
    }

    /// The engine's words for it, and the row of its table.
    fn refusal(&self, refused: Refused<'_>) -> (Answer, &'static str) {
        match refused {
            Refused::Api(refusal) => {
                let (status, body, row) = idx_engine::api_error(refusal, &mut self.stray());
                (Answer::from_reply(Reply::Json { status, body }), row)
            }
            Refused::BadRequest => {
                let (status, body, row) = idx_engine::bad_request();
                (
                    Answer::from_reply(Reply::Idx { status, body })
                        .refused_as(self.org.document.error_content_type),
                    row,
                )
            }
        }
    }

    /// Answers without the engine. Faults act on this, too.
    async fn finish(&self, answer: Answer, refusal: Option<&'static str>) -> Answered {
        let is_faulty = !self.org.lock().faults.is_empty();
        let fault = if is_faulty { self.decide(None, false) } else { None };
        let trace = Trace { refusal, ..Trace::default() };
        let Some(acting) = &fault else { return self.keep(answer, trace, None) };
        acting.hold().await;
        let answer = acting.instead(&mut self.stray()).unwrap_or_else(|| acting.alter(answer));
        self.keep(answer, trace, fault.as_ref())
    }

    /// Writes into the journal what changes nothing, and answers.
    fn keep(&self, answer: Answer, trace: Trace, fault: Option<&Acting>) -> Answered {
        let mut state = self.org.lock();
        let at = state.clock.now();
        let entry = self.entry(at, answer, trace, Vec::new(), fault);
        let written = state.journal.write(&entry);
        drop(state);
        self.org.announce(&entry, &[]);
        self.respond(&entry, written.id, fault)
    }

    fn respond(&self, entry: &Entry, id: u64, fault: Option<&Acting>) -> Answered {
        if fault.is_some_and(Acting::drops) {
            return Err(Dropped);
        }
        let body = &entry.answer.body;
        let body = match fault.and_then(|acting| acting.cut(body)) {
            Some(sent) => ResponseBody::truncated(body, sent),
            None => ResponseBody::whole(body.clone()),
        };
        let mut response = entry.answer.response(body, &self.cors, id);
        if why_is_asked(&self.head.headers) {
            response
                .headers_mut()
                .extend(why_header(&entry.trace, &self.base, id).map(|value| (WHY, value)));
        }
        Ok(response)
    }

    fn decide(&self, step: Option<&str>, sends: bool) -> Option<Acting> {
        let seen = Seen { path: self.head.uri.path(), step, sends };
        self.org.lock().faults.decide(seen, self.org.seed)
    }

    /// Time and randomness for what belongs to no transaction.
    fn stray(&self) -> Env {
        self.org.lock().load(&Needs::default()).1
    }

    fn entry(
        &self,
        at: Timestamp,
        answer: Answer,
        trace: Trace,
        changes: Vec<Change>,
        fault: Option<&Acting>,
    ) -> Arc<Entry> {
        let (head, body, cors) = (Head::copy(&self.head), self.body.clone(), self.cors.clone());
        let fault = fault.map(|acting| acting.rule.clone());
        Arc::new(Entry { at, head, body, answer, cors, trace, fault, changes })
    }
}

/// Two years, as Okta keeps it. A page on another site gets it only over TLS: browsers take no such cookie otherwise.
fn device_cookie(value: &str, base: &str) -> Option<HeaderValue> {
    let reach = if base.starts_with("https:") { "SameSite=None; Secure" } else { "SameSite=Lax" };
    HeaderValue::try_from(format!("DT={value}; Path=/; Max-Age=63072000; HttpOnly; {reach}")).ok()
}

#[expect(
    clippy::large_enum_variant,
    reason = "it lives for a moment, and the large variant is the usual one"
)]
enum Read {
    Call(Call),
    Refused(Refused<'static>),
    NotFound(String),
    WrongMethod(&'static str),
    Answered(Answer),
}

fn read(head: &Parts, body: &[u8]) -> Read {
    if is_preflight(head) {
        return Read::Answered(Answer::empty(StatusCode::NO_CONTENT));
    }
    match Route::of(&head.method, head.uri.path()) {
        Route::Idx(endpoint) => decode::idx(endpoint, body).map_or_else(Read::Refused, Read::Call),
        Route::OAuth(server, call) => Read::Call(decode::oauth(server, call, head, body)),
        Route::EmailLink => Read::Call(decode::email_link(head, body)),
        Route::ActivationLink(token) => Read::Call(Call::ActivationLink(token.to_owned())),
        Route::Keys => {
            let answer = Answer::new(StatusCode::OK, Media::Json, keys::KEY_SET);
            Read::Answered(answer.with(CACHE_CONTROL, KEYS_MAX_AGE))
        }
        Route::WrongMethod(allowed) => Read::WrongMethod(allowed),
        Route::UnknownAuthorizationServer(id) => {
            Read::NotFound(format!("{id} (AuthorizationServer)"))
        }
        Route::Control(_) | Route::Page | Route::Unknown => {
            Read::NotFound(head.uri.path().to_owned())
        }
    }
}
