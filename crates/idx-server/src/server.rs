//! A server: bound, described, run and stopped.

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use idx_engine::Org;
use tokio::sync::watch;

use crate::address::PublicUrl;
use crate::description::Description;
use crate::events::Events;
use crate::listen::{ListenError, Sockets};
use crate::registry::Registry;
use crate::running_org::RunningOrg;
use crate::service::Port;
use crate::strangers::Door;
use crate::tls::{Authority, AuthorityError, Tls};

/// How a server starts.
#[derive(Debug)]
pub struct Settings {
    /// The first org.
    pub org: Org,
    /// Where it listens; port 0 takes a free one. A loopback address is listened on in IPv4 and IPv6.
    pub listen: SocketAddr,
    /// The origin that answers name, where it is not what the client called.
    pub public_url: Option<PublicUrl>,
    /// Where codes, handles and ids come from.
    pub seed: u64,
    /// What the control API asks for beyond loopback; drawn where it is needed and not given.
    pub control_token: Option<String>,
    /// Speaks TLS, with certificates of this authority.
    pub tls: Option<Authority>,
    /// Who wants to know what happens.
    pub events: Events,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken, or the address is not this machine's.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// No certificate can be made.
    #[error(transparent)]
    Tls(#[from] AuthorityError),
}

/// A server that is bound. Connections wait until it is served.
#[derive(Debug)]
pub struct Server {
    org: Arc<RunningOrg>,
    registry: Arc<Registry>,
    sockets: Sockets,
}

impl Server {
    /// Binds the address.
    pub async fn bind(settings: Settings) -> Result<Self, StartError> {
        let Settings { org, listen, public_url, seed, control_token, tls, events } = settings;
        let sockets = Sockets::bind(listen).await?;
        let control_token =
            (!listen.ip().is_loopback()).then(|| control_token.unwrap_or_else(draw_token));
        let door = Door::new(public_url.as_ref(), control_token);
        let tls = match tls {
            Some(authority) => Some(Tls::new(authority, public_url.as_ref())?),
            None => None,
        };
        let registry = Arc::new(Registry::new(door, tls, events));
        let org = registry.open(org, seed, sockets.address, public_url.as_ref());
        Ok(Self { org, registry, sockets })
    }

    /// Where everything is.
    pub fn description(&self) -> Description {
        self.registry.describe(&self.org)
    }

    /// Answers until `stop` is done, then lets answers on the way finish.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let (stopper, stopped) = watch::channel(());
        let port = Port { registry: self.registry, org: self.org, is_first: true };
        let serving = self.sockets.serve(Arc::new(port), stopped);
        let stopping = async {
            stop.await;
            drop(stopper);
        };
        tokio::join!(serving, stopping);
    }
}

/// A seed of 32 bits: short enough to type, and exact in every JSON reader.
pub fn draw_seed() -> u64 {
    let mut bytes = [0; 4];
    fill(&mut bytes);
    u32::from_le_bytes(bytes).into()
}

fn draw_token() -> String {
    let mut bytes = [0; 24];
    fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The system's randomness, for what must not be guessed or repeated: never for what an org answers. The crypto library's own source is as
/// good, but takes 50 ms to wake up.
fn fill(bytes: &mut [u8]) {
    // The system's source does not fail once the machine is up; zeros would still be a valid seed.
    let _ = getrandom::fill(bytes);
}
