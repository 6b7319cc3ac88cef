//! From what a step can read and write to the records of the store.

use std::sync::Arc;

use crate::contract::change::Change;
use crate::contract::delivery::Effect;
use crate::contract::env::Env;
use crate::contract::view::View;
use crate::idx::cx::{Cx, Writes};
use crate::org::App;
use crate::state::transaction::Progress;
use crate::state::user::User;

/// What a step that moved on leaves behind.
pub(crate) struct Moved {
    /// The user after the step.
    pub(crate) user: Option<Arc<User>>,
    pub(crate) progress: Progress,
    pub(crate) changes: Vec<Change>,
    pub(crate) effects: Vec<Effect>,
}

impl<'a> Cx<'a> {
    pub(crate) fn new(view: View<'a>, app: &'a App, base: &'a str, env: &'a mut Env) -> Self {
        Self {
            org: view.org(),
            app,
            base,
            env,
            login_is_taken: view.user_by_login().is_some(),
            counters: view.counters(),
            user: view.user().cloned(),
            proofs: view
                .transaction()
                .map(|transaction| transaction.proofs.clone())
                .unwrap_or_default(),
            writes: Writes::default(),
        }
    }

    /// Everything that the step wrote, if it moved on.
    pub(crate) fn into_moved(self) -> Moved {
        let Writes { is_user_changed, is_proof_added, activation, effects, required, counted } =
            self.writes;
        let user = self.user.as_ref().filter(|_| is_user_changed).cloned();
        let changes = user
            .map(Change::User)
            .into_iter()
            .chain(required.map(Change::CounterUnchanged))
            .chain(activation.map(|activation| Change::Activation(Arc::new(activation))))
            .chain(counted.into_iter().map(Change::Counter))
            .collect();
        let progress = Progress { proofs: self.proofs, is_proof_added };
        Moved { user: self.user, progress, changes, effects }
    }

    /// What survives a refusal: the counters.
    pub(crate) fn into_counters(self) -> Vec<Change> {
        self.writes.counted.into_iter().map(Change::Counter).collect()
    }
}
