//! An org on a port of its own, served by a thread of its own, gone on drop.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::thread::JoinHandle;

use idx_server::{
    Authority, AuthorityError, Description, Events, Org, OrgDocument, OrgDocumentError, Server,
    Settings, StoreKind, draw_seed, presets,
};
use tokio::runtime;
use tokio::sync::oneshot;

/// A running org. It has a thread and a runtime of its own, so it answers whatever the test's runtime is busy with, and it stops when
/// this value is dropped.
#[derive(Debug)]
pub struct Emulator {
    description: Description,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// How an emulator is to start.
#[derive(Debug, Clone, Default)]
#[must_use = "nothing runs before `start` is called"]
pub struct Builder {
    source: Source,
    seed: Option<u64>,
    listen: Option<SocketAddr>,
    tls: Option<PathBuf>,
    store: StoreKind,
}

#[derive(Debug, Clone, Default)]
enum Source {
    #[default]
    Default,
    Preset(String),
    Document(String),
    File(PathBuf),
}

/// The emulator could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The preset is unknown, or the org document cannot be read or has mistakes.
    #[error(transparent)]
    Org(#[from] OrgDocumentError),
    /// The certificate authority for TLS cannot be read or created.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The port is in use, or the address does not belong to this machine.
    #[error(transparent)]
    Server(#[from] idx_server::StartError),
    /// The system could not start a thread.
    #[error("failed to start the emulator's thread: {0}")]
    Thread(std::io::Error),
}

impl Emulator {
    /// Starts the default preset on a free port of the loopback address.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Starts something else.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The origin, without a closing slash.
    pub fn base_url(&self) -> &str {
        &self.description.base_url
    }

    /// The issuer of the custom authorization server `default`.
    pub fn issuer(&self) -> &str {
        &self.description.issuer
    }

    /// The issuer of the org's own authorization server.
    pub fn org_issuer(&self) -> &str {
        &self.description.org_issuer
    }

    /// The client id of the first app, which is public in every preset.
    pub fn client_id(&self) -> &str {
        self.description.clients.first().map_or("", |client| &client.client_id)
    }

    /// The control API: messages, clock, users, journal, orgs, reset.
    pub fn control_url(&self) -> &str {
        &self.description.control_url
    }

    /// The page for people.
    pub fn inbox_url(&self) -> &str {
        &self.description.inbox_url
    }

    /// All of the above, the clients and the seed.
    pub fn description(&self) -> &Description {
        &self.description
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // The port is free once the thread is gone.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Builder {
    /// Takes a built-in org by its name.
    pub fn preset(mut self, name: impl Into<String>) -> Self {
        self.source = Source::Preset(name.into());
        self
    }

    /// Takes an org document in TOML.
    pub fn document(mut self, toml: impl Into<String>) -> Self {
        self.source = Source::Document(toml.into());
        self
    }

    /// Takes an org document from a file.
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.source = Source::File(path.into());
        self
    }

    /// Makes codes, handles and ids the same each time.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Listens there instead of on a free port of the loopback address.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = Some(address);
        self
    }

    /// Speaks TLS, with certificates of the authority in this PEM file; its key is beside it, as `FILE.key`. Both are made where neither is there.
    pub fn tls(mut self, authority: impl Into<PathBuf>) -> Self {
        self.tls = Some(authority.into());
        self
    }

    #[doc(hidden)]
    pub fn store(mut self, kind: StoreKind) -> Self {
        self.store = kind;
        self
    }

    /// Starts it. When this returns, connections are accepted.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let settings = Settings {
            org: self.source.org()?,
            listen: self.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 0).into()),
            public_url: None,
            seed: self.seed.unwrap_or_else(draw_seed),
            control_token: None,
            tls: self.tls.as_deref().map(Authority::read_or_make).transpose()?,
            store: self.store,
            events: Events::default(),
        };
        let (ready, started) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("idxlab".to_owned())
            .spawn(move || serve(settings, ready, stopped))
            .map_err(StartError::Thread)?;
        match started.await {
            Ok(Ok(description)) => {
                Ok(Emulator { description, stop: Some(stop), thread: Some(thread) })
            }
            Ok(Err(error)) => Err(error),
            Err(_) => {
                Err(StartError::Thread(std::io::Error::other("it ended before it began to listen")))
            }
        }
    }
}

/// The thread's whole life.
fn serve(
    settings: Settings,
    ready: oneshot::Sender<Result<Description, StartError>>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = ready.send(Err(StartError::Thread(error)));
            return;
        }
    };
    runtime.block_on(async {
        let server = match Server::bind(settings).await {
            Ok(server) => server,
            Err(error) => {
                let _ = ready.send(Err(error.into()));
                return;
            }
        };
        let _ = ready.send(Ok(server.description()));
        // Whoever drops the emulator is done with it: connections end at once, with the runtime.
        tokio::select! {
            () = server.serve(std::future::pending()) => {}
            _ = stopped => {}
        }
    });
}

impl Source {
    fn org(&self) -> Result<Org, OrgDocumentError> {
        match self {
            Self::Default => Ok(Org::preset(presets::ALL[0].name)?),
            Self::Preset(name) => Ok(Org::preset(name)?),
            Self::Document(text) => Ok(Org::from_toml(text, "document")?),
            Self::File(path) => Ok(OrgDocument::read_file(path)?.org),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn emulator_accepts_connections_until_it_is_dropped() {
        let emulator = Emulator::builder().seed(7).start().await.unwrap();
        let address = emulator.base_url().trim_start_matches("http://").to_owned();
        assert!(tokio::net::TcpStream::connect(&address).await.is_ok());
        assert_eq!(emulator.description().seed, 7);
        drop(emulator);
        assert!(tokio::net::TcpStream::connect(&address).await.is_err());
    }

    #[tokio::test]
    async fn wrong_setting_is_reported_with_its_remedy() {
        let error = Emulator::builder().preset("magic-lnk").start().await.unwrap_err();
        assert_eq!(error.to_string(), "unknown preset `magic-lnk`; did you mean `magic-link`?");
        let error = Emulator::builder().document("presett = 1").start().await.unwrap_err();
        assert!(error.to_string().contains(" --> document:1:1"), "{error}");

        let first = Emulator::start().await.unwrap();
        let taken = first.base_url().trim_start_matches("http://").parse().unwrap();
        let error = Emulator::builder().listen(taken).start().await.unwrap_err();
        assert!(matches!(error, StartError::Server(_)), "{error}");
    }
}
