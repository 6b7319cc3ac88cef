//! An emulated org on its own port and thread. It stops when it is dropped.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::thread::JoinHandle;

use idx_server::{
    Authority, AuthorityError, Description, Events, Limits, Org, OrgDocument, OrgDocumentError,
    Server, Settings, StoreKind, draw_seed, presets,
};
use tokio::runtime;
use tokio::sync::oneshot;

/// A running org. It has its own thread and runtime, so it responds even while the test's runtime is busy. It stops when this value is
/// dropped.
#[derive(Debug)]
pub struct Emulator {
    description: Description,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The settings of an emulator.
#[derive(Debug, Clone, Default)]
#[must_use = "the emulator starts when `start` is called"]
pub struct Builder {
    source: Source,
    seed: Option<u64>,
    listen: Option<SocketAddr>,
    tls: Option<PathBuf>,
    store: StoreKind,
    limits: Limits,
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
    /// Starts the default preset on a free loopback port.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Configures an emulator before it starts.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The origin, without a trailing slash.
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

    /// The URL of the control API: messages, clock, users, journal, orgs, reset.
    pub fn control_url(&self) -> &str {
        &self.description.control_url
    }

    /// The URL of the inbox page.
    pub fn inbox_url(&self) -> &str {
        &self.description.inbox_url
    }

    /// All of these URLs, the clients and the seed.
    pub fn description(&self) -> &Description {
        &self.description
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // The port is free when the thread has ended.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Builder {
    /// Uses the preset with this name.
    pub fn preset(mut self, name: impl Into<String>) -> Self {
        self.source = Source::Preset(name.into());
        self
    }

    /// Uses this org document in TOML.
    pub fn document(mut self, toml: impl Into<String>) -> Self {
        self.source = Source::Document(toml.into());
        self
    }

    /// Uses the org document in this file.
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.source = Source::File(path.into());
        self
    }

    /// Sets the random seed. The same seed reproduces the same codes, handles and ids.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Listens on this address instead of a free loopback port.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = Some(address);
        self
    }

    /// Serves HTTPS with certificates signed by the CA in this PEM file and its key in `FILE.key`. If neither file exists, both are created.
    pub fn tls(mut self, authority: impl Into<PathBuf>) -> Self {
        self.tls = Some(authority.into());
        self
    }

    #[doc(hidden)]
    pub fn store(mut self, kind: StoreKind) -> Self {
        self.store = kind;
        self
    }

    #[doc(hidden)]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Starts the emulator. It accepts connections when this returns.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let settings = Settings {
            org: self.source.org()?,
            listen: self.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 0).into()),
            public_url: None,
            seed: self.seed.unwrap_or_else(draw_seed),
            control_token: None,
            control_origins: Vec::new(),
            tls: self.tls.as_deref().map(Authority::read_or_make).transpose()?,
            store: self.store,
            events: Events::default(),
            limits: self.limits,
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
                Err(StartError::Thread(std::io::Error::other("it ended before it was listening")))
            }
        }
    }
}

/// The body of the emulator's thread.
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
        // When the emulator is dropped, open connections end at once with the runtime.
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
    async fn invalid_setting_is_reported_with_its_fix() {
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
