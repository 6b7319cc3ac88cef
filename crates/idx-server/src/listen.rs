//! Binds sockets, accepts connections and stops both.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::address::twin;
use crate::connections::Connections;
use crate::limits::{HEAD_BYTES, HEAD_TIMEOUT, HEADERS};
use crate::peer::Peer;
use crate::response_body::{Dropped, ResponseBody};

const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// The time limit for responses in progress when the server stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);
/// The pause after a failed `accept`. If no file handles are free, `accept` fails immediately and keeps failing. The pause gives open connections
/// time to close and free a handle.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(50);
/// The number of attempts to find a port that is free in IPv4 and IPv6.
const BIND_ATTEMPTS: usize = 20;

/// Handles the requests of a listening socket.
pub(crate) trait Respond: Send + Sync + 'static {
    /// Responds to a request.
    fn respond(
        &self,
        request: Request<Incoming>,
        peer: &Peer,
    ) -> impl Future<Output = Result<Response<ResponseBody>, Dropped>> + Send;
}

/// The server could not listen on an address.
#[derive(Debug, thiserror::Error)]
#[error("failed to listen on {address}: {source}")]
pub struct ListenError {
    /// The address.
    pub address: SocketAddr,
    /// The system's error.
    pub source: io::Error,
}

/// Bound sockets. `address` is the address to print.
#[derive(Debug)]
pub(crate) struct Sockets {
    pub(crate) address: SocketAddr,
    listeners: Vec<TcpListener>,
}

impl Sockets {
    /// Binds an address, and a loopback address in both IPv4 and IPv6, since `localhost` may resolve to either.
    /// A machine may support only IPv4 or only IPv6.
    pub(crate) async fn bind(wanted: SocketAddr) -> Result<Self, ListenError> {
        let mut attempts = 0;
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
                Err(source) if wanted.port() != 0 || attempts == BIND_ATTEMPTS => {
                    return Err(ListenError { address: twin, source });
                }
                Err(_) => attempts += 1,
            }
        }
    }

    /// Accepts connections until `stop` changes or its sender is dropped, then waits for the responses in progress.
    pub(crate) async fn serve<S: Respond>(
        self,
        service: Arc<S>,
        tls: Option<TlsAcceptor>,
        connections: &Connections,
        stop: watch::Receiver<()>,
    ) {
        let mut accepting = JoinSet::new();
        for listener in self.listeners {
            let (service, tls) = (Arc::clone(&service), tls.clone());
            accepting.spawn(accept(listener, service, tls, connections.clone(), stop.clone()));
        }
        accepting.join_all().await;
    }
}

async fn accept<S: Respond>(
    listener: TcpListener,
    service: Arc<S>,
    tls: Option<TlsAcceptor>,
    connections: Connections,
    mut stop: watch::Receiver<()>,
) {
    let graceful = GracefulShutdown::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => match connections.take(1) {
                    Some(permit) => {
                        let connected = connect(stream, Arc::clone(&service), tls.clone(), graceful.watcher());
                        tokio::spawn(async move {
                            connected.await;
                            drop(permit);
                        });
                    }
                    None => connections.refuse(stream, tls.is_some()),
                },
                // This must be real time: nothing reports when a file handle is free again. Open connections are served during the pause.
                Err(_) => tokio::time::sleep(ACCEPT_BACKOFF).await,
            },
            _ = stop.changed() => break,
        }
    }
    drop(listener);
    let _ = timeout(SHUTDOWN_TIMEOUT, graceful.shutdown()).await;
}

async fn connect<S: Respond>(
    stream: TcpStream,
    service: Arc<S>,
    tls: Option<TlsAcceptor>,
    watcher: Watcher,
) {
    // Disable Nagle's algorithm: the client waits for each small response.
    let _ = stream.set_nodelay(true);
    let Ok(peer) = Peer::new(stream) else { return };
    let Some(tls) = tls else {
        return serve_connection(peer.bytes(), service, peer, watcher).await;
    };
    // If the client does not speak TLS or does not trust the CA, the handshake fails and the client sees the error.
    if let Ok(Ok(stream)) = timeout(HANDSHAKE_TIMEOUT, tls.accept(peer.bytes())).await {
        serve_connection(stream, service, peer, watcher).await;
    }
}

/// Serves one connection from its first request to its last.
async fn serve_connection<S, T>(stream: T, service: Arc<S>, peer: Peer, watcher: Watcher)
where
    S: Respond,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(HEADERS)
        .max_buf_size(HEAD_BYTES)
        .half_close(true)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| {
                let (service, peer) = (Arc::clone(&service), peer.clone());
                async move { service.respond(request, &peer).await }
            }),
        );
    // A client may close the connection in the middle of a response, which is not an error here.
    let _ = watcher.watch(connection).await;
}
