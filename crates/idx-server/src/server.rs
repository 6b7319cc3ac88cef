//! A server: binds its first address, serves every org, and stops them all.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use idx_engine::Org;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::access::{ControlGuard, ControlOrigin};
use crate::address::PublicUrl;
use crate::description::Description;
use crate::events::Events;
use crate::limits::Limits;
use crate::listen::{ListenError, Sockets};
use crate::random;
use crate::registry::{BoundOrg, Registry};
use crate::running_org::RunningOrg;
use crate::service::OrgService;
use crate::store::StoreKind;
use crate::tls::{Authority, AuthorityError, Tls};

/// How a server starts.
#[derive(Debug)]
pub struct Settings {
    /// The first org.
    pub org: Org,
    /// The listen address; port 0 selects a free port. A loopback address is served on both IPv4 and IPv6.
    pub listen: SocketAddr,
    /// The origin in responses, if it differs from the origin that the client used.
    pub public_url: Option<PublicUrl>,
    /// Determines codes, handles and ids.
    pub seed: u64,
    /// The token that the control API requires. If there is none and others than this machine can reach the server, a token is generated.
    pub control_token: Option<String>,
    /// The origins of other pages that can use the control API.
    pub control_origins: Vec<ControlOrigin>,
    /// Serves TLS with certificates of this authority.
    pub tls: Option<Authority>,
    /// Where the orgs' records live.
    pub store: StoreKind,
    /// Receives what happens in the orgs.
    pub events: Events,
    /// The limits of every collection.
    pub limits: Limits,
}

/// Why a server could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is in use, or the address does not belong to this machine.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// No certificate could be created.
    #[error(transparent)]
    Tls(#[from] AuthorityError),
}

/// A server whose first address is bound. Connections wait until the server is served.
#[derive(Debug)]
pub struct Server {
    org: Arc<RunningOrg>,
    registry: Arc<Registry>,
    bound: mpsc::UnboundedReceiver<BoundOrg>,
}

impl Server {
    /// Binds the address.
    pub async fn bind(settings: Settings) -> Result<Self, StartError> {
        let Settings {
            org,
            listen,
            public_url,
            seed,
            control_token,
            control_origins,
            tls,
            store,
            events,
            limits,
        } = settings;
        let sockets = Sockets::bind(listen).await?;
        let is_local =
            listen.ip().is_loopback() && public_url.as_ref().is_none_or(PublicUrl::is_loopback);
        let control_token = control_token.or_else(|| (!is_local).then(generate_token));
        let guard = ControlGuard::new(public_url.as_ref(), control_token, control_origins);
        let tls = match tls {
            Some(authority) => Some(Tls::new(authority, public_url.as_ref())?),
            None => None,
        };
        let (sender, bound) = mpsc::unbounded_channel();
        let registry = Arc::new(Registry::new(guard, tls, store, events, limits, sender));
        let org = registry.open(org, seed, sockets, public_url.as_ref());
        Ok(Self { org, registry, bound })
    }

    /// The first org, whose document can be replaced while the server runs.
    pub fn org(&self) -> ServedOrg {
        ServedOrg(Arc::clone(&self.org))
    }

    /// The first org's addresses, clients and seed.
    pub fn description(&self) -> Description {
        self.registry.describe(&self.org)
    }

    /// Serves every org until `stop` completes, then waits for the responses in progress.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let Self { registry, mut bound, .. } = self;
        let mut stop = pin!(stop);
        let mut serving = JoinSet::new();
        loop {
            tokio::select! {
                Some(org) = bound.recv() => {
                    serving.spawn(serve_org(Arc::clone(&registry), org));
                }
                Some(_) = serving.join_next() => {}
                () = &mut stop => break,
            }
        }
        registry.stop();
        serving.join_all().await;
    }
}

/// An org of a server that may be running.
#[derive(Debug, Clone)]
pub struct ServedOrg(Arc<RunningOrg>);

impl ServedOrg {
    /// Replaces the org document. Requests that arrive later see the new one, and a reset restores it.
    pub fn reload(&self, document: Org) {
        self.0.reload(Arc::new(document));
    }
}

async fn serve_org(registry: Arc<Registry>, bound: BoundOrg) {
    let tls = registry.tls.as_ref().map(|tls| tls.acceptor.clone());
    let connections = registry.connections.clone();
    let service = OrgService::new(registry, bound.org);
    bound.sockets.serve(Arc::new(service), tls, &connections, bound.stop).await;
}

fn generate_token() -> String {
    let mut bytes = [0; 24];
    random::fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
