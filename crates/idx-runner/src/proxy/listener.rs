//! The proxy's listener: it accepts connections and hands each request to the forwarder.

use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use idx_judge::exchange::Record;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::forward::Forwarder;
use super::settings::ProxySettings;
use crate::tls::Tls;

/// The longest time that a TLS handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// A running proxy; it stops when dropped.
#[derive(Debug)]
pub struct RecordingProxy {
    base_url: String,
    port: u16,
    record: Record,
    accepting: JoinHandle<()>,
}

impl RecordingProxy {
    /// Listens on a free loopback port and forwards every request.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(settings: ProxySettings) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let scheme = if settings.tls.is_some() { "https" } else { "http" };
        let base_url = format!("{scheme}://{address}");
        let record = Record::default();
        let tls = settings.tls.clone();
        let forwarder = Arc::new(Forwarder::new(settings, &base_url, record.clone()));
        let accepting = tokio::spawn(accept(listener, tls, forwarder));
        Ok(Self { base_url, port: address.port(), record, accepting })
    }

    /// The origin that clients call.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The exchanges so far.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }
}

impl Drop for RecordingProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// The set owns the connections, so that they end with this task.
async fn accept(listener: TcpListener, tls: Option<Tls>, forwarder: Arc<Forwarder>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                connections.spawn(connect(stream, tls.clone(), Arc::clone(&forwarder)));
            }
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn connect(stream: TcpStream, tls: Option<Tls>, forwarder: Arc<Forwarder>) {
    let _ = stream.set_nodelay(true);
    match tls {
        None => serve_connection(stream, forwarder).await,
        Some(tls) => {
            // The handshake itself reports a client that does not trust the authority.
            let handshake = tls.acceptor.accept(stream);
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_TIMEOUT, handshake).await {
                serve_connection(stream, forwarder).await;
            }
        }
    }
}

async fn serve_connection<S>(stream: S, forwarder: Arc<Forwarder>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let forwarder = Arc::clone(&forwarder);
        async move { forwarder.forward(request).await }
    });
    let connection = hyper::server::conn::http1::Builder::new();
    // A client may close the connection in the middle of a request.
    let _ = connection.serve_connection(TokioIo::new(stream), service).await;
}
