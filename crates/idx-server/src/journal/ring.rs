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
    /// From 1. The answer carries it as `X-Okta-Request-Id`.
    pub(crate) id: u64,
    /// The org's time.
    pub(crate) at: Timestamp,
    pub(crate) head: Head,
    pub(crate) body: Bytes,
    pub(crate) answer: Answer,
    pub(crate) cors: Cors,
    pub(crate) trace: Trace,
    /// What it wrote, so that the world as it stood after it can be rebuilt.
    pub(crate) changes: Vec<Change>,
}

/// The exchanges of an org, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<Arc<Entry>>,
    written: u64,
    bytes: usize,
}

impl Journal {
    /// The id of the next exchange.
    pub(crate) fn next_id(&self) -> u64 {
        self.written + 1
    }

    /// Keeps an exchange whose id is `next_id`.
    pub(crate) fn write(&mut self, entry: Entry) -> Arc<Entry> {
        let entry = Arc::new(entry);
        self.written = entry.id;
        self.bytes += size(&entry);
        self.entries.push_back(Arc::clone(&entry));
        while self.entries.len() > EXCHANGES_KEPT || self.bytes > BYTES_KEPT {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= size(&oldest);
        }
        entry
    }

    /// The exchanges after `since`.
    pub(crate) fn since(&self, since: u64) -> Vec<Arc<Entry>> {
        let first = self.entries.partition_point(|entry| entry.id <= since);
        self.entries.range(first..).cloned().collect()
    }

    /// How many exchanges are gone.
    pub(crate) fn dropped(&self) -> u64 {
        self.written - self.entries.len() as u64
    }
}

/// About what an exchange takes.
fn size(entry: &Entry) -> usize {
    const CHANGE: usize = 512;
    size_of::<Entry>()
        + entry.head.size()
        + entry.body.len()
        + entry.answer.body.len()
        + entry.changes.len() * CHANGE
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn entry(id: u64, body: &'static [u8]) -> Entry {
        Entry {
            id,
            at: Timestamp::UNIX_EPOCH,
            head: Head::copy(&Request::new(()).into_parts().0),
            body: Bytes::from_static(body),
            answer: Answer::empty(http::StatusCode::OK),
            cors: Cors::default(),
            trace: Trace::default(),
            changes: Vec::new(),
        }
    }

    #[test]
    fn the_number_is_bounded() {
        let mut journal = Journal::default();
        for id in 1..=EXCHANGES_KEPT as u64 + 5 {
            assert_eq!(journal.next_id(), id);
            journal.write(entry(id, b"{}"));
        }
        assert_eq!(journal.since(0).len(), EXCHANGES_KEPT);
        assert_eq!(journal.dropped(), 5);
        assert_eq!(journal.since(EXCHANGES_KEPT as u64 + 3).len(), 2);
    }

    #[test]
    fn the_size_is_bounded() {
        static LARGE: [u8; BYTES_KEPT / 4] = [b' '; BYTES_KEPT / 4];
        let mut journal = Journal::default();
        for id in 1..=10 {
            journal.write(entry(id, &LARGE));
        }
        assert_eq!(journal.since(0).iter().map(|entry| entry.id).collect::<Vec<_>>(), [8, 9, 10]);
        assert_eq!(journal.dropped(), 7);
    }
}
