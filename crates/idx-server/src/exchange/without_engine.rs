//! The responses that do not come from the engine: refusals before it, static documents, and faults in its place.

use idx_engine::{ApiRefusal, Env, Needs, Reply, Trace};

use crate::decode::EarlyRefusal;
use crate::exchange::{Exchange, Responded};
use crate::faults::{Before, FaultLayer, FaultTarget};
use crate::response::BufferedResponse;
use crate::store::Store as _;

impl Exchange {
    /// Responds to a request that cannot reach the engine.
    pub(super) async fn refuse(&self, refusal: EarlyRefusal, faults: FaultLayer) -> Responded {
        let (response, id) = self.refused(refusal).await;
        self.finish(response, Some(id), faults).await
    }

    /// Finishes a response that does not come from the engine.
    pub(super) async fn finish(
        &self,
        response: BufferedResponse,
        refusal: Option<&'static str>,
        mut faults: FaultLayer,
    ) -> Responded {
        let path = self.received.head.uri.path();
        let target = FaultTarget { path, step: None, sends: false };
        let response = match faults.before(&self.org, target).await {
            Before::Proceed | Before::Retry => faults.alter(response),
            Before::Replace => faults.replacement(&mut self.env().await),
        };
        self.record(response, Trace { refusal, ..Trace::default() }, &faults).await
    }

    /// Responds with the fault in place of the engine's answer, which is not committed.
    pub(super) async fn replace(&self, env: &mut Env, faults: &FaultLayer) -> Responded {
        self.record(faults.replacement(env), Trace::default(), faults).await
    }

    /// The response and the refusal's id.
    async fn refused(&self, refusal: EarlyRefusal) -> (BufferedResponse, &'static str) {
        let (refusal, allowed) = match &refusal {
            EarlyRefusal::BadRequest => {
                let (status, body, id) = idx_engine::bad_request();
                let response =
                    BufferedResponse::from_reply(Reply::Idx { status, body }, self.org.key);
                return (response.with_error_media(self.document.error_content_type), id);
            }
            EarlyRefusal::MalformedJson => (ApiRefusal::MalformedJson, None),
            EarlyRefusal::BodyTooLarge => (ApiRefusal::BodyTooLarge, None),
            EarlyRefusal::NotFound(what) => (ApiRefusal::NotFound(what), None),
            EarlyRefusal::MethodNotAllowed(methods) => {
                (ApiRefusal::MethodNotAllowed, Some(methods))
            }
        };
        let (status, body, id) = idx_engine::api_error(refusal, &mut self.env().await);
        let response = BufferedResponse::from_reply(Reply::Json { status, body }, self.org.key);
        match allowed {
            Some(methods) => (response.allowing(methods), id),
            None => (response, id),
        }
    }

    /// Time and randomness for a response that belongs to no transaction.
    async fn env(&self) -> Env {
        self.org.store.load(&Needs::default()).await.env()
    }
}
