//! What a step may see and touch while it answers. Everything it does is kept as changes and effects, and thrown away if it refuses; only a
//! counted wrong answer outlives a refusal.

use std::sync::Arc;

use idx_wire::Scalar;

use crate::contract::change::Activation;
use crate::contract::change::Change;
use crate::contract::env::Env;
use crate::contract::reply::{Delivery, Effect};
use crate::contract::view::View;
use crate::ids;
use crate::idx::hook::Verdict;
use crate::org::{App, Org};
use crate::state::person::Person;
use crate::state::tally::{Tally, TallyKey};

/// What a step may see and touch.
pub(crate) struct Cx<'a> {
    pub(crate) org: &'a Org,
    pub(crate) app: &'a App,
    pub(crate) base: &'a str,
    pub(crate) env: &'a mut Env,
    pub(crate) view: View<'a>,
    /// What a person's hook said of the profile, once it was asked.
    pub(crate) verdict: Option<Verdict>,
    person: Option<Arc<Person>>,
    person_changed: bool,
    activation: Option<Arc<Activation>>,
    effects: Vec<Effect>,
    standing: Option<Tally>,
    counted: Vec<Tally>,
}

impl<'a> Cx<'a> {
    pub(crate) fn new(
        org: &'a Org,
        app: &'a App,
        base: &'a str,
        env: &'a mut Env,
        view: View<'a>,
    ) -> Self {
        Self {
            org,
            app,
            base,
            env,
            view,
            verdict: None,
            person: view.person().cloned(),
            person_changed: false,
            activation: None,
            effects: Vec::new(),
            standing: None,
            counted: Vec::new(),
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

    /// The person's id; empty before there is a person.
    pub(crate) fn person_id(&self) -> String {
        self.person.as_ref().map(|person| person.id.clone()).unwrap_or_default()
    }

    /// A count as it stands.
    pub(crate) fn tally(&self, key: TallyKey) -> Tally {
        let counted = self.counted.iter().rev().find(|tally| tally.key == key);
        let known = counted.or_else(|| self.view.tally(&key)).cloned();
        known.unwrap_or_else(|| Tally::none(key, self.env.now))
    }

    /// Counts one more, which outlives a refusal.
    pub(crate) fn count(&mut self, before: &Tally) {
        let after = before.and_one(self.env.now);
        self.counted.retain(|tally| tally.key != after.key);
        self.counted.push(after);
    }

    /// Makes the outcome rest on a count as it stands.
    pub(crate) fn rest_on(&mut self, tally: Tally) {
        self.standing = Some(tally);
    }

    /// Hands out an activation token.
    pub(crate) fn hand_out(&mut self, activation: Activation) {
        self.activation = Some(Arc::new(activation));
    }

    /// All that the step has done, if it moved on.
    pub(crate) fn into_changes(self) -> (Vec<Change>, Vec<Effect>) {
        let person = self.person.filter(|_| self.person_changed).map(Change::Person);
        let standing = self.standing.map(Change::TallyStands);
        let activation = self.activation.map(Change::Activation);
        let counted = self.counted.into_iter().map(Change::Tally);
        (
            person.into_iter().chain(standing).chain(activation).chain(counted).collect(),
            self.effects,
        )
    }

    /// What outlives a refusal.
    pub(crate) fn into_counters(self) -> Vec<Change> {
        self.counted.into_iter().map(Change::Tally).collect()
    }
}
