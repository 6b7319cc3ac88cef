//! The orgs of a server: the first one, and those that the control API adds.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use idx_engine::{Epoch, Org};
use tokio::sync::{mpsc, watch};

use crate::access::ControlGuard;
use crate::address::{Address, PublicUrl};
use crate::clock::ClockStart;
use crate::connections::{Connections, Permit};
use crate::description::Description;
use crate::events::Events;
use crate::keys::SigningKey;
use crate::limits::Limits;
use crate::listen::{ListenError, Sockets};
use crate::running_org::RunningOrg;
use crate::store::{OrgStore, StoreKind};
use crate::tls::Tls;

/// The id of the server's first org.
pub(crate) const FIRST: &str = "default";
/// The maximum length of an id, so that `{id}.localhost` is a valid host name.
const ID_LENGTH: usize = 40;

/// An org listens on IPv4 and IPv6.
const SOCKETS_PER_ORG: u32 = 2;

/// All orgs by their ids.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) guard: ControlGuard,
    pub(crate) tls: Option<Tls>,
    store: StoreKind,
    events: Events,
    pub(crate) limits: Limits,
    pub(crate) connections: Connections,
    /// The first org's address. The other orgs use ports of the same address.
    listen: OnceLock<SocketAddr>,
    orgs: Mutex<Tenants>,
    /// Passes each org with bound sockets to the server, which serves it.
    bound: mpsc::UnboundedSender<BoundOrg>,
}

/// An org whose sockets are bound but not served yet.
#[derive(Debug)]
pub(crate) struct BoundOrg {
    pub(crate) org: Arc<RunningOrg>,
    pub(crate) sockets: Sockets,
    /// Its sender is dropped when the org is removed or the server stops.
    pub(crate) stop: watch::Receiver<()>,
}

#[derive(Debug, Default)]
struct Tenants {
    by_id: BTreeMap<String, Tenant>,
    added: u64,
}

#[derive(Debug)]
struct Tenant {
    org: Arc<RunningOrg>,
    /// Distinguishes the orgs with the same seed.
    twin: u64,
    /// Dropping it closes the org's sockets.
    stop: Option<watch::Sender<()>>,
    /// The handles of its sockets. The first org uses the reserve.
    _handles: Option<Permit>,
}

/// An org to add.
#[derive(Debug)]
pub(crate) struct NewOrg {
    pub(crate) id: Option<String>,
    pub(crate) document: Org,
    pub(crate) seed: u64,
    /// `None` for an org that is reachable by Host name only.
    pub(crate) port: Option<u16>,
    pub(crate) clock: ClockStart,
}

/// Why an org could not be added or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistryError {
    #[error("invalid org id {0:?}; use 1 to {ID_LENGTH} characters from a-z, 0-9 and -")]
    Id(String),
    #[error("org {0:?} already exists; delete it first, or choose another id")]
    Taken(String),
    #[error("unknown org {0:?}; `GET orgs` lists the orgs")]
    Unknown(String),
    #[error("the server has {0} orgs, which is its limit; delete an org first")]
    TooMany(usize),
    #[error(
        "the server has too few file handles left for another port; close connections, or delete an org"
    )]
    NoHandles,
    #[error("the first org cannot be deleted; use `POST reset` to restore its initial state")]
    First,
    #[error(transparent)]
    Listen(#[from] ListenError),
}

impl Registry {
    /// A registry that passes its orgs to `bound`.
    pub(crate) fn new(
        guard: ControlGuard,
        tls: Option<Tls>,
        store: StoreKind,
        events: Events,
        limits: Limits,
        bound: mpsc::UnboundedSender<BoundOrg>,
    ) -> Self {
        let (listen, orgs) = (OnceLock::new(), Mutex::default());
        let connections = Connections::new(limits.connections);
        Self { guard, tls, store, events, limits, connections, listen, orgs, bound }
    }

    /// Adds the first org.
    pub(crate) fn open(
        &self,
        document: Org,
        seed: u64,
        sockets: Sockets,
        public: Option<&PublicUrl>,
    ) -> Arc<RunningOrg> {
        let listen = *self.listen.get_or_init(|| sockets.address);
        let epoch = Epoch::first(seed, 0);
        let org = Arc::new(RunningOrg::new(
            FIRST.to_owned(),
            Arc::new(document),
            seed,
            SigningKey::of_first_org(),
            Address::new(self.scheme(), listen, public),
            OrgStore::new(self.store, seed, epoch, ClockStart::default(), self.limits),
            self.events.clone(),
        ));
        self.lock().insert(&org, 0, Some(self.start(&org, sockets)), None);
        org
    }

    pub(crate) fn get(&self, id: &str) -> Option<Arc<RunningOrg>> {
        self.lock().by_id.get(id).map(|tenant| Arc::clone(&tenant.org))
    }

    pub(crate) fn all(&self) -> Vec<Arc<RunningOrg>> {
        self.lock().by_id.values().map(|tenant| Arc::clone(&tenant.org)).collect()
    }

    /// Adds an org and, unless it is reachable by name only, listens on a port for it.
    pub(crate) async fn add(&self, new: NewOrg) -> Result<Arc<RunningOrg>, RegistryError> {
        let id = self.free_id(new.id)?;
        self.check_count()?;
        let mut listen = *self.listen.get_or_init(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        let mut handles = None;
        let sockets = match new.port {
            Some(port) => {
                let taken = self.connections.take(SOCKETS_PER_ORG);
                handles = Some(taken.ok_or(RegistryError::NoHandles)?);
                listen.set_port(port);
                Some(Sockets::bind(listen).await?)
            }
            None => None,
        };
        let address = match &sockets {
            Some(sockets) => Address::new(self.scheme(), sockets.address, None),
            None => Address::named(self.scheme(), &format!("{id}.localhost"), listen.port()),
        };
        let mut orgs = self.lock();
        if orgs.by_id.contains_key(&id) {
            return Err(RegistryError::Taken(id));
        }
        orgs.check_count(self.limits.orgs)?;
        let twin = orgs.free_twin(new.seed);
        let epoch = Epoch::first(new.seed, twin);
        let org = Arc::new(RunningOrg::new(
            id,
            Arc::new(new.document),
            new.seed,
            SigningKey::of_added_org(new.seed),
            address,
            OrgStore::new(self.store, new.seed, epoch, new.clock, self.limits),
            self.events.clone(),
        ));
        let stop = sockets.map(|sockets| self.start(&org, sockets));
        orgs.insert(&org, twin, stop, handles);
        Ok(org)
    }

    /// Passes an org to the server. The org is served until the sender is dropped.
    fn start(&self, org: &Arc<RunningOrg>, sockets: Sockets) -> watch::Sender<()> {
        let (sender, stop) = watch::channel(());
        // The receiver is dropped only when the server has stopped, and then nothing is to be served.
        let _ = self.bound.send(BoundOrg { org: Arc::clone(org), sockets, stop });
        sender
    }

    /// Removes an org. Its port is free once the responses in progress are sent.
    pub(crate) fn remove(&self, id: &str) -> Result<(), RegistryError> {
        if id == FIRST {
            return Err(RegistryError::First);
        }
        // The org is freed after the registry is unlocked.
        let removed = self.lock().by_id.remove(id);
        removed.map(drop).ok_or_else(|| RegistryError::Unknown(id.to_owned()))
    }

    /// Closes the sockets of every org.
    pub(crate) fn stop(&self) {
        for tenant in self.lock().by_id.values_mut() {
            tenant.stop = None;
        }
    }

    /// The scheme of every address of this server.
    fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// The document that `serve --json` prints and `POST orgs` returns.
    pub(crate) fn describe(&self, org: &RunningOrg) -> Description {
        let authority = self.tls.as_ref().map(|tls| tls.authority_file.as_path());
        Description::of(org, authority, self.guard.token())
    }

    fn free_id(&self, wanted: Option<String>) -> Result<String, RegistryError> {
        let mut orgs = self.lock();
        match wanted {
            Some(id) if !is_id(&id) => Err(RegistryError::Id(id)),
            Some(id) if orgs.by_id.contains_key(&id) => Err(RegistryError::Taken(id)),
            Some(id) => Ok(id),
            None => loop {
                orgs.added += 1;
                let id = format!("org-{}", orgs.added);
                if !orgs.by_id.contains_key(&id) {
                    return Ok(id);
                }
            },
        }
    }

    fn check_count(&self) -> Result<(), RegistryError> {
        self.lock().check_count(self.limits.orgs)
    }

    fn lock(&self) -> MutexGuard<'_, Tenants> {
        self.orgs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tenants {
    fn check_count(&self, limit: usize) -> Result<(), RegistryError> {
        if self.by_id.len() < limit { Ok(()) } else { Err(RegistryError::TooMany(limit)) }
    }

    fn insert(
        &mut self,
        org: &Arc<RunningOrg>,
        twin: u64,
        stop: Option<watch::Sender<()>>,
        handles: Option<Permit>,
    ) {
        let tenant = Tenant { org: Arc::clone(org), twin, stop, _handles: handles };
        self.by_id.insert(org.id.clone(), tenant);
    }

    /// The lowest number that no other org with this seed has. It is 0 for almost every org, so its tokens do not depend on the orgs beside it.
    fn free_twin(&self, seed: u64) -> u64 {
        let tenants = self.by_id.values().filter(|tenant| tenant.org.seed == seed);
        let taken: BTreeSet<u64> = tenants.map(|tenant| tenant.twin).collect();
        (0..).find(|twin| !taken.contains(twin)).unwrap_or_default()
    }
}

fn is_id(id: &str) -> bool {
    (1..=ID_LENGTH).contains(&id.len())
        && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn registry() -> Registry {
        let (bound, _) = mpsc::unbounded_channel();
        let guard = ControlGuard::default();
        let (events, limits) = (Events::default(), Limits { orgs: 3, ..Limits::default() });
        let registry = Registry::new(guard, None, StoreKind::Memory, events, limits, bound);
        let sockets = Sockets::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        registry.open(document(), 7, sockets, None);
        registry
    }

    fn document() -> Org {
        Org::preset("password-plus-another-factor").unwrap()
    }

    fn by_name(id: Option<&str>) -> NewOrg {
        NewOrg {
            id: id.map(str::to_owned),
            document: document(),
            seed: 7,
            port: None,
            clock: ClockStart::default(),
        }
    }

    #[tokio::test]
    async fn first_org_cannot_be_removed() {
        let registry = registry().await;
        let org = registry.add(by_name(None)).await.unwrap();
        let port = registry.listen.get().unwrap().port();
        assert_eq!(org.address.base_url, format!("http://{}.localhost:{port}", org.id));
        assert!(registry.get(&org.id).is_some());
        registry.remove(&org.id).unwrap();
        assert!(registry.get(&org.id).is_none());
        assert!(matches!(registry.remove(&org.id), Err(RegistryError::Unknown(_))));
        assert!(matches!(registry.remove(FIRST), Err(RegistryError::First)));
        assert_eq!(registry.all().len(), 1);
    }

    #[tokio::test]
    async fn number_of_orgs_is_limited() {
        let registry = registry().await;
        for _ in 0..2 {
            registry.add(by_name(None)).await.unwrap();
        }
        assert!(matches!(registry.add(by_name(None)).await, Err(RegistryError::TooMany(3))));
        registry.remove("org-1").unwrap();
        registry.add(by_name(None)).await.unwrap();
    }

    #[tokio::test]
    async fn invalid_and_duplicate_ids_are_refused() {
        let registry = registry().await;
        for wrong in ["", "A", "a.b", "a b", &"a".repeat(41)] {
            assert!(
                matches!(registry.add(by_name(Some(wrong))).await, Err(RegistryError::Id(_))),
                "{wrong}"
            );
        }
        registry.add(by_name(Some("org-1"))).await.unwrap();
        assert!(matches!(registry.add(by_name(Some("org-1"))).await, Err(RegistryError::Taken(_))));
        assert_eq!(registry.add(by_name(None)).await.unwrap().id, "org-2");
    }
}
