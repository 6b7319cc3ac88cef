//! Handles and ids in Okta's formats, generated from the environment's stream.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{Rng, RngExt as _};

use crate::contract::env::Env;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 43 characters of base64url: interaction handles, interaction codes, link tokens.
pub(crate) fn opaque(env: &mut Env) -> String {
    URL_SAFE_NO_PAD.encode(env.secret::<32>())
}

/// `02` and 40 characters of base64url, the format of 2021 that every client accepts.
pub(crate) fn state_handle(env: &mut Env) -> String {
    let mut handle = String::with_capacity(42);
    handle.push_str("02");
    URL_SAFE_NO_PAD.encode_string(env.secret::<30>(), &mut handle);
    handle
}

/// A prefix such as `00u` and 17 letters or digits.
pub(crate) fn id(prefix: &str, rng: &mut impl Rng) -> String {
    alphanumeric(prefix, 17, rng)
}

/// `oae` and 22 letters or digits.
pub fn error_id(rng: &mut impl Rng) -> String {
    alphanumeric("oae", 22, rng)
}

/// Six digits, leading zeros included.
pub(crate) fn code(rng: &mut impl Rng) -> String {
    format!("{:06}", rng.random_range(0..1_000_000))
}

/// A random UUID (version 4).
pub(crate) fn uuid(rng: &mut impl Rng) -> String {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

fn alphanumeric(prefix: &str, length: usize, rng: &mut impl Rng) -> String {
    let mut id = String::with_capacity(prefix.len() + length);
    id.push_str(prefix);
    id.extend((0..length).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])));
    id
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng as _;

    use super::*;

    #[test]
    fn uuid_has_version_4_and_depends_on_the_seed_alone() {
        let uuid_of = |seed| uuid(&mut ChaCha8Rng::from_seed([seed; 32]));
        assert_eq!(uuid_of(7), uuid_of(7));
        assert_ne!(uuid_of(7), uuid_of(8));
        let parsed: uuid::Uuid = uuid_of(7).parse().unwrap();
        assert_eq!(parsed.get_version_num(), 4);
    }
}
