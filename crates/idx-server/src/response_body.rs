//! A response's body: whole, or truncated by a fault before the announced length. And the error for a response that a fault drops.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// The bytes to send, and the number of bytes announced beyond them.
#[derive(Debug)]
pub(crate) struct ResponseBody {
    unsent: Bytes,
    /// The bytes that `Content-Length` announces and the server never sends.
    missing: u64,
    was_flushed: bool,
}

/// A fault truncated the body, so the connection must close.
#[derive(Debug, thiserror::Error)]
#[error("a fault truncated the response")]
pub(crate) struct Truncated;

/// A fault closes the connection instead of sending a response.
#[derive(Debug, thiserror::Error)]
#[error("a fault closed the connection")]
pub(crate) struct Dropped;

impl ResponseBody {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self { unsent: bytes, missing: 0, was_flushed: false }
    }

    /// Announces all bytes and sends the first `sent` of them, at least one too few.
    pub(crate) fn truncated(bytes: &Bytes, sent: usize) -> Self {
        let sent = sent.min(bytes.len().saturating_sub(1));
        Self {
            unsent: bytes.slice(..sent),
            missing: (bytes.len() - sent) as u64,
            was_flushed: false,
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Truncated;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Truncated>>> {
        if !self.unsent.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.unsent)))));
        }
        if self.missing == 0 {
            return Poll::Ready(None);
        }
        // hyper flushes before it polls again, so the client receives the first bytes and then the end of the connection.
        if !self.was_flushed {
            self.was_flushed = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(Truncated)))
    }

    fn is_end_stream(&self) -> bool {
        self.unsent.is_empty() && self.missing == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.unsent.len() as u64 + self.missing)
    }
}
