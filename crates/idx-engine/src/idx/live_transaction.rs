//! One IDX call: find its transaction, find the action that the page offers, handle it, and render the page where the transaction stands then.

use std::sync::Arc;

use idx_wire::IdxBody;

use crate::contract::change::Change;
use crate::contract::delivery::Effect;
use crate::contract::env::Env;
use crate::contract::hook::HookOutcome;
use crate::contract::reply::{Answer, Ask, Outcome, Reply};
use crate::contract::request::Endpoint;
use crate::contract::trace::Trace;
use crate::contract::view::View;
use crate::ids;
use crate::idx::action::Action;
use crate::idx::cx::Cx;
use crate::idx::hook;
use crate::idx::hook_response;
use crate::idx::limits;
use crate::idx::page_action::Rejection;
use crate::idx::page_context::PageContext;
use crate::idx::profile_form::ProfileForm;
use crate::idx::render::{self, ResponseBuilder};
use crate::idx::step::Step;
use crate::idx::steps::awaiting_hook::AwaitingHook;
use crate::idx::steps::enroll_profile::{self, EnrollProfile};
use crate::idx::steps::select_authenticator::SelectAuthenticator;
use crate::idx::steps::start::Start;
use crate::idx::steps::terminal::Terminal;
use crate::idx::transition;
use crate::idx::writes::Moved;
use crate::org::App;
use crate::refusal::{self, Exception, Notice, Refusal};
use crate::state::transaction::{Progress, Transaction};
use crate::state::user::User;

/// Handles an IDX call. If the org has an inline hook, the outcome can be a call of the hook instead of an answer.
pub(crate) fn answer(
    view: View<'_>,
    env: &mut Env,
    base: &str,
    endpoint: Endpoint,
    body: &IdxBody,
) -> Outcome {
    if let Some(refusal) = missing_handle(endpoint, body) {
        return Outcome::Answer(no_session(&refusal));
    }
    let live = match LiveTransaction::find(view, env, base) {
        Ok(live) => live,
        Err(answer) => return Outcome::Answer(*answer),
    };
    let charge = match limits::charge(view, env, live.transaction) {
        Ok(charge) => charge,
        Err(answer) => return Outcome::Answer(*answer),
    };
    let mut outcome = match endpoint {
        Endpoint::Introspect => Outcome::Answer(live.show_unchanged(None)),
        _ => live.act(env, endpoint, body),
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

/// Finishes the sign-up that waited for the hook.
pub(crate) fn resume(view: View<'_>, env: &mut Env, base: &str, outcome: &HookOutcome) -> Answer {
    let live = match LiveTransaction::find(view, env, base) {
        Ok(live) => live,
        Err(answer) => return *answer,
    };
    match &live.transaction.step {
        Step::AwaitingHook(waiting) => {
            let policies = view.org().resolve(live.app, None);
            let attributes = &policies.profile_enrollment.profile_attributes;
            let verdict = hook_response::verdict(outcome, attributes);
            live.step_on(env, "enroll-profile", |cx| {
                transition::sign_up(cx, &waiting.form(), Some(verdict))
            })
        }
        // If the client cancelled in the meantime, it is on another page, and the hook's response no longer matters.
        _ => live.show_unchanged(None),
    }
}

/// Every call needs a `stateHandle`; `introspect` accepts two other handles instead.
fn missing_handle(endpoint: Endpoint, body: &IdxBody) -> Option<Refusal> {
    let is_present = match endpoint {
        Endpoint::Introspect => {
            body.state_handle.is_some()
                || body.interaction_handle.is_some()
                || body.state_token.is_some()
        }
        _ => body.state_handle.is_some(),
    };
    (!is_present).then(|| Refusal::with(&refusal::STATE_HANDLE_MISSING, None, &["stateHandle"]))
}

fn no_session(refusal: &Refusal) -> Answer {
    let definition = refusal.definition;
    let body = render::no_session(&refusal.notices);
    Answer {
        trace: Trace { refusal: Some(definition.id), ..Trace::default() },
        ..Answer::plain(Reply::Idx { status: definition.status, body })
    }
}

/// A transaction that has not expired.
struct LiveTransaction<'a> {
    view: View<'a>,
    base: &'a str,
    app: &'a App,
    transaction: &'a Arc<Transaction>,
}

impl<'a> LiveTransaction<'a> {
    fn find(view: View<'a>, env: &Env, base: &'a str) -> Result<Self, Box<Answer>> {
        let alive = view.transaction().filter(|transaction| env.now < transaction.expires_at);
        let found = alive.and_then(|transaction| {
            Some((transaction, view.org().app(&transaction.interact.client_id)?))
        });
        match found {
            Some((transaction, app)) => Ok(Self { view, base, app, transaction }),
            None => Err(Box::new(no_session(&Refusal::of(&refusal::SESSION_EXPIRED)))),
        }
    }

    /// Handles every endpoint but `introspect`.
    fn act(&self, env: &mut Env, endpoint: Endpoint, body: &IdxBody) -> Outcome {
        let context = self.context(self.transaction, self.view.user());
        let page = self.transaction.step.page(&context);
        Outcome::Answer(match page.action(endpoint, body) {
            Ok((_, Action::Cancel)) => self.start_again(env),
            Ok((edge, Action::Stay)) => self.show_unchanged(Some(edge)),
            Ok((edge, Action::SignUp(form))) => return self.sign_up(env, edge, &form),
            Ok((edge, Action::Take(take))) => {
                self.step_on(env, edge, |cx| transition::take(cx, take))
            }
            Err(Rejection::Waiting) => self.show_unchanged(None),
            Err(Rejection::NotOffered) => self.not_offered(endpoint),
            Err(Rejection::Invalid { edge, refusal }) => {
                self.refused(&refusal, Some(edge), Vec::new())
            }
        })
    }

    /// The start page, under a new handle. A user who has been created stays STAGED.
    fn start_again(&self, env: &mut Env) -> Answer {
        let state_handle = ids::state_handle(env).into();
        let started =
            self.transaction.advance(Step::Start(Start), Progress::default(), self.view.org(), env);
        let transaction = Transaction { state_handle, older_handles: Vec::new(), ..started };
        self.moved(transaction, None, "cancel", Vec::new(), Vec::new())
    }

    /// If the org has an inline hook, the server calls it once the form is valid, before it creates the user.
    fn sign_up(&self, env: &mut Env, edge: &'static str, form: &ProfileForm<'_>) -> Outcome {
        let policies = self.view.org().resolve(self.app, None);
        let login_is_taken = self.view.user_by_login().is_some();
        if let Some(hook) = policies.profile_enrollment.pre_registration_inline_hooks.first()
            && let Ok(profile) = enroll_profile::check(&policies, login_is_taken, form)
        {
            let waiting = Step::AwaitingHook(AwaitingHook::new(form));
            return Outcome::Ask(Ask {
                changes: vec![Change::Transaction(Arc::new(self.transaction.in_place(waiting)))],
                call: hook::call(hook, &profile, env),
            });
        }
        Outcome::Answer(self.step_on(env, edge, |cx| transition::sign_up(cx, form, None)))
    }

    /// Lets a step handle an action, and renders the page that follows.
    fn step_on(
        &self,
        env: &mut Env,
        edge: &'static str,
        handle: impl FnOnce(&mut Cx<'_>) -> Result<Step, Refusal>,
    ) -> Answer {
        let mut cx = Cx::new(self.view, self.app, self.base, env);
        match handle(&mut cx) {
            // Nothing happened, for example if the user selects the password while they enroll it. A new code is an event, even if it equals the last one.
            Ok(next) if next == self.transaction.step && !cx.writes.any() => {
                self.show_unchanged(Some(edge))
            }
            Ok(next) => {
                let Moved { user, progress, changes, effects } = cx.into_moved();
                let transaction = self.transaction.advance(next, progress, self.view.org(), env);
                self.moved(transaction, user.as_ref(), edge, changes, effects)
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
            // The client submitted the form twice: the first time has already moved the transaction on.
            Endpoint::EnrollNew if step.user().is_some() => self.show_unchanged(None),
            Endpoint::ChallengePoll if step.user().is_some() && self.has_sent_email() => {
                self.stale_poll()
            }
            Endpoint::Enroll if matches!(step, Step::Start(_)) => {
                self.refused(&Refusal::of(&refusal::SIGN_UP_UNAVAILABLE), None, Vec::new())
            }
            _ => self.refused(&Refusal::of(&refusal::NOT_OFFERED), None, Vec::new()),
        }
    }

    fn has_sent_email(&self) -> bool {
        !self.transaction.links.is_empty()
    }

    /// A tab polls an email page that the transaction has left. The tab sees the current page, so that it can follow.
    /// Inferred: if another tab has received the interaction code, the tab sees the end instead.
    fn stale_poll(&self) -> Answer {
        match &self.transaction.step {
            Step::Success(success) if !success.awaits_poll || success.redeemed => {
                let refusal = refusal::TRANSFERRED.id();
                let end = Step::Terminal(Terminal { user: Some(success.user.clone()), refusal });
                let mut answer = self.show(&self.transaction.in_place(end), self.view.user(), None);
                answer.trace.step_after = answer.trace.step_before;
                answer
            }
            _ => self.show_unchanged(None),
        }
    }

    fn moved(
        &self,
        transaction: Transaction,
        user: Option<&Arc<User>>,
        edge: &'static str,
        mut changes: Vec<Change>,
        effects: Vec<Effect>,
    ) -> Answer {
        let transaction = Arc::new(transaction);
        let answer = self.show(&transaction, user, Some(edge));
        changes.push(Change::Transaction(transaction));
        Answer { changes, effects, ..answer }
    }

    fn refused(
        &self,
        refusal: &Refusal,
        edge: Option<&'static str>,
        mut changes: Vec<Change>,
    ) -> Answer {
        let definition = refusal.definition;
        let shown = self.shown_with(refusal);
        let (body, mut trace) =
            self.render(&shown, self.view.user(), &refusal.notices, |response| {
                match render::renders_page(definition.placement) {
                    true => response.build(),
                    false => response.build_end(),
                }
            });
        trace.step_after = trace.step_before;
        trace.edge = edge;
        trace.refusal = Some(definition.id);
        if let Step::AwaitingHook(_) = self.transaction.step {
            let form = self.transaction.in_place(Step::EnrollProfile(EnrollProfile));
            changes.push(Change::Transaction(Arc::new(form)));
        }
        let status = match definition.has(Exception::StatusFromOrg) {
            true => self.view.org().password_error_status,
            false => definition.status,
        };
        Answer { changes, trace, ..Answer::plain(Reply::Idx { status, body }) }
    }

    /// The page under a refusal: the current page, or the list of authenticators if the refusal says so.
    fn shown_with(&self, refusal: &Refusal) -> Transaction {
        let mut shown = Transaction::clone(self.transaction);
        if let (true, Some(user)) = (refusal.definition.has(Exception::OverList), self.view.user())
        {
            let user = user.id.clone();
            shown.step = Step::SelectAuthenticator(SelectAuthenticator { user });
        }
        shown
    }

    /// The current page again. `edge` is the action that led to it.
    fn show_unchanged(&self, edge: Option<&'static str>) -> Answer {
        self.show(self.transaction, self.view.user(), edge)
    }

    fn show(
        &self,
        transaction: &Transaction,
        user: Option<&Arc<User>>,
        edge: Option<&'static str>,
    ) -> Answer {
        let (body, mut trace) = self.render(transaction, user, &[], |response| response.build());
        trace.edge = edge;
        let status = match &transaction.step {
            Step::Terminal(terminal) => {
                let definition = terminal.refusal.definition();
                trace.refusal = Some(definition.id);
                definition.status
            }
            _ => 200,
        };
        Answer { trace, ..Answer::plain(Reply::Idx { status, body }) }
    }

    fn render(
        &self,
        transaction: &Transaction,
        user: Option<&Arc<User>>,
        notices: &[Notice],
        build: impl FnOnce(&ResponseBuilder<'_, '_>) -> Vec<u8>,
    ) -> (Vec<u8>, Trace) {
        let user = user.filter(|_| transaction.step.user().is_some());
        let context = self.context(transaction, user);
        let page = transaction.step.page(&context);
        let body =
            build(&ResponseBuilder { base: self.base, context, transaction, page: &page, notices });
        let trace = Trace {
            transaction: Some(transaction.number),
            step_before: Some(self.transaction.step.name()),
            step_after: Some(transaction.step.name()),
            why: page.why,
            ..Trace::default()
        };
        (body, trace)
    }

    fn context<'s>(
        &'s self,
        transaction: &'s Transaction,
        user: Option<&'s Arc<User>>,
    ) -> PageContext<'s> {
        let user = user.map(AsRef::as_ref);
        PageContext {
            org: self.view.org(),
            policies: self.view.org().resolve(self.app, user),
            app: self.app,
            user,
            proofs: &transaction.proofs,
        }
    }
}
