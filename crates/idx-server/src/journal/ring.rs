//! The exchanges of an org, bounded in number and size.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use idx_engine::Trace;
use jiff::Timestamp;

use crate::cors::Cors;
use crate::journal::Head;
use crate::limits::Limits;
use crate::response::BufferedResponse;
use crate::usage::Amount;

/// One exchange, as it went over the wire. Secrets are taken out when it is read.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The org's time.
    pub(crate) at: Timestamp,
    /// The version of the org document that the request saw.
    pub(crate) org_version: u64,
    pub(crate) head: Head,
    pub(crate) body: Bytes,
    pub(crate) response: BufferedResponse,
    pub(crate) cors: Cors,
    pub(crate) trace: Trace,
    /// The rule of the fault that acted.
    pub(crate) fault: Option<String>,
}

/// The exchanges of a journal.
#[derive(Debug)]
pub(crate) struct Exchanges {
    /// With their ids, oldest first.
    pub(crate) entries: Vec<(u64, Arc<Entry>)>,
    /// How many older ones are gone.
    pub(crate) dropped: u64,
}

/// The exchanges of an org, oldest first. Their ids count from 1; the response contains the id as `X-Okta-Request-Id`.
#[derive(Debug)]
pub(crate) struct Journal {
    entries: VecDeque<Arc<Entry>>,
    dropped: u64,
    bytes: usize,
    limits: Limits,
}

/// The result of a write.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) id: u64,
    /// The exchanges that the limits drop, to be freed when the org is unlocked again.
    _dropped: Vec<Arc<Entry>>,
}

impl Journal {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { entries: VecDeque::new(), dropped: 0, bytes: 0, limits }
    }

    pub(crate) fn write(&mut self, entry: &Arc<Entry>) -> Written {
        self.bytes += size(entry);
        self.entries.push_back(Arc::clone(entry));
        let id = self.dropped + self.entries.len() as u64;
        let mut dropped = Vec::new();
        while self.entries.len() > self.limits.exchanges || self.bytes > self.limits.exchange_bytes
        {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= size(&oldest);
            self.dropped += 1;
            dropped.push(oldest);
        }
        Written { id, _dropped: dropped }
    }

    /// Adds the exchanges after the id `after`, and moves `after` on, as long as `may_visit` allows it. Returns true at the end.
    pub(crate) fn page(
        &self,
        after: &mut u64,
        mut may_visit: impl FnMut() -> bool,
        found: &mut Vec<(u64, Arc<Entry>)>,
    ) -> bool {
        let first = after.saturating_sub(self.dropped).min(self.entries.len() as u64);
        for (id, entry) in (self.dropped + 1..).zip(&self.entries).skip(first as usize) {
            if !may_visit() {
                return false;
            }
            *after = id;
            found.push((id, Arc::clone(entry)));
        }
        true
    }

    /// The number of exchanges that the limits have dropped.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(crate) fn amount(&self) -> Amount {
        Amount { count: self.entries.len(), bytes: self.bytes, dropped: self.dropped }
    }
}

/// The memory that an exchange takes, in bytes. Clients choose the texts.
fn size(entry: &Entry) -> usize {
    let extra = entry.response.extra.iter().map(|(_, value)| size_of_val(value) + value.len());
    size_of::<Entry>()
        + size_of::<Arc<Entry>>()
        + entry.head.size()
        + entry.body.len()
        + entry.response.body.len()
        + extra.sum::<usize>()
        + size_of_val(entry.trace.why.as_slice())
        + entry.fault.as_ref().map_or(0, String::len)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn entry(body: &'static [u8]) -> Arc<Entry> {
        Arc::new(Entry {
            at: Timestamp::UNIX_EPOCH,
            org_version: 1,
            head: Head::copy(&Request::new(()).into_parts().0),
            body: Bytes::from_static(body),
            response: BufferedResponse::empty(http::StatusCode::OK),
            cors: Cors::default(),
            trace: Trace::default(),
            fault: None,
        })
    }

    fn all(journal: &Journal) -> Vec<u64> {
        let mut found = Vec::new();
        assert!(journal.page(&mut 0, || true, &mut found));
        found.iter().map(|(id, _)| *id).collect()
    }

    #[test]
    fn number_is_limited() {
        let mut journal = Journal::new(Limits { exchanges: 3, ..Limits::default() });
        for id in 1..=8 {
            assert_eq!(journal.write(&entry(b"{}")).id, id);
        }
        assert_eq!(all(&journal), [6, 7, 8]);
        assert_eq!(journal.dropped(), 5);
    }

    #[test]
    fn size_is_limited() {
        static LARGE: [u8; 10_000] = [b' '; 10_000];
        let mut journal = Journal::new(Limits { exchange_bytes: 35_000, ..Limits::default() });
        for id in 1..=10 {
            assert_eq!(journal.write(&entry(&LARGE)).id, id);
        }
        assert_eq!(all(&journal), [8, 9, 10]);
        let amount = journal.amount();
        assert_eq!(amount.dropped, 7);
        assert!((30_000..35_000).contains(&amount.bytes), "{amount:?}");
    }

    #[test]
    fn header_and_fault_count_toward_the_size() {
        let small = size(&entry(b""));
        let mut large = Arc::into_inner(entry(b"")).unwrap();
        large.fault = Some("f".repeat(1_000));
        let location = "l".repeat(2_000).try_into().unwrap();
        large.response = large.response.with(http::header::LOCATION, location);
        assert!(size(&large) >= small + 3_000);
    }

    #[test]
    fn page_continues_after_an_id() {
        let mut journal = Journal::new(Limits { exchanges: 5, ..Limits::default() });
        for _ in 0..8 {
            journal.write(&entry(b""));
        }
        let (mut after, mut found, mut left) = (5, Vec::new(), 2);
        let may_visit = || {
            left -= 1;
            left >= 0
        };
        assert!(!journal.page(&mut after, may_visit, &mut found));
        assert_eq!((after, found.len()), (7, 2));
        assert!(journal.page(&mut after, || true, &mut found));
        assert_eq!(found.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [6, 7, 8]);
    }
}
