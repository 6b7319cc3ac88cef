//! The life of an org, from its start or its last reset to the next reset.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Identifies an org and its life. Handles, codes and tokens depend on it, so they are worthless in another org and after a reset, even where the
/// random streams are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch {
    id: u64,
    /// Changes the random bytes of handles and tokens. It is 0 in the first epoch of a seed, so recorded handles stay the same.
    mask: u64,
}

impl Epoch {
    /// The epoch of a new org. `twin` distinguishes the orgs of one server that have the same seed.
    pub fn first(seed: u64, twin: u64) -> Self {
        let id = hash([seed, twin]);
        Self { id, mask: if twin == 0 { 0 } else { id } }
    }

    /// The epoch after a reset.
    #[must_use]
    pub fn next(self) -> Self {
        let id = hash([self.id]);
        Self { id, mask: id }
    }

    pub(crate) fn id(self) -> [u8; 8] {
        self.id.to_le_bytes()
    }

    pub(crate) fn mask(self) -> [u8; 8] {
        self.mask.to_le_bytes()
    }
}

fn hash<const N: usize>(values: [u64; N]) -> u64 {
    let hash = Sha256::digest(values.map(u64::to_le_bytes).concat());
    hash.iter().take(8).fold(0, |value, byte| value << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_org_and_each_reset_has_its_own_epoch() {
        let first = Epoch::first(7, 0);
        let epochs =
            [first, first.next(), first.next().next(), Epoch::first(7, 1), Epoch::first(8, 0)];
        for (index, epoch) in epochs.iter().enumerate() {
            assert!(!epochs[..index].contains(epoch), "{index}");
        }
        assert_eq!(first.next(), Epoch::first(7, 0).next());
    }
}
