//! The IDX endpoints: find the transaction, let its step answer what its page offered, and render where it stands then.

use std::sync::Arc;

use idx_wire::IdxBody;

use crate::change::Change;
use crate::cx::Cx;
use crate::env::{Env, whole_second};
use crate::ids;
use crate::org::App;
use crate::page::Scene;
use crate::person::Person;
use crate::refusal::{self, Note, Refusal};
use crate::render::{self, Picture};
use crate::reply::{Answer, Effect, Reply, Trace};
use crate::request::Endpoint;
use crate::steps::{Start, Step};
use crate::transaction::Transaction;
use crate::view::View;

/// Answers an IDX call.
pub(crate) fn answer(
    view: &impl View,
    env: &mut Env,
    base: &str,
    endpoint: Endpoint,
    body: &IdxBody,
) -> Answer {
    if let Some(refusal) = missing_handle(endpoint, body) {
        return no_session(&refusal);
    }
    let expired = Refusal::of(&refusal::SESSION_EXPIRED);
    let Some(transaction) =
        view.transaction().filter(|transaction| env.now < transaction.expires_at)
    else {
        return no_session(&expired);
    };
    let Some(app) = view.org().app(&transaction.interact.client_id) else {
        return no_session(&expired);
    };
    let here = Here { view, base, app, transaction };
    match endpoint {
        Endpoint::Introspect => here.as_it_stands(None),
        Endpoint::Cancel => here.start_again(env),
        _ => here.take(env, endpoint, body),
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
struct Here<'a, V> {
    view: &'a V,
    base: &'a str,
    app: &'a App,
    transaction: &'a Arc<Transaction>,
}

impl<V: View> Here<'_, V> {
    /// The page again, with what `edge` led to it.
    fn as_it_stands(&self, edge: Option<&'static str>) -> Answer {
        self.show(self.transaction, self.view.person(), edge)
    }

    /// `cancel`: the start page, under a new handle. A person who exists by now stays STAGED.
    fn start_again(&self, env: &mut Env) -> Answer {
        let handle = ids::state_handle(&mut env.rng);
        let transaction =
            Transaction { state_handle: handle.into(), ..self.moved_to(env, Step::Start(Start)) };
        self.moved(transaction, None, "cancel", Vec::new(), Vec::new())
    }

    /// Any other endpoint: legal if the page offers it, and then for the step to answer.
    fn take(&self, env: &mut Env, endpoint: Endpoint, body: &IdxBody) -> Answer {
        let step = &self.transaction.step;
        let org = self.view.org();
        let page = step.page(&self.scene(self.view.person()));
        let Some(edge) = page.edge(endpoint, body) else { return self.not_offered(endpoint) };
        let mut cx = Cx::new(org, self.app, env, self.view);
        match step.answer(&mut cx, endpoint, body) {
            // A poll that finds nothing new, and a resend of nothing, leave the transaction as it is.
            Ok(next) if next == *step => self.as_it_stands(Some(edge)),
            Ok(next) => {
                let person = cx.person().cloned();
                let (changes, effects) = cx.into_changes();
                self.moved(self.moved_to(env, next), person.as_ref(), edge, changes, effects)
            }
            Err(refusal) => {
                let counters = cx.into_counters();
                self.refused(&refusal, edge, counters)
            }
        }
    }

    fn not_offered(&self, endpoint: Endpoint) -> Answer {
        let step = &self.transaction.step;
        match endpoint {
            // A form that was sent twice: the person is where the first one brought them.
            Endpoint::EnrollNew if step.person().is_some() => self.as_it_stands(None),
            Endpoint::Enroll if matches!(step, Step::Start(_)) => {
                self.refused(&Refusal::of(&refusal::SIGN_UP_UNAVAILABLE), "", Vec::new())
            }
            _ => self.refused(&Refusal::of(&refusal::NOT_OFFERED), "", Vec::new()),
        }
    }

    fn moved_to(&self, env: &Env, step: Step) -> Transaction {
        Transaction {
            version: self.transaction.version + 1,
            expires_at: whole_second(step.expires_at(env.now)),
            step,
            ..Transaction::clone(self.transaction)
        }
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

    fn refused(&self, refusal: &Refusal, edge: &'static str, counters: Vec<Change>) -> Answer {
        let answer =
            self.picture(self.transaction, self.view.person(), &refusal.notes, |picture| {
                match render::renders_page(refusal.row.place) {
                    true => picture.state(),
                    false => picture.dead_end(),
                }
            });
        let (body, mut trace) = answer;
        trace.edge = (!edge.is_empty()).then_some(edge);
        trace.refusal = Some(refusal.row.id);
        Answer {
            changes: counters,
            trace,
            ..Answer::plain(Reply::Idx { status: refusal.row.status, body })
        }
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
