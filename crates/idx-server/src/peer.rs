//! The connection of one client, shared between hyper and the handlers: a handler that waits can notice that its client is gone, and a connection
//! that closes with unread bytes closes so that the client still receives the response.

use std::io;
use std::net::{IpAddr, Shutdown};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// How often a connection with unread bytes is checked for its end.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);
/// How long a closing connection discards what the client still sends.
const LINGER: Duration = Duration::from_secs(1);
/// The maximum number of bytes that a closing connection discards.
const LINGER_BYTES: usize = 16 * 1024 * 1024;

/// The client of a connection.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    stream: Arc<TcpStream>,
    /// The address of this machine that accepted the connection.
    pub(crate) local: IpAddr,
    has_unread_bytes: Arc<AtomicBool>,
}

impl Peer {
    pub(crate) fn new(stream: TcpStream) -> io::Result<Self> {
        let local = stream.local_addr()?.ip();
        Ok(Self { stream: Arc::new(stream), local, has_unread_bytes: Arc::default() })
    }

    /// The bytes of the connection.
    pub(crate) fn bytes(&self) -> PeerBytes {
        PeerBytes { peer: self.clone(), linger: None, discarded: 0 }
    }

    /// Notes that the connection will close before the whole request is read.
    pub(crate) fn leave_unread(&self) {
        self.has_unread_bytes.store(true, Ordering::Relaxed);
    }

    /// Completes when the client has closed the connection. A client that closes only its own direction counts as gone too: the two look alike.
    pub(crate) async fn gone(&self) {
        loop {
            match self.stream.ready(Interest::READABLE).await {
                Ok(ready) if !ready.is_read_closed() => {}
                _ => return,
            }
            match self.stream.try_io(Interest::READABLE, || peek(&self.stream)) {
                Ok(0) => return,
                // The next request hides the end.
                Ok(_) => sleep(CHECK_INTERVAL).await,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }
}

fn peek(stream: &TcpStream) -> io::Result<usize> {
    let mut byte = [std::mem::MaybeUninit::uninit()];
    SockRef::from(stream).peek(&mut byte)
}

/// The bytes that hyper reads and writes.
#[derive(Debug)]
pub(crate) struct PeerBytes {
    peer: Peer,
    linger: Option<Pin<Box<Sleep>>>,
    discarded: usize,
}

impl PeerBytes {
    /// Reads and discards until the client closes the connection. If the server closed it with unread bytes, the system would reset it, and the
    /// client could lose the response (RFC 9112, 9.6).
    fn discard(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let timeout = self.linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        if timeout.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let mut buffer = [0; 8 * 1024];
        while self.discarded < LINGER_BYTES {
            if ready!(self.peer.stream.poll_read_ready(cx)).is_err() {
                return Poll::Ready(());
            }
            match self.peer.stream.try_read(&mut buffer) {
                Ok(0) => return Poll::Ready(()),
                Ok(read) => self.discarded += read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return Poll::Ready(()),
            }
        }
        Poll::Ready(())
    }
}

impl AsyncRead for PeerBytes {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = &self.peer.stream;
        loop {
            ready!(stream.poll_read_ready(cx))?;
            match stream.try_read_buf(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return Poll::Ready(read.map(drop)),
            }
        }
    }
}

impl AsyncWrite for PeerBytes {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write(cx, |stream| stream.try_write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write(cx, |stream| stream.try_write_vectored(slices))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.linger.is_none() {
            // The client may have closed the connection first.
            let _ = SockRef::from(&*self.peer.stream).shutdown(Shutdown::Write);
        }
        if self.peer.has_unread_bytes.load(Ordering::Relaxed) {
            ready!(self.discard(cx));
        }
        Poll::Ready(Ok(()))
    }
}

impl PeerBytes {
    fn write(
        &self,
        cx: &mut Context<'_>,
        attempt: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.peer.stream.poll_write_ready(cx))?;
            match attempt(&self.peer.stream) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }
}
