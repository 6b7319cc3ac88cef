//! Binds sockets, accepts connections and stops both.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::address::twin;
use crate::service::Port;

/// How long a client may take to send a head, the wait on an idle connection included.
const HEAD_PATIENCE: Duration = Duration::from_secs(75);
/// How long a client may take for a handshake.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);
/// How long answers on the way may take once the server is asked to stop.
const GRACE: Duration = Duration::from_secs(2);
/// How long to wait when the machine has no file handles left. Accepting fails at once then, and nothing tells when it would succeed: without a pause
/// in real time the loop would keep a core busy, and starve the connections whose end frees a handle.
const BREATH: Duration = Duration::from_millis(50);
const MAX_HEADERS: usize = 100;
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// How often a free port is looked for that is free in IPv4 and IPv6.
const TRIES: usize = 20;

/// An address could not be listened on.
#[derive(Debug, thiserror::Error)]
#[error("failed to listen on {address}: {source}")]
pub struct ListenError {
    /// The address.
    pub address: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

/// Bound sockets; `address` is the one to print.
#[derive(Debug)]
pub(crate) struct Sockets {
    pub(crate) address: SocketAddr,
    listeners: Vec<TcpListener>,
}

impl Sockets {
    /// A loopback address is bound in IPv4 and IPv6, since `localhost` may be either; a machine may have only one of them.
    pub(crate) async fn bind(wanted: SocketAddr) -> Result<Self, ListenError> {
        let mut tries = 0;
        loop {
            let failed = |source| ListenError { address: wanted, source };
            let first = TcpListener::bind(wanted).await.map_err(failed)?;
            let address = first.local_addr().map_err(failed)?;
            let Some(twin) = twin(address) else {
                return Ok(Self { address, listeners: vec![first] });
            };
            match TcpListener::bind(twin).await {
                Ok(second) => return Ok(Self { address, listeners: vec![first, second] }),
                Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                    return Ok(Self { address, listeners: vec![first] });
                }
                Err(source) if wanted.port() != 0 || tries == TRIES => {
                    return Err(ListenError { address: twin, source });
                }
                Err(_) => tries += 1,
            }
        }
    }

    /// Accepts until the sender says stop or is gone, then lets answers on the way finish.
    pub(crate) async fn serve(self, port: Arc<Port>, stop: watch::Receiver<()>) {
        let mut accepting = JoinSet::new();
        for listener in self.listeners {
            accepting.spawn(accept(listener, Arc::clone(&port), stop.clone()));
        }
        accepting.join_all().await;
    }
}

async fn accept(listener: TcpListener, port: Arc<Port>, mut stop: watch::Receiver<()>) {
    let graceful = GracefulShutdown::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connect(stream, &port, &graceful);
                }
                // One connection that failed concerns nobody else; a lack of file handles passes, and nothing but real time can tell.
                Err(_) => tokio::time::sleep(BREATH).await,
            },
            _ = stop.changed() => break,
        }
    }
    drop(listener);
    let _ = timeout(GRACE, graceful.shutdown()).await;
}

fn connect(stream: TcpStream, port: &Arc<Port>, graceful: &GracefulShutdown) {
    // Answers are small and a client waits for each: no packet may wait for a fuller one.
    let _ = stream.set_nodelay(true);
    let Ok(local) = stream.local_addr() else { return };
    let (port, watcher) = (Arc::clone(port), graceful.watcher());
    let tls = port.registry.tls.as_ref().map(|tls| tls.acceptor.clone());
    tokio::spawn(async move {
        match tls {
            None => converse(stream, port, local.ip(), watcher).await,
            Some(tls) => {
                // Whoever does not speak TLS, or does not trust the authority, is told so by the handshake itself.
                if let Ok(Ok(stream)) = timeout(HANDSHAKE_PATIENCE, tls.accept(stream)).await {
                    converse(stream, port, local.ip(), watcher).await;
                }
            }
        }
    });
}

/// One connection, from its first request to its last.
async fn converse<S>(stream: S, port: Arc<Port>, local: IpAddr, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .half_close(true)
        .pipeline_flush(true)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| {
                let port = Arc::clone(&port);
                async move { port.answer(request, local).await }
            }),
        );
    // A client that breaks off in the middle is its own business.
    let _ = watcher.watch(connection).await;
}
