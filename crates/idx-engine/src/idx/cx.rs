//! What a step can read and write while it handles an action. Its writes are kept here, and dropped if the step refuses; only a counted wrong
//! answer survives a refusal.

use std::borrow::Cow;
use std::sync::Arc;

use crate::contract::delivery::{Delivery, Effect};
use crate::contract::env::Env;
use crate::ids;
use crate::org::{App, Org, Policies};
use crate::policy::email;
use crate::state::counter::{Counter, CounterKey};
use crate::state::names::AuthenticatorKey;
use crate::state::proof::Proof;
use crate::state::tokens::Activation;
use crate::state::user::User;

/// What a step can read and write.
pub(crate) struct Cx<'a> {
    pub(crate) org: &'a Org,
    pub(crate) app: &'a App,
    pub(crate) base: &'a str,
    pub(crate) env: &'a mut Env,
    /// Whether a user has the login in the request.
    pub(crate) login_is_taken: bool,
    /// The counters as they were loaded.
    pub(crate) counters: &'a [Counter],
    /// The user after the step's writes.
    pub(crate) user: Option<Arc<User>>,
    /// The proofs of the transaction after the step's writes.
    pub(crate) proofs: Vec<Proof>,
    pub(crate) writes: Writes,
}

/// What a step has written.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    pub(crate) is_user_changed: bool,
    /// Whether the user has proven an authenticator.
    pub(crate) is_proof_added: bool,
    pub(crate) activation: Option<Activation>,
    pub(crate) effects: Vec<Effect>,
    /// A counter that must still be the same at commit.
    pub(crate) required: Option<Counter>,
    pub(crate) counted: Vec<Counter>,
}

impl Writes {
    /// Whether the step has changed or sent anything.
    pub(crate) fn any(&self) -> bool {
        let Self { is_user_changed, is_proof_added, activation, effects, required: _, counted } =
            self;
        *is_user_changed
            || *is_proof_added
            || activation.is_some()
            || !effects.is_empty()
            || !counted.is_empty()
    }
}

impl<'a> Cx<'a> {
    /// The policies that apply to the user as they are now.
    pub(crate) fn policies(&self) -> Policies<'a> {
        self.org.resolve(self.app, self.user.as_deref())
    }

    /// Creates or replaces the user.
    pub(crate) fn put_user(&mut self, user: User) {
        self.user = Some(Arc::new(user));
        self.writes.is_user_changed = true;
    }

    /// Changes the user. Several changes by one step make one new version.
    pub(crate) fn change_user(&mut self, change: impl FnOnce(&mut User)) {
        if let Some(user) = &self.user {
            let mut user = User::clone(user);
            if !self.writes.is_user_changed {
                user.version += 1;
            }
            change(&mut user);
            self.put_user(user);
        }
    }

    /// The user's login; empty if there is no user yet.
    pub(crate) fn login(&self) -> &str {
        self.user.as_ref().map_or("", |user| &user.login)
    }

    /// The user's email address in lower case; empty if there is no user yet.
    pub(crate) fn email(&self) -> String {
        self.user.as_ref().map(|user| email::normalised(user.email())).unwrap_or_default()
    }

    /// A text attribute of the user's profile; empty if it is absent.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.user.as_ref().and_then(|user| user.text(name)).unwrap_or_default()
    }

    /// The user's id; empty if there is no user yet.
    pub(crate) fn user_id(&self) -> String {
        self.user.as_ref().map(|user| user.id.clone()).unwrap_or_default()
    }

    /// Generates an id.
    pub(crate) fn mint_id(&mut self, prefix: &str) -> String {
        ids::id(prefix, &mut self.env.rng)
    }

    /// Records that the user has proven an authenticator. A newer proof replaces an older one.
    pub(crate) fn prove(&mut self, key: AuthenticatorKey, method: impl Into<Cow<'static, str>>) {
        self.proofs.retain(|proof| proof.key != key);
        self.proofs.push(Proof { key, method: method.into(), verified_at: self.env.now });
        self.writes.is_proof_added = true;
    }

    /// Sends a message once the changes are committed.
    pub(crate) fn deliver(&mut self, delivery: Delivery) {
        self.writes.effects.push(Effect::Deliver(delivery));
    }

    /// A counter after the step's writes.
    pub(crate) fn counter(&self, key: CounterKey) -> Counter {
        let counted = self.writes.counted.iter().rev().find(|counter| counter.key == key);
        let known = counted.or_else(|| self.counters.iter().find(|counter| counter.key == key));
        known.cloned().unwrap_or_else(|| Counter::new(key, self.env.now))
    }

    /// Counts one more, even if the step refuses.
    pub(crate) fn count(&mut self, before: &Counter) {
        let after = before.incremented(self.env.now);
        self.writes.counted.retain(|counter| counter.key != after.key);
        self.writes.counted.push(after);
    }

    /// Makes the commit fail if a counter has changed by then.
    pub(crate) fn require_unchanged(&mut self, counter: Counter) {
        self.writes.required = Some(counter);
    }

    /// Issues an activation token.
    pub(crate) fn issue(&mut self, activation: Activation) {
        self.writes.activation = Some(activation);
    }
}
