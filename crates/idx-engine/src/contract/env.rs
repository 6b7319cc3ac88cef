//! The outside world as values: the time, and a stream of random bytes.

use jiff::{SignedDuration, Timestamp};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::state::epoch::Epoch;

/// The environment of one request. Equal environments, records and requests give the same bytes.
#[derive(Debug)]
pub struct Env {
    /// The org's time.
    pub now: Timestamp,
    /// Used for handles, ids, codes and salts.
    pub rng: ChaCha8Rng,
    /// The org's epoch, which each reset changes.
    pub epoch: Epoch,
}

/// Identifies a stream of random bytes. Each version of a transaction has its own stream, so that one user's responses never depend on other users' requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    /// The org's random seed.
    pub seed: u64,
    /// The transaction's number in its org.
    pub number: u64,
    /// The transaction's version.
    pub version: u64,
    /// The org's epoch. Ids and codes do not depend on it, so they are the same after a reset; handles and tokens do.
    pub epoch: Epoch,
}

impl Env {
    /// The environment at an instant, at the beginning of a random stream.
    pub fn new(now: Timestamp, stream: Stream) -> Self {
        let Stream { seed, number, version, epoch } = stream;
        let mut bytes = [0; 32];
        for (part, value) in bytes.chunks_exact_mut(8).zip([seed, number, version, 0]) {
            part.copy_from_slice(&value.to_le_bytes());
        }
        Self { now, rng: ChaCha8Rng::from_seed(bytes), epoch }
    }

    /// Random bytes for a handle or a token. The same stream yields different bytes in another epoch.
    pub(crate) fn secret<const LENGTH: usize>(&mut self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        self.rng.fill_bytes(&mut bytes);
        for (byte, mask) in bytes.iter_mut().zip(self.epoch.mask().into_iter().cycle()) {
            *byte ^= mask;
        }
        bytes
    }
}

/// The instant `minutes` after `now`, or the last possible instant.
pub(crate) fn minutes_after(now: Timestamp, minutes: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MAX)
}

/// Rounded down to the second, like every `expiresAt`.
pub(crate) fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// Okta's time format: `2026-01-01T02:00:00.000Z`.
pub(crate) fn wire_time(at: Timestamp) -> String {
    format!("{at:.3}")
}
