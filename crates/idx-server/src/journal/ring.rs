//! The exchanges of an org, bounded in number and size.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use idx_engine::{Change, Trace};
use jiff::Timestamp;

use crate::answer::Answer;
use crate::cors::Cors;
use crate::journal::Head;

/// How many exchanges an org keeps; the oldest goes first.
pub const EXCHANGES_KEPT: usize = 1_000;
/// How many bytes an org's exchanges may take.
pub const BYTES_KEPT: usize = 8 * 1024 * 1024;

/// One exchange, as it went over the wire. Secrets are taken out when it is read.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The org's time.
    pub(crate) at: Timestamp,
    pub(crate) head: Head,
    pub(crate) body: Bytes,
    pub(crate) answer: Answer,
    pub(crate) cors: Cors,
    pub(crate) trace: Trace,
    /// The rule of the fault that acted.
    pub(crate) fault: Option<String>,
    /// What it wrote, so that the world as it stood after it can be rebuilt.
    pub(crate) changes: Vec<Change>,
}

/// The exchanges of an org, oldest first. Their ids run on from 1; the answer carries them as `X-Okta-Request-Id`.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<Arc<Entry>>,
    dropped: u64,
    bytes: usize,
}

/// What became of an exchange that was written.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) id: u64,
    /// What had to go for it, to be freed when the org is unlocked again.
    _gone: Option<Arc<Entry>>,
}

impl Journal {
    pub(crate) fn write(&mut self, entry: &Arc<Entry>) -> Written {
        self.bytes += size(entry);
        self.entries.push_back(Arc::clone(entry));
        let mut gone = None;
        while self.entries.len() > EXCHANGES_KEPT || self.bytes > BYTES_KEPT {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= size(&oldest);
            self.dropped += 1;
            gone = Some(oldest);
        }
        Written { id: self.dropped + self.entries.len() as u64, _gone: gone }
    }

    /// The exchanges after `since`, with their ids.
    pub(crate) fn since(&self, since: u64) -> Vec<(u64, Arc<Entry>)> {
        let kept = self.entries.len();
        let skipped = usize::try_from(since.saturating_sub(self.dropped))
            .map_or(kept, |skipped| skipped.min(kept));
        let ids = self.dropped + skipped as u64 + 1..;
        ids.zip(self.entries.range(skipped..).cloned()).collect()
    }

    /// How many exchanges are gone.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// About what an exchange takes.
fn size(entry: &Entry) -> usize {
    const CHANGE: usize = 512;
    size_of::<Entry>()
        + entry.head.size()
        + entry.body.len()
        + entry.answer.body.len()
        + size_of_val(entry.trace.why.as_slice())
        + entry.changes.len() * CHANGE
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn entry(body: &'static [u8]) -> Arc<Entry> {
        Arc::new(Entry {
            at: Timestamp::UNIX_EPOCH,
            head: Head::copy(&Request::new(()).into_parts().0),
            body: Bytes::from_static(body),
            answer: Answer::empty(http::StatusCode::OK),
            cors: Cors::default(),
            trace: Trace::default(),
            fault: None,
            changes: Vec::new(),
        })
    }

    fn ids(journal: &Journal, since: u64) -> Vec<u64> {
        journal.since(since).iter().map(|(id, _)| *id).collect()
    }

    #[test]
    fn the_number_is_bounded() {
        let mut journal = Journal::default();
        for id in 1..=EXCHANGES_KEPT as u64 + 5 {
            assert_eq!(journal.write(&entry(b"{}")).id, id);
        }
        assert_eq!(journal.since(0).len(), EXCHANGES_KEPT);
        assert_eq!(journal.dropped(), 5);
        assert_eq!(ids(&journal, 1_003), [1_004, 1_005]);
        assert_eq!(ids(&journal, 2)[0], 6);
        assert_eq!(ids(&journal, u64::MAX), [0; 0]);
    }

    #[test]
    fn the_size_is_bounded() {
        static LARGE: [u8; BYTES_KEPT / 4] = [b' '; BYTES_KEPT / 4];
        let mut journal = Journal::default();
        for id in 1..=10 {
            assert_eq!(journal.write(&entry(&LARGE)).id, id);
        }
        assert_eq!(ids(&journal, 0), [8, 9, 10]);
        assert_eq!(journal.dropped(), 7);
    }
}
