//! One request to an org: load, handle, apply the fault, commit and record. Slow work happens between load and commit, with nothing locked.

mod commit_answer;
mod hook_call;
mod without_engine;

use std::sync::Arc;

use http::Response;
use idx_engine::{Ask, Call, Loaded, Org, Outcome, Request};

use crate::cors::is_preflight;
use crate::decode::{Decoded, EarlyRefusal};
use crate::faults::{Before, FaultLayer, FaultTarget};
use crate::journal::Received;
use crate::response_body::{Dropped, ResponseBody};
use crate::running_org::RunningOrg;
use crate::store::Store as _;

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
    pub(crate) async fn respond(self, decoded: Result<Decoded, EarlyRefusal>) -> Responded {
        let is_preflight = is_preflight(&self.received.head);
        let faults = if is_preflight { FaultLayer::none() } else { FaultLayer::new() };
        match decoded {
            Ok(Decoded::Call(call)) => self.handle(call, faults).await,
            Ok(Decoded::Response(response)) => self.finish(response, None, faults).await,
            Err(refusal) => self.refuse(refusal, faults).await,
        }
    }

    /// Passes a call to the engine. After a conflict, the engine handles it again with the current state.
    async fn handle(self, call: Call, mut faults: FaultLayer) -> Responded {
        let base = self.received.base.clone();
        let request = Request { org: Arc::clone(&self.document), base, call };
        let needs = idx_engine::needs(&request);
        loop {
            let loaded = self.org.store.load(&needs).await;
            let mut env = loaded.env();
            let outcome = idx_engine::handle(&loaded, &mut env, &request);
            match faults.before(&self.org, self.target(&loaded, &outcome)).await {
                Before::Proceed => {}
                Before::Retry => continue,
                Before::Replace => return self.replace(&mut env, &faults).await,
            }
            match outcome {
                Outcome::Answer(answer) => {
                    if let Some(responded) = self.commit(answer, &env, &faults).await {
                        return responded;
                    }
                }
                Outcome::Ask(Ask { changes, call }) => {
                    if self.commit_question(&changes, &env).await.is_ok() {
                        return self.call_hook(request, call, faults).await;
                    }
                }
            }
        }
    }

    fn target(&self, loaded: &Loaded, outcome: &Outcome) -> FaultTarget<'_> {
        let step = loaded.transaction.as_ref().map(|transaction| transaction.step.name());
        let sends = matches!(outcome, Outcome::Answer(answer) if !answer.effects.is_empty());
        FaultTarget { path: self.received.head.uri.path(), step, sends }
    }
}
