//! Reads a request's body, up to a limit and within a time.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Incoming};
use idx_engine::ApiRefusal;

/// The largest body that is read.
pub const BODY_LIMIT: usize = 64 * 1024;
/// How long a client may take to send it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    TooLarge,
    TooSlow,
    /// The connection broke, or the chunks were malformed.
    Broken,
}

impl Unread {
    pub(crate) fn refusal(self) -> ApiRefusal<'static> {
        match self {
            Self::TooLarge => ApiRefusal::BodyTooLarge,
            Self::TooSlow | Self::Broken => ApiRefusal::MalformedJson,
        }
    }
}

/// Reads it all, into an allocation of its own: a piece of the connection's buffer would keep the whole buffer alive in the journal.
pub(crate) async fn read(body: Incoming, limit: usize) -> Result<Bytes, Unread> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > limit as u64 {
        return Err(Unread::TooLarge);
    }
    // The timer is set only if the first look finds the body incomplete.
    tokio::time::timeout(PATIENCE, collect(body, limit)).await.unwrap_or(Err(Unread::TooSlow))
}

async fn collect(mut body: Incoming, limit: usize) -> Result<Bytes, Unread> {
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
