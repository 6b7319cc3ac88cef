//! The randomness of a run: derived from the run's seed, the scenario's id and the case's name, never from the order of scenarios.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use idx_scenario::template::Variables;

/// The randomness of one case of one scenario.
#[derive(Debug, Clone)]
pub struct Seed {
    bytes: [u8; 32],
}

impl Seed {
    /// Derives the seed of a case.
    #[must_use]
    pub fn of(run: u64, scenario_id: &str, case: &str) -> Self {
        let text = format!("{run}\n{scenario_id}\n{case}");
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        Self { bytes }
    }

    /// The seed of the scenario's org: below 2^53, so that every JSON reader keeps it whole.
    #[must_use]
    pub fn for_org(&self) -> u64 {
        u64::from_be_bytes([0, 0, 0, 0, self.bytes[0], self.bytes[1], self.bytes[2], self.bytes[3]])
    }

    /// The driver's random numbers.
    #[must_use]
    pub fn rng(&self) -> ChaCha8Rng {
        ChaCha8Rng::from_seed(self.bytes)
    }

    /// The user of the case, whose names no other case has.
    ///
    /// The passwords contain digits, and no part of a name, so that they satisfy the default policy.
    #[must_use]
    pub fn user(&self) -> Variables {
        let mark: String = self.bytes[8..13].iter().map(|byte| format!("{byte:02x}")).collect();
        let digits: String =
            self.bytes[16..25].iter().map(|byte| char::from(b'0' + byte % 10)).collect();
        let others: String =
            self.bytes[16..25].iter().map(|byte| char::from(b'0' + (byte / 10) % 10)).collect();
        let user = json!({
            "firstName": "Mary",
            "lastName": "Jo",
            "email": format!("mary.{mark}@example.com"),
            "otherEmail": format!("ann.{mark}@example.com"),
            "password": format!("Kx{digits}w"),
            "otherPassword": format!("Qv{others}z"),
            "phone": format!("+1555{}", &digits[..7]),
            "otherPhone": format!("+1666{}", &digits[..7]),
        });
        match user {
            Value::Object(members) => members.into_iter().collect(),
            _ => Variables::new(),
        }
    }
}

/// `bytes` random bytes as base64url without padding.
pub(crate) fn random_text(rng: &mut ChaCha8Rng, bytes: usize) -> String {
    let mut text = vec![0; bytes];
    rng.fill_bytes(&mut text);
    URL_SAFE_NO_PAD.encode(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_differ_by_scenario_and_seed() {
        let email = |run, id| Seed::of(run, id, "").user()["email"].clone();
        assert_eq!(email(1, "A"), email(1, "A"));
        assert_ne!(email(1, "A"), email(1, "B"));
        assert_ne!(email(1, "A"), email(2, "A"));
    }
}
