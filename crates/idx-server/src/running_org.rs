//! An org that runs: the engine's world with a clock, an inbox and a journal around it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use idx_engine::{Delivery, Effect, Env, Loaded, Needs, Org, World};
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::address::Address;
use crate::clock::{Clock, ClockStart};
use crate::events::{Event, Events};
use crate::faults::{Acting, Faults, Kind};
use crate::inbox::{Inbox, Message};
use crate::journal::{Entry, Journal};

/// An org that runs.
#[derive(Debug)]
pub(crate) struct RunningOrg {
    pub(crate) id: String,
    pub(crate) document: Arc<Org>,
    pub(crate) seed: u64,
    pub(crate) address: Address,
    clock: ClockStart,
    /// Rings whenever a message arrives.
    pub(crate) arrivals: Notify,
    events: Events,
    /// One plain mutex an org. Nothing is awaited, hashed or signed while it is held.
    state: Mutex<State>,
}

/// What changes.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) clock: Clock,
    pub(crate) inbox: Inbox,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
}

impl RunningOrg {
    pub(crate) fn new(
        id: String,
        document: Arc<Org>,
        seed: u64,
        address: Address,
        clock: ClockStart,
        events: Events,
    ) -> Self {
        let state = Mutex::new(State::new(&document, seed, clock));
        Self { id, document, seed, address, clock, arrivals: Notify::new(), events, state }
    }

    /// The state. A thread that panicked while it held the lock has lost its own exchange, not everybody's org.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the org again, clock and random streams included.
    pub(crate) fn reset(&self) {
        *self.lock() = State::new(&self.document, self.seed, self.clock);
    }

    /// Tells who listens, with nothing locked.
    pub(crate) fn announce(&self, exchange: &Entry, messages: &[Arc<Message>]) {
        self.events.send(|| Event::Exchange {
            org: self.id.clone(),
            at: exchange.at,
            method: exchange.head.method().to_owned(),
            path: exchange.head.path().to_owned(),
            status: exchange.answer.status.as_u16(),
            trace: exchange.trace.clone(),
        });
        if messages.is_empty() {
            return;
        }
        self.arrivals.notify_waiters();
        for message in messages {
            let Delivery { channel, to, otp, link, .. } = &message.delivery;
            self.events.send(|| Event::Message {
                org: self.id.clone(),
                at: message.sent_at,
                channel: *channel,
                to: to.clone(),
                otp: otp.clone(),
                link: link.clone(),
            });
        }
    }
}

impl State {
    fn new(document: &Arc<Org>, seed: u64, clock: ClockStart) -> Self {
        Self {
            world: World::new(Arc::clone(document), seed),
            clock: Clock::starting(clock),
            inbox: Inbox::default(),
            journal: Journal::default(),
            faults: Faults::default(),
        }
    }

    /// What a call may read, its time and randomness, and whether there are faults to look out for.
    pub(crate) fn load(&mut self, needs: &Needs) -> (Loaded, Env, bool) {
        let now = self.clock.now();
        let loaded = self.world.load(needs);
        let env = self.world.env(&loaded, now);
        (loaded, env, !self.faults.is_empty())
    }

    /// Puts what is to be sent into the inbox, unless a fault is in the way.
    pub(crate) fn carry_out(
        &mut self,
        effects: Vec<Effect>,
        now: Timestamp,
        fault: Option<&Acting>,
    ) -> Vec<Arc<Message>> {
        let mut sent = Vec::new();
        for Effect::Deliver(delivery) in effects {
            match fault.map(|acting| acting.fault.kind) {
                Some(Kind::MessageLost) => {}
                Some(Kind::MessageLate) => {
                    let late = fault.and_then(|acting| acting.fault.length()).unwrap_or_default();
                    self.inbox
                        .deliver_late(delivery, now.saturating_add(late).unwrap_or(Timestamp::MAX));
                }
                Some(Kind::MessageDuplicate) => {
                    sent.push(self.inbox.deliver(delivery.clone(), now));
                    sent.push(self.inbox.deliver(delivery, now));
                }
                _ => sent.push(self.inbox.deliver(delivery, now)),
            }
        }
        sent
    }
}
