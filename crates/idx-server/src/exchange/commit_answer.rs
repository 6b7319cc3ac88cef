//! Commits the engine's answer, and records the exchange.

use http::header::SET_COOKIE;
use idx_engine::{Answer, Change, Conflict, Env, Trace};

use crate::exchange::{Exchange, Responded};
use crate::faults::FaultLayer;
use crate::journal::{Handled, record};
use crate::response::{BufferedResponse, device_cookie};
use crate::store::{Commit, Store as _};

impl Exchange {
    /// Commits everything that the engine returned, or nothing after a conflict. Then records the exchange.
    pub(super) async fn commit(
        &self,
        answer: Answer,
        env: &Env,
        faults: &FaultLayer,
    ) -> Option<Responded> {
        let mut response = BufferedResponse::from_reply(answer.reply, self.org.key)
            .with_error_media(self.document.error_content_type);
        if let Some(device) = answer.browser {
            let cookie = device_cookie(&device, &self.received.base);
            response.extra.extend(cookie.map(|value| (SET_COOKIE, value)));
        }
        if let Some(rate) = answer.rate {
            response = response.with_rate_limit(rate.limit, rate.remaining, rate.reset);
        }
        let response = faults.alter(response);
        let messages = faults.messages(answer.effects, env.now);
        let commit = Commit::of(&answer.changes, messages, env);
        let messages = self.org.store.commit(commit).await.ok()?;
        let handled = Handled { at: env.now, response, trace: answer.trace, messages };
        Some(record(&self.org, &self.received, handled, faults).await)
    }

    /// Commits the changes that the engine makes before it asks a hook.
    pub(super) async fn commit_question(
        &self,
        changes: &[Change],
        env: &Env,
    ) -> Result<(), Conflict> {
        self.org.store.commit(Commit::of(changes, Vec::new(), env)).await.map(drop)
    }

    /// Records an exchange that changes nothing.
    pub(super) async fn record(
        &self,
        response: BufferedResponse,
        trace: Trace,
        faults: &FaultLayer,
    ) -> Responded {
        let at = self.org.store.now().await;
        let handled = Handled { at, response, trace, messages: Vec::new() };
        record(&self.org, &self.received, handled, faults).await
    }
}
