//! Calls an inline hook, and continues with its response.

use idx_engine::{HookCall, Request};

use crate::exchange::{Exchange, Responded};
use crate::faults::FaultLayer;
use crate::hook;
use crate::response_body::Dropped;
use crate::store::Store as _;

impl Exchange {
    /// Continues in a task of its own: the hook's response counts even if the client closes the connection.
    pub(super) async fn call_hook(
        self,
        request: Request,
        call: HookCall,
        faults: FaultLayer,
    ) -> Responded {
        tokio::spawn(self.resume(request, call, faults)).await.unwrap_or(Err(Dropped))
    }

    async fn resume(self, request: Request, call: HookCall, faults: FaultLayer) -> Responded {
        let outcome = hook::ask(&call).await;
        let needs = idx_engine::needs_after_hook(&request, &outcome);
        loop {
            let loaded = self.org.store.load(&needs).await;
            let mut env = loaded.env();
            let answer = idx_engine::resume(&loaded, &mut env, &request, &outcome);
            if let Some(responded) = self.commit(answer, &env, &faults).await {
                return responded;
            }
        }
    }
}
