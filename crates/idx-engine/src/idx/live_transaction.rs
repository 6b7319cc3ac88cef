//! The IDX endpoints: find the transaction, let its step answer what its page offered, and render where it stands then.

use std::sync::Arc;

use idx_wire::IdxBody;

use crate::contract::change::Change;
use crate::contract::env::{Env, whole_second};
use crate::contract::reply::{Answer, Ask, Effect, HookOutcome, Outcome, Reply, Trace};
use crate::contract::request::Endpoint;
use crate::contract::view::View;
use crate::ids;
use crate::idx::cx::Cx;
use crate::idx::hook::{self, Verdict};
use crate::idx::limits;
use crate::idx::page::Scene;
use crate::idx::render::{self, Picture};
use crate::idx::steps::judged_profile;
use crate::org::App;
use crate::refusal::{self, Note, Refusal};
use crate::state::person::Person;
use crate::state::step::{SelectAuthenticator, Start, Step};
use crate::state::transaction::Transaction;

/// Answers an IDX call, or asks a person's hook first.
pub(crate) fn answer(
    view: View<'_>,
    env: &mut Env,
    base: &str,
    endpoint: Endpoint,
    body: &IdxBody,
) -> Outcome {
    let here = match Here::find(view, env, base, endpoint, body) {
        Ok(here) => here,
        Err(answer) => return Outcome::Answer(*answer),
    };
    let charge = match limits::charge(view, env, here.transaction) {
        Ok(charge) => charge,
        Err(answer) => return Outcome::Answer(*answer),
    };
    let mut outcome = match endpoint {
        Endpoint::Introspect => Outcome::Answer(here.as_it_stands(None)),
        Endpoint::Cancel => Outcome::Answer(here.start_again(env)),
        Endpoint::EnrollNew => here.sign_up(env, body),
        _ => Outcome::Answer(here.take(env, endpoint, body, None)),
    };
    match &mut outcome {
        Outcome::Answer(answer) => {
            answer.changes.extend(charge.changes);
            answer.rate = charge.rate;
        }
        Outcome::Ask(ask) => ask.changes.extend(charge.changes),
    }
    outcome
}

/// Answers `enroll/new` once the hook was asked.
pub(crate) fn resume(
    view: View<'_>,
    env: &mut Env,
    base: &str,
    body: &IdxBody,
    outcome: &HookOutcome,
) -> Answer {
    match Here::find(view, env, base, Endpoint::EnrollNew, body) {
        // Whoever cancelled meanwhile is on another page now, and the hook's word no longer counts.
        Ok(here) if !here.transaction.asking => here.as_it_stands(None),
        Ok(here) => here.take(env, Endpoint::EnrollNew, body, Some(hook::verdict(outcome))),
        Err(answer) => *answer,
    }
}

/// Every call needs a `stateHandle`; `introspect` takes two others in its place.
fn missing_handle(endpoint: Endpoint, body: &IdxBody) -> Option<Refusal> {
    let is_there = match endpoint {
        Endpoint::Introspect => {
            body.state_handle.is_some()
                || body.interaction_handle.is_some()
                || body.state_token.is_some()
        }
        _ => body.state_handle.is_some(),
    };
    (!is_there).then(|| Refusal::with(&refusal::STATE_HANDLE_MISSING, None, &["stateHandle"]))
}

fn no_session(refusal: &Refusal) -> Answer {
    let reply = Reply::Idx { status: refusal.row.status, body: render::no_session(&refusal.notes) };
    Answer {
        trace: Trace { refusal: Some(refusal.row.id), ..Trace::default() },
        ..Answer::plain(reply)
    }
}

/// A call to a transaction that is alive.
struct Here<'a> {
    view: View<'a>,
    base: &'a str,
    app: &'a App,
    transaction: &'a Arc<Transaction>,
}

impl<'a> Here<'a> {
    fn find(
        view: View<'a>,
        env: &Env,
        base: &'a str,
        endpoint: Endpoint,
        body: &IdxBody,
    ) -> Result<Self, Box<Answer>> {
        if let Some(refusal) = missing_handle(endpoint, body) {
            return Err(Box::new(no_session(&refusal)));
        }
        let alive = view.transaction().filter(|transaction| env.now < transaction.expires_at);
        let found = alive.and_then(|transaction| {
            Some((transaction, view.org().app(&transaction.interact.client_id)?))
        });
        match found {
            Some((transaction, app)) => Ok(Self { view, base, app, transaction }),
            None => Err(Box::new(no_session(&Refusal::of(&refusal::SESSION_EXPIRED)))),
        }
    }

    /// The page again, with what `edge` led to it.
    fn as_it_stands(&self, edge: Option<&'static str>) -> Answer {
        self.show(self.transaction, self.view.person(), edge)
    }

    /// `cancel`: the start page, under a new handle. A person who exists by now stays STAGED.
    fn start_again(&self, env: &mut Env) -> Answer {
        let handle = ids::state_handle(&mut env.rng);
        let moved = self.moved_to(env, Step::Start(Start));
        let transaction =
            Transaction { state_handle: handle.into(), older_handles: Vec::new(), ..moved };
        self.moved(transaction, None, "cancel", Vec::new(), Vec::new())
    }

    /// `enroll/new`: where the org has a hook, it is asked about a profile that will do before anything is made of it.
    fn sign_up(&self, env: &mut Env, body: &IdxBody) -> Outcome {
        let org = self.view.org();
        let hook = org.profile_enrollment.pre_registration_inline_hooks.first();
        let (Some(hook), Step::EnrollProfile(_)) = (hook, &self.transaction.step) else {
            return Outcome::Answer(self.take(env, Endpoint::EnrollNew, body, None));
        };
        if self.transaction.asking {
            return Outcome::Answer(self.as_it_stands(None));
        }
        match judged_profile(org, self.view, body) {
            Err(_) => Outcome::Answer(self.take(env, Endpoint::EnrollNew, body, None)),
            Ok(profile) => {
                let asking = Transaction {
                    version: self.transaction.version + 1,
                    asking: true,
                    ..Transaction::clone(self.transaction)
                };
                let call = hook::call(hook, &profile, env);
                Outcome::Ask(Ask { changes: vec![Change::Transaction(Arc::new(asking))], call })
            }
        }
    }

    /// Any other endpoint: legal if the page offers it, and then for the step to answer.
    fn take(
        &self,
        env: &mut Env,
        endpoint: Endpoint,
        body: &IdxBody,
        verdict: Option<Verdict>,
    ) -> Answer {
        let step = &self.transaction.step;
        if self.transaction.asking && verdict.is_none() {
            return self.as_it_stands(None);
        }
        let page = step.page(&self.scene(self.view.person()));
        let Some(edge) = page.edge(endpoint, body) else { return self.not_offered(endpoint) };
        let mut cx = Cx::new(self.view.org(), self.app, self.base, env, self.view);
        cx.verdict = verdict;
        match step.answer(&mut cx, endpoint, body) {
            // A poll that finds nothing new, and a resend of nothing, leave the transaction as it is.
            Ok(next) if next == *step => self.as_it_stands(Some(edge)),
            Ok(next) => {
                let person = cx.person().cloned();
                let transaction = self.moved_to(cx.env, next);
                let (changes, effects) = cx.into_changes();
                self.moved(transaction, person.as_ref(), edge, changes, effects)
            }
            Err(refusal) => {
                let counters = cx.into_counters();
                self.refused(&refusal, Some(edge), counters)
            }
        }
    }

    fn not_offered(&self, endpoint: Endpoint) -> Answer {
        let step = &self.transaction.step;
        match endpoint {
            // A form that was sent twice: the person is where the first one brought them.
            Endpoint::EnrollNew if step.person().is_some() => self.as_it_stands(None),
            Endpoint::Enroll if matches!(step, Step::Start(_)) => {
                self.refused(&Refusal::of(&refusal::SIGN_UP_UNAVAILABLE), None, Vec::new())
            }
            _ => self.refused(&Refusal::of(&refusal::NOT_OFFERED), None, Vec::new()),
        }
    }

    fn moved_to(&self, env: &mut Env, step: Step) -> Transaction {
        let mut moved = Transaction {
            version: self.transaction.version + 1,
            expires_at: whole_second(step.expires_at(env.now)),
            step,
            asking: false,
            ..Transaction::clone(self.transaction)
        };
        moved.note_links(&self.transaction.step);
        if self.view.org().rotate_handles {
            let handle = ids::state_handle(&mut env.rng).into();
            moved.older_handles.push(std::mem::replace(&mut moved.state_handle, handle));
        }
        moved
    }

    fn moved(
        &self,
        transaction: Transaction,
        person: Option<&Arc<Person>>,
        edge: &'static str,
        mut changes: Vec<Change>,
        effects: Vec<Effect>,
    ) -> Answer {
        let transaction = Arc::new(transaction);
        let answer = self.show(&transaction, person, Some(edge));
        changes.push(Change::Transaction(transaction));
        Answer { changes, effects, ..answer }
    }

    fn refused(
        &self,
        refusal: &Refusal,
        edge: Option<&'static str>,
        mut changes: Vec<Change>,
    ) -> Answer {
        let shown = self.shown_with(refusal);
        let (body, mut trace) =
            self.picture(&shown, self.view.person(), &refusal.notes, |picture| {
                match render::renders_page(refusal.row.place) {
                    true => picture.state(),
                    false => picture.dead_end(),
                }
            });
        trace.step_after = trace.step_before;
        trace.edge = edge;
        trace.refusal = Some(refusal.row.id);
        if self.transaction.asking {
            let answered = Transaction {
                version: self.transaction.version + 1,
                asking: false,
                ..Transaction::clone(self.transaction)
            };
            changes.push(Change::Transaction(Arc::new(answered)));
        }
        let status = match refusal.row.id {
            "E21" | "E22" => self.view.org().password_error_status,
            _ => refusal.row.status,
        };
        Answer { changes, trace, ..Answer::plain(Reply::Idx { status, body }) }
    }

    /// The page under a refusal: the one where the transaction stands, but for a phone number refused as in early 2021, which was shown over the list.
    fn shown_with(&self, refusal: &Refusal) -> Transaction {
        let mut shown = Transaction::clone(self.transaction);
        if let (true, Some(person)) =
            (refusal.row == &refusal::PHONE_INVALID_2021, self.view.person())
        {
            shown.step =
                Step::SelectAuthenticator(SelectAuthenticator { person: person.id.clone() });
        }
        shown
    }

    fn show(
        &self,
        transaction: &Transaction,
        person: Option<&Arc<Person>>,
        edge: Option<&'static str>,
    ) -> Answer {
        let (body, mut trace) = self.picture(transaction, person, &[], |picture| picture.state());
        trace.edge = edge;
        let status = match &transaction.step {
            Step::Terminal(terminal) => {
                trace.refusal = Some(terminal.row.id);
                terminal.row.status
            }
            _ => 200,
        };
        Answer { trace, ..Answer::plain(Reply::Idx { status, body }) }
    }

    fn picture(
        &self,
        transaction: &Transaction,
        person: Option<&Arc<Person>>,
        notes: &[Note],
        draw: impl FnOnce(&Picture<'_>) -> Vec<u8>,
    ) -> (Vec<u8>, Trace) {
        let scene = self.scene(person.filter(|_| transaction.step.person().is_some()));
        let page = transaction.step.page(&scene);
        let body = draw(&Picture { base: self.base, scene, transaction, page: &page, notes });
        let trace = Trace {
            transaction: Some(transaction.number),
            step_before: Some(self.transaction.step.name()),
            step_after: Some(transaction.step.name()),
            why: page.why,
            ..Trace::default()
        };
        (body, trace)
    }

    fn scene<'s>(&'s self, person: Option<&'s Arc<Person>>) -> Scene<'s> {
        Scene { org: self.view.org(), app: self.app, person: person.map(AsRef::as_ref) }
    }
}
