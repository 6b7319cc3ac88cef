//! The way of one request to an org: read, ask the engine, commit, answer.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, HeaderValue, SET_COOKIE};
use http::request::Parts;
use http::{Response, StatusCode};
use idx_engine::{
    ApiRefusal, Ask, Call, Env, HookOutcome, Needs, Org, Outcome, Reply, Request, Trace,
};
use jiff::Timestamp;

use crate::answer::{Answer, Media, rate_limit};
use crate::cors::{Cors, is_preflight};
use crate::decode::{self, Refused};
use crate::faults::{Acting, Seen, outgoing};
use crate::hook;
use crate::journal::{Entry, Head, WHY, why_header, why_is_asked};
use crate::keys;
use crate::response_body::{Dropped, ResponseBody};
use crate::route::Route;
use crate::running_org::RunningOrg;
use crate::store::{Commit, Store as _};

/// A key set may be cached for two months, as Okta says of its own.
const KEYS_MAX_AGE: HeaderValue = HeaderValue::from_static("max-age=5184000, must-revalidate");

/// A request to an org, read whole.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) org: Arc<RunningOrg>,
    /// The version of the org document that the whole request sees.
    pub(crate) document: Arc<Org>,
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
                let org = Arc::clone(&self.document);
                let request = Request { org, base: self.base.clone(), call };
                self.ask(request).await
            }
            Read::Refused(refused) => self.refuse(refused).await,
            Read::NotFound(what) => self.refuse(Refused::Api(ApiRefusal::NotFound(&what))).await,
            Read::WrongMethod(allowed) => {
                let refused = Refused::Api(ApiRefusal::MethodNotAllowed);
                let (answer, row) = self.refusal(refused).await;
                self.finish(answer.allowing(allowed), Some(row)).await
            }
            Read::Answered(answer) => self.finish(answer, None).await,
        }
    }

    /// The heart of the server. Everything slow happens between load and commit, and a conflict begins again with what is true now.
    async fn ask(self, request: Request) -> Answered {
        let needs = idx_engine::needs(&request);
        let mut fault = None;
        let mut is_decided = false;
        loop {
            let loaded = self.org.store.load(&needs).await;
            let mut env = loaded.env();
            let outcome = idx_engine::handle(&loaded, &mut env, &request);
            if !is_decided {
                is_decided = true;
                let sends = matches!(&outcome, Outcome::Answer(said) if !said.effects.is_empty());
                let step = loaded.transaction.as_ref().map(|transaction| transaction.step.name());
                fault = self.decide(step, sends).await;
                if let Some(acting) = &fault {
                    if let Some(answer) = acting.instead(&mut env) {
                        return self.keep(answer, Trace::default(), fault.as_ref()).await;
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
                    let commit = Commit { changes: &changes, messages: Vec::new(), at: env.now };
                    if self.org.store.commit(commit).await.is_err() {
                        continue;
                    }
                    // A task of its own: whoever breaks the connection off does not leave the transaction waiting for ever.
                    let resumed = tokio::spawn(async move {
                        let outcome = hook::ask(&call).await;
                        self.resume(&request, &needs, &outcome, fault.as_ref()).await
                    });
                    return resumed.await.unwrap_or(Err(Dropped));
                }
            };
            if let Some(answered) = self.commit(said, env.now, fault.as_ref()).await {
                return answered;
            }
        }
    }

    /// Goes on after a hook was asked.
    async fn resume(
        &self,
        request: &Request,
        needs: &Needs,
        outcome: &HookOutcome,
        fault: Option<&Acting>,
    ) -> Answered {
        loop {
            let loaded = self.org.store.load(needs).await;
            let mut env = loaded.env();
            let said = idx_engine::resume(&loaded, &mut env, request, outcome);
            if let Some(answered) = self.commit(said, env.now, fault).await {
                return answered;
            }
        }
    }

    /// Commits what the engine said, all of it or, after a conflict, nothing.
    async fn commit(
        &self,
        said: idx_engine::Answer,
        at: Timestamp,
        fault: Option<&Acting>,
    ) -> Option<Answered> {
        let mut answer =
            Answer::from_reply(said.reply).refused_as(self.document.error_content_type);
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
        let messages = outgoing(said.effects, at, fault);
        let commit = Commit { changes: &said.changes, messages, at };
        let arrived = self.org.store.commit(commit).await.ok()?;
        let entry = self.entry(at, answer, said.trace, fault);
        let id = self.org.store.record(&entry).await;
        self.org.announce(&entry, &arrived);
        Some(self.respond(&entry, id, fault))
    }

    /// Answers what never becomes a call.
    pub(crate) async fn refuse(&self, refused: Refused<'_>) -> Answered {
        let (answer, row) = self.refusal(refused).await;
        self.finish(answer, Some(row)).await
    }

    /// The engine's words for it, and the row of its table.
    async fn refusal(&self, refused: Refused<'_>) -> (Answer, &'static str) {
        match refused {
            Refused::Api(refusal) => {
                let (status, body, row) = idx_engine::api_error(refusal, &mut self.unowned().await);
                (Answer::from_reply(Reply::Json { status, body }), row)
            }
            Refused::BadRequest => {
                let (status, body, row) = idx_engine::bad_request();
                (
                    Answer::from_reply(Reply::Idx { status, body })
                        .refused_as(self.document.error_content_type),
                    row,
                )
            }
        }
    }

    /// Answers without the engine. Faults act on this, too.
    async fn finish(&self, answer: Answer, refusal: Option<&'static str>) -> Answered {
        let fault = self.decide(None, false).await;
        let trace = Trace { refusal, ..Trace::default() };
        let Some(acting) = &fault else { return self.keep(answer, trace, None).await };
        acting.hold().await;
        let answer =
            acting.instead(&mut self.unowned().await).unwrap_or_else(|| acting.alter(answer));
        self.keep(answer, trace, fault.as_ref()).await
    }

    /// Writes into the journal what changes nothing, and answers.
    async fn keep(&self, answer: Answer, trace: Trace, fault: Option<&Acting>) -> Answered {
        let entry = self.entry(self.org.store.now().await, answer, trace, fault);
        let id = self.org.store.record(&entry).await;
        self.org.announce(&entry, &[]);
        self.respond(&entry, id, fault)
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

    async fn decide(&self, step: Option<&str>, sends: bool) -> Option<Acting> {
        let seen = Seen { path: self.head.uri.path(), step, sends };
        self.org.store.decide_fault(seen).await
    }

    /// Time and randomness for what belongs to no transaction.
    async fn unowned(&self) -> Env {
        self.org.store.load(&Needs::default()).await.env()
    }

    fn entry(
        &self,
        at: Timestamp,
        answer: Answer,
        trace: Trace,
        fault: Option<&Acting>,
    ) -> Arc<Entry> {
        let (head, body, cors) = (Head::copy(&self.head), self.body.clone(), self.cors.clone());
        let fault = fault.map(|acting| acting.rule.clone());
        Arc::new(Entry { at, head, body, answer, cors, trace, fault })
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
