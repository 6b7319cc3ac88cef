//! How a run is done: against what, through which client, how strictly.

use std::sync::Arc;

use super::target::Target;
use crate::drivers::adapter::AdapterPool;
use crate::event::{Part, Verdict};
use crate::proxy::{ProxySettings, Tamper};
use crate::tls::{Tls, Trust};
use idx_scenario::KnownFailures;
use idx_scenario::{Level, OrgChoice};

/// How a run is done.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What is run against.
    pub place: Place,
    /// What acts as the client.
    pub client: ClientChoice,
    /// What the proxy shows to clients, where they speak TLS.
    pub tls: Option<Tls>,
    /// Whom the proxy, the built-in client and the calls of the control API trust.
    pub trust: Trust,
    /// What everything drawn comes from.
    pub seed: u64,
    /// How many scenarios at once, 1 at least.
    pub jobs: usize,
    /// An org in place of each scenario's own.
    pub org: Option<OrgChoice>,
    /// Whether the first failure ends the run.
    pub fail_fast: bool,
    /// Whether a failed *should* is a failure.
    pub strict: bool,
    /// How often a scenario that fails is run again. One that passes then is *flaky*.
    pub retries: u32,
    /// Which scenarios the client is known to fail.
    pub known: KnownFailures,
    /// What changes answers on their way, when the harness itself is tested.
    pub tamper: Option<Arc<dyn Tamper>>,
    /// Which part of a run this is.
    pub part: Option<Part>,
    /// What stands after address and seed in the command that shows a failure again.
    pub reproduce_with: String,
}

/// What a run is run against.
#[derive(Debug, Clone)]
pub enum Place {
    /// An emulator; each scenario gets an org of its own.
    Emulator {
        /// Its control API.
        control_url: String,
    },
    /// A server that is not ours.
    Target(Target),
}

impl Place {
    pub(super) fn target(&self) -> Option<&Target> {
        match self {
            Self::Emulator { .. } => None,
            Self::Target(target) => Some(target),
        }
    }
}

/// What acts as the client.
#[derive(Debug, Clone)]
pub enum ClientChoice {
    /// The built-in one.
    Wire,
    /// One behind the adapter protocol.
    Adapter(Arc<AdapterPool>),
}

impl ClientChoice {
    /// Name and version, as known-failures files write them.
    #[must_use]
    pub fn identity(&self) -> (&str, &str) {
        match self {
            Self::Wire => ("wire", ""),
            Self::Adapter(pool) => (&pool.hello().client, &pool.hello().version),
        }
    }

    /// The client in a few words.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Wire => "the built-in wire client".to_owned(),
            Self::Adapter(pool) => format!("{} {}", pool.hello().client, pool.hello().version),
        }
    }
}

impl Settings {
    /// The built-in client over plain HTTP, one scenario at a time.
    #[must_use]
    pub fn against(place: Place) -> Self {
        Self {
            place,
            client: ClientChoice::Wire,
            tls: None,
            trust: Trust::nobody(),
            seed: 1,
            jobs: 1,
            org: None,
            fail_fast: false,
            strict: false,
            retries: 0,
            known: KnownFailures::default(),
            tamper: None,
            part: None,
            reproduce_with: String::new(),
        }
    }

    pub(super) fn proxy(&self, upstream: &str) -> ProxySettings {
        ProxySettings {
            upstream: upstream.to_owned(),
            is_foreign: matches!(self.place, Place::Target(_)),
            tls: self.tls.clone(),
            trust: self.trust.clone(),
            tamper: self.tamper.clone(),
            newer_server: false,
        }
    }

    /// What it means that something of this level does not hold.
    pub(super) fn verdict_on(&self, level: Level) -> Verdict {
        if level == Level::Should && !self.strict { Verdict::Warned } else { Verdict::Failed }
    }
}
