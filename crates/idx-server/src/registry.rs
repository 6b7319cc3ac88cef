//! The orgs of a server: the first one, and those that the control API adds.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use idx_engine::Org;
use tokio::sync::watch;

use crate::address::{Address, PublicUrl};
use crate::clock::ClockStart;
use crate::description::Description;
use crate::events::Events;
use crate::listen::{ListenError, Sockets};
use crate::running_org::RunningOrg;
use crate::service::Port;
use crate::strangers::Door;
use crate::tls::Tls;

/// The id of the org that a server starts with.
pub(crate) const FIRST: &str = "default";
/// The greatest length of an id, so that `{id}.localhost` stays a host name.
const ID_LENGTH: usize = 40;

/// All orgs by their ids.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) door: Door,
    pub(crate) tls: Option<Tls>,
    events: Events,
    /// Where the first org listens; the others take ports of the same address.
    listen: OnceLock<SocketAddr>,
    orgs: Mutex<Orgs>,
}

#[derive(Debug, Default)]
struct Orgs {
    by_id: BTreeMap<String, Tenant>,
    added: u64,
}

#[derive(Debug)]
struct Tenant {
    org: Arc<RunningOrg>,
    /// Dropped with the org: its sockets then close.
    _stop: Option<watch::Sender<()>>,
}

/// An org that is to be added.
#[derive(Debug)]
pub(crate) struct NewOrg {
    pub(crate) id: Option<String>,
    pub(crate) document: Org,
    pub(crate) seed: u64,
    /// None: by Host name only.
    pub(crate) port: Option<u16>,
    pub(crate) clock: ClockStart,
}

/// Why an org was not added or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistryError {
    #[error("{0:?} is no id of an org; write 1 to {ID_LENGTH} of a-z, 0-9 and -")]
    Id(String),
    #[error("there is an org {0:?} already; delete it first, or choose another id")]
    Taken(String),
    #[error("there is no org {0:?}; `GET orgs` lists those there are")]
    Unknown(String),
    #[error(
        "the first org cannot be deleted; `POST reset` starts it again, and stopping the server ends it"
    )]
    First,
    #[error(transparent)]
    Listen(#[from] ListenError),
}

impl Registry {
    pub(crate) fn new(door: Door, tls: Option<Tls>, events: Events) -> Self {
        Self { door, tls, events, listen: OnceLock::new(), orgs: Mutex::default() }
    }

    /// Adds the first org at the address that it listens on.
    pub(crate) fn open(
        &self,
        document: Org,
        seed: u64,
        listen: SocketAddr,
        public: Option<&PublicUrl>,
    ) -> Arc<RunningOrg> {
        let _ = self.listen.set(listen);
        let address = Address::new(self.scheme(), listen, public);
        let org = RunningOrg::new(
            FIRST.to_owned(),
            Arc::new(document),
            seed,
            address,
            ClockStart::default(),
            self.events.clone(),
        );
        let org = Arc::new(org);
        self.lock().by_id.insert(FIRST.to_owned(), Tenant { org: Arc::clone(&org), _stop: None });
        org
    }

    pub(crate) fn get(&self, id: &str) -> Option<Arc<RunningOrg>> {
        self.lock().by_id.get(id).map(|tenant| Arc::clone(&tenant.org))
    }

    pub(crate) fn all(&self) -> Vec<Arc<RunningOrg>> {
        self.lock().by_id.values().map(|tenant| Arc::clone(&tenant.org)).collect()
    }

    /// Adds an org and, unless it goes by name alone, listens for it.
    pub(crate) async fn add(
        self: &Arc<Self>,
        new: NewOrg,
    ) -> Result<Arc<RunningOrg>, RegistryError> {
        let id = self.free_id(new.id)?;
        let mut listen = *self.listen.get_or_init(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        let sockets = match new.port {
            Some(port) => {
                listen.set_port(port);
                Some(Sockets::bind(listen).await?)
            }
            None => None,
        };
        let address = match &sockets {
            Some(sockets) => Address::new(self.scheme(), sockets.address, None),
            None => Address::named(self.scheme(), &format!("{id}.localhost"), listen.port()),
        };
        let document = Arc::new(new.document);
        let org = RunningOrg::new(
            id.clone(),
            document,
            new.seed,
            address,
            new.clock,
            self.events.clone(),
        );
        let org = Arc::new(org);
        let stop = sockets.map(|sockets| {
            let (stop, stopped) = watch::channel(());
            let port = Port { registry: Arc::clone(self), org: Arc::clone(&org), is_first: false };
            tokio::spawn(sockets.serve(Arc::new(port), stopped));
            stop
        });
        let mut orgs = self.lock();
        if orgs.by_id.contains_key(&id) {
            return Err(RegistryError::Taken(id));
        }
        orgs.by_id.insert(id, Tenant { org: Arc::clone(&org), _stop: stop });
        Ok(org)
    }

    /// Removes an org; its port is free as soon as answers on the way are out.
    pub(crate) fn remove(&self, id: &str) -> Result<(), RegistryError> {
        if id == FIRST {
            return Err(RegistryError::First);
        }
        self.lock().by_id.remove(id).map(drop).ok_or_else(|| RegistryError::Unknown(id.to_owned()))
    }

    /// What every address of this server begins with.
    fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// The document that `serve --json` and `POST orgs` print.
    pub(crate) fn describe(&self, org: &RunningOrg) -> Description {
        let authority = self.tls.as_ref().map(|tls| tls.authority_file.as_path());
        Description::of(org, authority, self.door.token())
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

    fn lock(&self) -> MutexGuard<'_, Orgs> {
        self.orgs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_id(id: &str) -> bool {
    (1..=ID_LENGTH).contains(&id.len())
        && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry() -> Arc<Registry> {
        let registry = Arc::new(Registry::new(Door::new(None, None), None, Events::default()));
        registry.open(document(), 7, "127.0.0.1:6480".parse().unwrap(), None);
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
    async fn orgs_come_and_go_and_the_first_stays() {
        let registry = registry();
        let org = registry.add(by_name(None)).await.unwrap();
        assert_eq!(org.address.base_url, format!("http://{}.localhost:6480", org.id));
        assert!(registry.get(&org.id).is_some());
        registry.remove(&org.id).unwrap();
        assert!(registry.get(&org.id).is_none());
        assert!(matches!(registry.remove(&org.id), Err(RegistryError::Unknown(_))));
        assert!(matches!(registry.remove(FIRST), Err(RegistryError::First)));
        assert_eq!(registry.all().len(), 1);
    }

    #[tokio::test]
    async fn ids_are_host_names_and_unique() {
        let registry = registry();
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

    #[tokio::test]
    async fn a_removed_org_gives_its_port_back() {
        let registry = registry();
        let org = registry.add(NewOrg { port: Some(0), ..by_name(None) }).await.unwrap();
        let address: SocketAddr =
            org.address.base_url.trim_start_matches("http://").parse().unwrap();
        tokio::net::TcpStream::connect(address).await.unwrap();
        registry.remove(&org.id).unwrap();
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }
}
