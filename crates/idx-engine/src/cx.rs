//! What a step may see and touch while it answers. Everything it does is kept as changes and effects, and thrown away if it refuses; only a
//! counted wrong answer outlives a refusal.

use std::sync::Arc;

use idx_wire::Scalar;

use crate::attempts::Attempts;
use crate::authenticators::AuthenticatorKey;
use crate::change::Change;
use crate::env::Env;
use crate::ids;
use crate::org::{App, Org};
use crate::person::Person;
use crate::reply::{Delivery, Effect};
use crate::view::View;

/// What a step may see and touch.
pub(crate) struct Cx<'a> {
    pub(crate) org: &'a Org,
    pub(crate) app: &'a App,
    pub(crate) env: &'a mut Env,
    pub(crate) view: &'a dyn View,
    person: Option<Arc<Person>>,
    person_changed: bool,
    effects: Vec<Effect>,
    standing: Option<Attempts>,
    counted: Option<Attempts>,
}

impl<'a> Cx<'a> {
    pub(crate) fn new(org: &'a Org, app: &'a App, env: &'a mut Env, view: &'a dyn View) -> Self {
        Self {
            org,
            app,
            env,
            view,
            person: view.person().cloned(),
            person_changed: false,
            effects: Vec::new(),
            standing: None,
            counted: None,
        }
    }

    /// The person as they stand after what the step has done so far.
    pub(crate) fn person(&self) -> Option<&Arc<Person>> {
        self.person.as_ref()
    }

    /// Creates or changes the person.
    pub(crate) fn put_person(&mut self, person: Person) {
        self.person = Some(Arc::new(person));
        self.person_changed = true;
    }

    /// Changes the person, once and for all that the step does.
    pub(crate) fn change_person(&mut self, change: impl FnOnce(&mut Person)) {
        if let Some(person) = &self.person {
            let mut person = Person::clone(person);
            if !self.person_changed {
                person.version += 1;
            }
            change(&mut person);
            self.put_person(person);
        }
    }

    /// The person's login; empty before there is a person.
    pub(crate) fn login(&self) -> &str {
        self.person.as_ref().map_or("", |person| &person.login)
    }

    /// One of the person's names.
    pub(crate) fn name(&self, attribute: &str) -> &str {
        match self.person.as_ref().and_then(|person| person.profile.get(attribute)) {
            Some(Scalar::Text(name)) => name,
            _ => "",
        }
    }

    /// Mints an id.
    pub(crate) fn mint_id(&mut self, prefix: &str) -> String {
        ids::id(prefix, &mut self.env.rng)
    }

    /// Sends a message once the changes are committed.
    pub(crate) fn deliver(&mut self, delivery: Delivery) {
        self.effects.push(Effect::Deliver(delivery));
    }

    /// The wrong answers so far.
    pub(crate) fn attempts(&self, key: AuthenticatorKey) -> Attempts {
        let person = self.person.as_ref().map_or("", |person| person.id.as_str());
        self.view
            .attempts(key)
            .cloned()
            .unwrap_or_else(|| Attempts::none(person, key, self.env.now))
    }

    /// Counts a wrong answer, which outlives the refusal.
    pub(crate) fn count_wrong_answer(&mut self, before: &Attempts) {
        self.counted = Some(before.and_one(self.env.now));
    }

    /// Makes the outcome rest on the count as it stands.
    pub(crate) fn rest_on(&mut self, attempts: Attempts) {
        self.standing = Some(attempts);
    }

    /// All that the step has done, if it moved on.
    pub(crate) fn into_changes(self) -> (Vec<Change>, Vec<Effect>) {
        let person = self.person.filter(|_| self.person_changed).map(Change::Person);
        let standing = self.standing.map(Change::AttemptsStand);
        (person.into_iter().chain(standing).collect(), self.effects)
    }

    /// What outlives a refusal.
    pub(crate) fn into_counters(self) -> Vec<Change> {
        self.counted.map(Change::Attempts).into_iter().collect()
    }
}
