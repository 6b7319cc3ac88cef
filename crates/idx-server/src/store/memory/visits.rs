//! Limits how long an org stays locked: a request that visits many records unlocks the org after each page of them.

use std::collections::BTreeMap;
use std::ops::Bound;

/// The records that a request has visited since it locked the org.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visits {
    count: usize,
    limit: usize,
}

impl Visits {
    pub(super) fn new(limit: usize) -> Self {
        Self { count: 0, limit }
    }

    pub(super) fn count(self) -> usize {
        self.count
    }

    /// Counts one more record. False if the org must be unlocked first.
    pub(super) fn add(&mut self) -> bool {
        let may_visit = self.count < self.limit;
        self.count += usize::from(may_visit);
        may_visit
    }
}

/// Visits the records after the key `after`, and moves `after` on. Returns true if no record is left, and false if the org must be unlocked first.
pub(super) fn page<K: Ord + Clone, V>(
    records: &BTreeMap<K, V>,
    after: &mut Option<K>,
    visits: &mut Visits,
    mut visit: impl FnMut(&K, &V),
) -> bool {
    let start = after.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
    let mut last = None;
    let mut is_end = true;
    for (key, record) in records.range((start, Bound::Unbounded)) {
        if !visits.add() {
            is_end = false;
            break;
        }
        visit(key, record);
        last = Some(key.clone());
    }
    if last.is_some() {
        *after = last;
    }
    is_end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_visit_each_record_once() {
        let records: BTreeMap<u64, ()> = (1..=7).map(|key| (key, ())).collect();
        let (mut after, mut visited, mut pages) = (None, Vec::new(), 0);
        loop {
            pages += 1;
            let mut visits = Visits::new(3);
            if page(&records, &mut after, &mut visits, |key, ()| visited.push(*key)) {
                break;
            }
            assert_eq!(visits.count(), 3);
        }
        assert_eq!((visited, pages), ((1..=7).collect(), 3));
    }
}
