//! One request to an org: the fault layer around the engine, then commit, then the journal layer.

use std::sync::Arc;

use http::Response;
use http::header::SET_COOKIE;
use idx_engine::{
    ApiRefusal, Ask, Call, Env, HookCall, Needs, Org, Outcome, Reply, Request, Trace,
};
use jiff::Timestamp;

use crate::cors::is_preflight;
use crate::decode::{Decoded, Refusal};
use crate::faults::{Before, FaultLayer, FaultTarget};
use crate::hook;
use crate::journal::{Handled, Received, record};
use crate::response::{BufferedResponse, device_cookie};
use crate::response_body::{Dropped, ResponseBody};
use crate::running_org::RunningOrg;
use crate::store::{Commit, Store as _};

/// A request to an org.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) org: Arc<RunningOrg>,
    /// The version of the org document that the whole request sees.
    pub(crate) document: Arc<Org>,
    pub(crate) received: Received,
}

type Responded = Result<Response<ResponseBody>, Dropped>;

impl Exchange {
    /// Responds to the request. Faults never apply to a preflight.
    pub(crate) async fn respond(self, decoded: Result<Decoded, Refusal>) -> Responded {
        let is_preflight = is_preflight(&self.received.head);
        let faults = if is_preflight { FaultLayer::none() } else { FaultLayer::new() };
        match decoded {
            Ok(Decoded::Call(call)) => self.handle(call, faults).await,
            Ok(Decoded::Response(response)) => self.finish(response, None, faults).await,
            Err(refusal) => {
                let (response, id) = self.refused(refusal).await;
                self.finish(response, Some(id), faults).await
            }
        }
    }

    /// Passes a call to the engine. Slow work happens between load and commit, and a conflict starts again with the current state.
    async fn handle(self, call: Call, mut faults: FaultLayer) -> Responded {
        let base = self.received.base.clone();
        let request = Request { org: Arc::clone(&self.document), base, call };
        let needs = idx_engine::needs(&request);
        loop {
            let loaded = self.org.store.load(&needs).await;
            let mut env = loaded.env();
            let outcome = idx_engine::handle(&loaded, &mut env, &request);

            let step = loaded.transaction.as_ref().map(|transaction| transaction.step.name());
            match faults.before(&self.org, self.target(step, &outcome)).await {
                Before::Proceed => {}
                Before::Retry => continue,
                Before::Replace => {
                    let response = faults.replacement(&mut env);
                    return self.record(response, Trace::default(), &faults).await;
                }
            }
            match outcome {
                Outcome::Answer(answer) => {
                    if let Some(responded) = self.commit(answer, env.now, &faults).await {
                        return responded;
                    }
                }
                Outcome::Ask(Ask { changes, call }) => {
                    let commit = Commit { changes: &changes, messages: Vec::new(), at: env.now };
                    if self.org.store.commit(commit).await.is_ok() {
                        // A task of its own: the hook's response counts even if the client closes the connection.
                        let resumed = tokio::spawn(self.resume(request, call, faults));
                        return resumed.await.unwrap_or(Err(Dropped));
                    }
                }
            }
        }
    }

    /// Calls the hook, and continues with its response.
    async fn resume(self, request: Request, call: HookCall, faults: FaultLayer) -> Responded {
        let outcome = hook::ask(&call).await;
        let needs = idx_engine::needs_after_hook(&request, &outcome);
        loop {
            let loaded = self.org.store.load(&needs).await;
            let mut env = loaded.env();
            let answer = idx_engine::resume(&loaded, &mut env, &request, &outcome);
            if let Some(responded) = self.commit(answer, env.now, &faults).await {
                return responded;
            }
        }
    }

    /// Commits everything that the engine returned, or nothing after a conflict. Then records the exchange.
    async fn commit(
        &self,
        answer: idx_engine::Answer,
        at: Timestamp,
        faults: &FaultLayer,
    ) -> Option<Responded> {
        let mut response = BufferedResponse::from_reply(answer.reply)
            .with_error_media(self.document.error_content_type);
        if let Some(device) = answer.browser {
            let cookie = device_cookie(&device, &self.received.base);
            response.extra.extend(cookie.map(|value| (SET_COOKIE, value)));
        }
        if let Some(rate) = answer.rate {
            response = response.with_rate_limit(rate.limit, rate.remaining, rate.reset);
        }
        let response = faults.alter(response);
        let messages = faults.messages(answer.effects, at);
        let commit = Commit { changes: &answer.changes, messages, at };
        let messages = self.org.store.commit(commit).await.ok()?;
        let handled = Handled { at, response, trace: answer.trace, messages };
        Some(record(&self.org, &self.received, handled, faults).await)
    }

    /// Finishes a response that does not come from the engine.
    async fn finish(
        &self,
        response: BufferedResponse,
        refusal: Option<&'static str>,
        mut faults: FaultLayer,
    ) -> Responded {
        let target = FaultTarget { path: self.path(), step: None, sends: false };
        let response = match faults.before(&self.org, target).await {
            Before::Proceed | Before::Retry => faults.alter(response),
            Before::Replace => faults.replacement(&mut self.env().await),
        };
        self.record(response, Trace { refusal, ..Trace::default() }, &faults).await
    }

    /// Records an exchange that changes nothing.
    async fn record(
        &self,
        response: BufferedResponse,
        trace: Trace,
        faults: &FaultLayer,
    ) -> Responded {
        let at = self.org.store.now().await;
        let handled = Handled { at, response, trace, messages: Vec::new() };
        record(&self.org, &self.received, handled, faults).await
    }

    /// The response to a request that does not reach the engine, and the refusal's id.
    async fn refused(&self, refusal: Refusal) -> (BufferedResponse, &'static str) {
        let (refusal, allowed) = match &refusal {
            Refusal::BadRequest => {
                let (status, body, id) = idx_engine::bad_request();
                let response = BufferedResponse::from_reply(Reply::Idx { status, body });
                return (response.with_error_media(self.document.error_content_type), id);
            }
            Refusal::MalformedJson => (ApiRefusal::MalformedJson, None),
            Refusal::BodyTooLarge => (ApiRefusal::BodyTooLarge, None),
            Refusal::NotFound(what) => (ApiRefusal::NotFound(what), None),
            Refusal::MethodNotAllowed(methods) => (ApiRefusal::MethodNotAllowed, Some(methods)),
        };
        let (status, body, id) = idx_engine::api_error(refusal, &mut self.env().await);
        let response = BufferedResponse::from_reply(Reply::Json { status, body });
        match allowed {
            Some(methods) => (response.allowing(methods), id),
            None => (response, id),
        }
    }

    /// Time and randomness for a response that belongs to no transaction.
    async fn env(&self) -> Env {
        self.org.store.load(&Needs::default()).await.env()
    }

    fn path(&self) -> &str {
        self.received.head.uri.path()
    }

    fn target<'a>(&'a self, step: Option<&'a str>, outcome: &Outcome) -> FaultTarget<'a> {
        let sends = matches!(outcome, Outcome::Answer(answer) if !answer.effects.is_empty());
        FaultTarget { path: self.path(), step, sends }
    }
}
