//! The settings of a run.

use std::sync::Arc;

use crate::drivers::AdapterPool;
use crate::event::{Part, Verdict};
use crate::proxy::{ProxySettings, Tamper};
use crate::target::Target;
use crate::tls::{Tls, Trust};
use idx_judge::Ledger;
use idx_scenario::{KnownFailures, Level, OrgChoice};

/// How to run scenarios or a command.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The server under test.
    pub server: ServerChoice,
    /// The client under test.
    pub client: ClientChoice,
    /// What the proxy shows to clients, if they use TLS.
    pub tls: Option<Tls>,
    /// Which authorities the proxy, the built-in client and the calls of the control API trust.
    pub trust: Trust,
    /// The random seed. The same seed reproduces the same bytes.
    pub seed: u64,
    /// How many scenarios run at once; 0 counts as 1.
    pub jobs: usize,
    /// An org that replaces each scenario's own.
    pub org: Option<OrgChoice>,
    /// Whether the first failure ends the run.
    pub fail_fast: bool,
    /// Whether a broken *should* is a failure.
    pub strict: bool,
    /// How often a failed scenario runs again. If it passes then, it is *flaky*.
    pub retries: u32,
    /// The scenarios that the client is known to fail.
    pub known: KnownFailures,
    /// Changes responses on their way to the client. The tests of the harness use it.
    pub tamper: Option<Arc<dyn Tamper>>,
    /// Which part of a run this is.
    pub part: Option<Part>,
    /// The options that follow address and seed in the command that reproduces a failure.
    pub reproduce_with: String,
    /// What the target has issued in this run.
    pub ledger: Ledger,
}

/// The server under test.
#[derive(Debug, Clone)]
pub enum ServerChoice {
    /// An emulator. Each scenario gets an org of its own.
    Emulator {
        /// The address of the control API, `{baseUrl}/_idxlab/api`.
        control_url: String,
    },
    /// Any other server.
    Target(Target),
}

impl ServerChoice {
    pub(crate) fn target(&self) -> Option<&Target> {
        match self {
            Self::Emulator { .. } => None,
            Self::Target(target) => Some(target),
        }
    }
}

/// The client under test.
#[derive(Debug, Clone)]
pub enum ClientChoice {
    /// The built-in client.
    Wire,
    /// A client with an adapter.
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
    pub fn against(server: ServerChoice) -> Self {
        Self {
            server,
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
            ledger: Ledger::default(),
        }
    }

    pub(crate) fn proxy(&self, upstream: &str) -> ProxySettings {
        ProxySettings {
            upstream: upstream.to_owned(),
            translates: matches!(self.server, ServerChoice::Target(_)),
            tls: self.tls.clone(),
            trust: self.trust.clone(),
            tamper: self.tamper.clone(),
            newer_server: false,
            control_responses: None,
        }
    }

    /// The verdict if a requirement of this level is broken.
    pub(crate) fn verdict_on(&self, level: Level) -> Verdict {
        if level == Level::Should && !self.strict { Verdict::Warned } else { Verdict::Failed }
    }
}
