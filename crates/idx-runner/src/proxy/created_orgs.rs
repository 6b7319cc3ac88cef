//! The orgs that a command creates through the control API. Each gets a recording proxy, so that its traffic is judged too.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use idx_judge::exchange::{Exchange, Request};
use idx_judge::http_message::HttpAnswer;

use super::listener::RecordingProxy;
use super::settings::{ChangedResponse, ControlResponses, ProxySettings};
use super::translation::Translation;
use crate::control::{Org, OrgClient};
use crate::tls::{Tls, Trust};

/// The path of the control API's calls on orgs.
const ORGS: &str = "/_idxlab/api/orgs";

/// The created orgs and their proxies.
#[derive(Debug)]
pub(crate) struct CreatedOrgs {
    tls: Option<Tls>,
    trust: Trust,
    orgs: Mutex<Vec<CreatedOrg>>,
}

#[derive(Debug)]
struct CreatedOrg {
    clients: Vec<OrgClient>,
    proxy: RecordingProxy,
    translation: Translation,
}

impl ControlResponses for CreatedOrgs {
    /// Starts the proxy of an org that this call created, and replaces the addresses of created orgs with their proxies'.
    fn change<'a>(
        self: Arc<Self>,
        request: &'a Request,
        response: HttpAnswer,
    ) -> ChangedResponse<'a> {
        Box::pin(async move {
            if !request.path().starts_with(ORGS) {
                return response;
            }
            let is_created = request.method == "POST" && response.status == 201;
            let org = response.json().filter(|_| is_created);
            if let Some(org) = org.and_then(|org| serde_json::from_value::<Org>(org).ok()) {
                self.follow(org).await;
            }
            self.with(|orgs| {
                orgs.iter().fold(response, |response, org| org.translation.answer(response))
            })
        })
    }
}

impl CreatedOrgs {
    pub(crate) fn new(tls: Option<Tls>, trust: Trust) -> Arc<Self> {
        Arc::new(Self { tls, trust, orgs: Mutex::default() })
    }

    /// For the settings of a proxy, which must not keep the orgs alive.
    pub(crate) fn downgraded(self: &Arc<Self>) -> Weak<dyn ControlResponses> {
        Arc::downgrade(self) as Weak<dyn ControlResponses>
    }

    /// An org whose proxy cannot listen stays reachable by its own address; its requests are missing from the record.
    async fn follow(self: &Arc<Self>, org: Org) {
        let Some(port) = org.base_url.rsplit(':').next().and_then(|port| port.parse::<u16>().ok())
        else {
            return;
        };
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let settings = ProxySettings {
            // A name such as `b.localhost` may not resolve here; the client's Host header names the org.
            upstream: format!("{scheme}://127.0.0.1:{port}"),
            translates: false,
            tls: self.tls.clone(),
            trust: self.trust.clone(),
            tamper: None,
            newer_server: false,
            control_responses: Some(self.downgraded()),
        };
        let Ok(proxy) = RecordingProxy::start(settings).await else { return };
        let host = org.base_url.trim_end_matches(&port.to_string());
        let translation = Translation::new(&format!("{host}{}", proxy.port()), &org.base_url);
        self.with(|orgs| orgs.push(CreatedOrg { clients: org.clients, proxy, translation }));
    }

    /// The clients and the recorded exchanges of each created org.
    pub(crate) fn records(&self) -> Vec<(Vec<OrgClient>, Vec<Exchange>)> {
        self.with(|orgs| {
            orgs.iter().map(|org| (org.clients.clone(), org.proxy.record().since(0))).collect()
        })
    }

    /// The lock is not held across an await.
    fn with<T>(&self, look: impl FnOnce(&mut Vec<CreatedOrg>) -> T) -> T {
        look(&mut self.orgs.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
