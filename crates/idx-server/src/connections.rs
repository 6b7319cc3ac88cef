//! The file handles of a server: the sockets of connections and orgs use only as many as leave a reserve.

use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::limits::{REFUSAL_TIMEOUT, REFUSALS, RESERVED_HANDLES};

/// The response to a connection that exceeds the limit. Clients without HTTP see the connection close.
const UNAVAILABLE: &str = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 96\r\n\r\n{\"error\":\"unavailable\",\"detail\":\"the server has too many connections; close some and try again\"}";

/// The handles that are still free.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    free: Arc<Semaphore>,
    /// Connections that are being refused. They use the reserve.
    refusals: Arc<Semaphore>,
}

/// Handles in use. They are free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Permit(#[expect(dead_code, reason = "kept for its Drop")] OwnedSemaphorePermit);

impl Connections {
    /// At most `limit` handles. If the system allows fewer, raises the process's limit, and keeps a reserve.
    pub(crate) fn new(limit: usize) -> Self {
        let available = file_handles()
            .map_or(limit, |handles| handles.saturating_sub(RESERVED_HANDLES).clamp(1, limit));
        Self {
            free: Arc::new(Semaphore::new(available)),
            refusals: Arc::new(Semaphore::new(REFUSALS)),
        }
    }

    /// Takes handles, if they are free.
    pub(crate) fn take(&self, handles: u32) -> Option<Permit> {
        Arc::clone(&self.free).try_acquire_many_owned(handles).ok().map(Permit)
    }

    /// Refuses a connection in the background. If many connections are being refused, it just closes.
    pub(crate) fn refuse(&self, stream: TcpStream, is_tls: bool) {
        // A TLS handshake would cost more than a refused connection may.
        if is_tls {
            return;
        }
        if let Ok(permit) = Arc::clone(&self.refusals).try_acquire_owned() {
            tokio::spawn(async move {
                let _ = timeout(REFUSAL_TIMEOUT, send_refusal(stream)).await;
                drop(permit);
            });
        }
    }
}

/// Reads what the client sends until it closes the connection. Otherwise the system would reset the connection, and the client could lose the response.
async fn send_refusal(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(UNAVAILABLE.as_bytes()).await?;
    stream.shutdown().await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
    Ok(())
}

/// Raises the soft limit on the process's file handles to the hard limit. Returns the limit, if there is one.
#[cfg(unix)]
fn file_handles() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, ..limit };
    let current = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => raised.current,
        Err(_) => limit.current,
    };
    current.and_then(|handles| usize::try_from(handles).ok())
}

/// Windows has no such limit.
#[cfg(not(unix))]
fn file_handles() -> Option<usize> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announced_length_is_that_of_the_body() {
        let (head, body) = UNAVAILABLE.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())));
    }
}
