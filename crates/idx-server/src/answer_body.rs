//! A response's body: whole, or cut off by a fault in the middle of what was announced.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// The bytes to send, and how many were announced.
#[derive(Debug)]
pub(crate) struct AnswerBody {
    left: Bytes,
    /// How many bytes the head promises beyond those that are sent.
    missing: u64,
    was_flushed: bool,
}

/// The answer broke off on purpose: the connection has to go.
#[derive(Debug)]
pub(crate) struct CutOff;

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault cut the answer off")
    }
}

impl std::error::Error for CutOff {}

impl AnswerBody {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self { left: bytes, missing: 0, was_flushed: false }
    }

    /// Announces all and sends the first `sent` bytes, at least one byte too few.
    pub(crate) fn cut(bytes: &Bytes, sent: usize) -> Self {
        let sent = sent.min(bytes.len().saturating_sub(1));
        Self { left: bytes.slice(..sent), missing: (bytes.len() - sent) as u64, was_flushed: false }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        if !self.left.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.left)))));
        }
        if self.missing == 0 {
            return Poll::Ready(None);
        }
        // hyper writes out what it has before it polls again: the client gets the beginning, then the end of the connection.
        if !self.was_flushed {
            self.was_flushed = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(CutOff)))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && self.missing == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64 + self.missing)
    }
}
