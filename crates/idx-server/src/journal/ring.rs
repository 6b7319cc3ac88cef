//! The exchanges of an org, bounded in number and size.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use idx_engine::Trace;
use jiff::Timestamp;

use crate::cors::Cors;
use crate::journal::Head;
use crate::response::BufferedResponse;

/// How many exchanges an org keeps; the oldest goes first.
pub const EXCHANGES_KEPT: usize = 1_000;
/// How many bytes an org's exchanges may take.
pub const BYTES_KEPT: usize = 8 * 1024 * 1024;

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

    pub(crate) fn all(&self) -> Exchanges {
        let entries = (self.dropped + 1..).zip(self.entries.iter().cloned()).collect();
        Exchanges { entries, dropped: self.dropped }
    }
}

/// About what an exchange takes.
fn size(entry: &Entry) -> usize {
    size_of::<Entry>()
        + entry.head.size()
        + entry.body.len()
        + entry.response.body.len()
        + size_of_val(entry.trace.why.as_slice())
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

    fn ids(journal: &Journal) -> Vec<u64> {
        journal.all().entries.iter().map(|(id, _)| *id).collect()
    }

    #[test]
    fn the_number_is_bounded() {
        let mut journal = Journal::default();
        for id in 1..=EXCHANGES_KEPT as u64 + 5 {
            assert_eq!(journal.write(&entry(b"{}")).id, id);
        }
        let kept = ids(&journal);
        assert_eq!((kept.len(), kept[0]), (EXCHANGES_KEPT, 6));
        assert_eq!(journal.all().dropped, 5);
    }

    #[test]
    fn the_size_is_bounded() {
        static LARGE: [u8; BYTES_KEPT / 4] = [b' '; BYTES_KEPT / 4];
        let mut journal = Journal::default();
        for id in 1..=10 {
            assert_eq!(journal.write(&entry(&LARGE)).id, id);
        }
        assert_eq!(ids(&journal), [8, 9, 10]);
        assert_eq!(journal.all().dropped, 7);
    }
}
