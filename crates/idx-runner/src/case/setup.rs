//! What every case needs, whether a scenario or a command drives it: a test bed, a recording proxy, an account, and the verdict on the record.

use idx_judge::Ledger;
use idx_judge::exchange::Exchange;
use idx_judge::rules::{self, Breach, Facts, KnownClient, RuleOutcomes};
use idx_scenario::{ClientType, OrgChoice};

use super::test_bed::TestBed;
use crate::control::{ControlError, OrgClient};
use crate::drivers::Account;
use crate::event::Verdict;
use crate::proxy::{ProxySettings, RecordingProxy};
use crate::seed::Seed;
use crate::settings::{ClientChoice, Settings};

/// The redirect URI of clients that have none registered.
const DEFAULT_REDIRECT_URI: &str = "http://localhost:8080/login/callback";

/// A server with a recording proxy in front of it, and the client's account there.
#[derive(Debug)]
pub(crate) struct CaseSetup {
    pub(crate) bed: TestBed,
    pub(crate) proxy: RecordingProxy,
    pub(crate) account: Account,
    facts: Facts,
}

/// Why a case could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The org could not be created or deleted.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// No port was free.
    #[error("the proxy could not listen: {0}")]
    Proxy(#[source] std::io::Error),
    /// The org has no client of the required type.
    #[error("the org has no {0} client; add one in `[[apps]]`")]
    NoClient(&'static str),
}

/// What the rules say about a record.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) verdict: Verdict,
    pub(crate) breaches: Vec<Breach>,
    pub(crate) outcomes: RuleOutcomes,
    pub(crate) exchanges: Vec<Exchange>,
}

impl CaseSetup {
    /// Creates the org, or uses the target, and starts the proxy. `proxy` adapts the proxy's settings.
    pub(crate) async fn open(
        org: &OrgChoice,
        client: ClientType,
        frozen_at: Option<&'static str>,
        settings: &Settings,
        seed: &Seed,
        proxy: impl FnOnce(ProxySettings) -> ProxySettings,
    ) -> Result<Self, SetupError> {
        let bed = TestBed::open(org, settings, seed, frozen_at).await?;
        let proxy_settings = proxy(settings.proxy(&bed.origin));
        let is_newer_server = proxy_settings.newer_server;
        let proxy = RecordingProxy::start(proxy_settings).await.map_err(SetupError::Proxy)?;
        proxy.record().set_org_time(bed.frozen_at.map(ToOwned::to_owned));
        let account = account(&bed, client, proxy.base_url())?;
        let facts = Facts {
            is_tls: settings.tls.is_some(),
            is_newer_server,
            dates_are_org_time: settings.server.target().is_some(),
            signed_origin: settings.server.target().map(|target| target.issuer.origin().to_owned()),
            clients: known_clients(&bed.clients),
        };
        Ok(Self { bed, proxy, account, facts })
    }

    /// Judges everything that the proxy recorded. `of_steps` is the verdict on the steps, or on the command.
    pub(crate) fn judge(&self, of_steps: Verdict, settings: &Settings) -> Judgement {
        let exchanges = self.proxy.record().since(0);
        // Every case has an org of its own, but all cases use the same target.
        let ledger = match settings.server.target() {
            Some(_) => settings.ledger.clone(),
            None => Ledger::default(),
        };
        let rules::Judgement { breaches, outcomes } =
            rules_of(&exchanges, &self.facts, &ledger, settings);
        let verdict = verdict(of_steps, &breaches, settings);
        Judgement { verdict, breaches, outcomes, exchanges }
    }

    /// Deletes the org.
    pub(crate) async fn close(&self) -> Result<(), SetupError> {
        Ok(self.bed.close().await?)
    }
}

impl Judgement {
    /// Adds the record of another org, which the command created.
    pub(crate) fn add_org(
        &mut self,
        clients: &[OrgClient],
        exchanges: Vec<Exchange>,
        settings: &Settings,
    ) {
        let facts = Facts {
            is_tls: settings.tls.is_some(),
            is_newer_server: false,
            dates_are_org_time: false,
            signed_origin: None,
            clients: known_clients(clients),
        };
        let offset = self.exchanges.len();
        let rules::Judgement { breaches, outcomes } = rules::judge(&exchanges, &facts);
        self.outcomes.add(&outcomes);
        self.verdict = verdict(self.verdict, &breaches, settings);
        self.breaches.extend(
            breaches
                .into_iter()
                .map(|breach| Breach { exchange: breach.exchange + offset, ..breach }),
        );
        self.exchanges.extend(exchanges);
    }
}

/// What the rules find. At a target, the built-in client is only a tool of the harness, so no rule judges it.
fn rules_of(
    exchanges: &[Exchange],
    facts: &Facts,
    ledger: &Ledger,
    settings: &Settings,
) -> rules::Judgement {
    let judgement = rules::judge_in_run(exchanges, facts, ledger);
    let is_tool =
        settings.server.target().is_some() && matches!(settings.client, ClientChoice::Wire);
    if is_tool { judgement.of_server() } else { judgement }
}

fn known_clients(clients: &[OrgClient]) -> Vec<KnownClient> {
    let known = |client: &OrgClient| KnownClient {
        id: client.client_id.clone(),
        secret: client.client_secret.clone(),
    };
    clients.iter().map(known).collect()
}

/// The worst of the steps' verdict and the rules'. A warning does not turn an unsupported case into one that ran.
fn verdict(of_steps: Verdict, breaches: &[Breach], settings: &Settings) -> Verdict {
    let of_rules = breaches.iter().map(|breach| settings.verdict_on(breach.rule.level));
    let counts =
        |of_rule: &Verdict| *of_rule != Verdict::Warned || of_steps != Verdict::Unsupported;
    of_rules.filter(counts).chain([of_steps]).max().unwrap_or(of_steps)
}

/// The org's client of the required type, at the proxy's address.
fn account(bed: &TestBed, client: ClientType, proxy: &str) -> Result<Account, SetupError> {
    let is_confidential = client == ClientType::Confidential;
    let required = if is_confidential { "confidential" } else { "public" };
    let of_type = bed.clients.iter().find(|found| found.client_secret.is_some() == is_confidential);
    // A target has one client, which can be of either type.
    let only = bed.clients.first().filter(|_| client == ClientType::Any && bed.control.is_none());
    let found = of_type.or(only).ok_or(SetupError::NoClient(required))?;
    let redirect_uri = found.redirect_uris.first().map_or(DEFAULT_REDIRECT_URI, String::as_str);
    Ok(Account {
        base_url: proxy.to_owned(),
        issuer: bed.issuer.replacen(&bed.origin, proxy, 1),
        client_id: found.client_id.clone(),
        client_secret: found.client_secret.clone(),
        redirect_uri: redirect_uri.replacen('*', "8080/login/callback", 1),
    })
}
