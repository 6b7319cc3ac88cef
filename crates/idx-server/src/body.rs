//! Reads a request's body, up to a size limit and a time limit.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Incoming};

use crate::limits::BODY_TIMEOUT;

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    TooLarge,
    TooSlow,
    /// The connection closed, or a chunk was malformed.
    Broken,
}

/// A body that may not be read to its end.
#[derive(Debug)]
pub(crate) struct RequestBody {
    body: Incoming,
    is_unread: bool,
}

impl RequestBody {
    pub(crate) fn new(body: Incoming) -> Self {
        let is_unread = !body.is_end_stream();
        Self { body, is_unread }
    }

    /// Whether the client sent, or will send, bytes that were not read.
    pub(crate) fn is_unread(&self) -> bool {
        self.is_unread
    }

    /// Reads the whole body into its own allocation. A slice of the connection's buffer would keep the whole buffer alive in the journal.
    pub(crate) async fn read(&mut self, limit: usize) -> Result<Bytes, Unread> {
        if !self.is_unread {
            return Ok(Bytes::new());
        }
        if self.body.size_hint().lower() > limit as u64 {
            return Err(Unread::TooLarge);
        }
        // `timeout` starts its timer only if the body is incomplete at the first poll.
        let collected = tokio::time::timeout(BODY_TIMEOUT, collect(&mut self.body, limit)).await;
        let bytes = collected.unwrap_or(Err(Unread::TooSlow))?;
        self.is_unread = false;
        Ok(bytes)
    }
}

async fn collect(body: &mut Incoming, limit: usize) -> Result<Bytes, Unread> {
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or_default();
    let mut whole = Vec::with_capacity(expected.min(limit));
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        if whole.len() + data.len() > limit {
            return Err(Unread::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.into())
}
