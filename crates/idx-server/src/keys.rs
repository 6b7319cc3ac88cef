//! The development keys: sign tokens, and verify the tokens that they signed. They are published with the source, so a signature proves nothing to a
//! production service.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use idx_engine::Tokens;
use idx_wire::TokenResponse;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A key of the pool. Each is parsed at its first use, since parsing takes longer than signing.
#[derive(Debug)]
pub(crate) struct SigningKey {
    /// The response of `keys`. It is the same at every start, so clients can cache and record it.
    pub(crate) set: &'static str,
    pair: LazyLock<RsaKeyPair>,
    /// The first part of every token.
    header: LazyLock<String>,
}

macro_rules! pool {
    ($($name:literal),*) => {
        [$(SigningKey {
            set: include_str!(concat!("../../../fixtures/keys/", $name, ".jwks.json")),
            pair: LazyLock::new(|| {
                parsed(include_str!(concat!("../../../fixtures/keys/", $name, ".pem")))
            }),
            header: LazyLock::new(|| {
                header(include_str!(concat!("../../../fixtures/keys/", $name, ".jwks.json")))
            }),
        }),*]
    };
}

/// The first key is the one of every server's first org.
static POOL: [SigningKey; 4] =
    pool!("development-rs256", "development-rs256-2", "development-rs256-3", "development-rs256-4");

/// The key or a claim is unusable. Neither happens with the built-in keys and the engine's claims.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignError {
    #[error("failed to write the claims: {0}")]
    Claims(#[from] serde_json::Error),
    #[error("failed to sign with the development key")]
    Key,
}

impl SigningKey {
    /// The key of a server's first org.
    pub(crate) fn of_first_org() -> &'static Self {
        &POOL[0]
    }

    /// The key of an added org. The seed selects it, so it does not depend on the order in which orgs are added.
    pub(crate) fn of_added_org(seed: u64) -> &'static Self {
        let [first, others @ ..] = &POOL;
        let index = seed % others.len() as u64;
        usize::try_from(index).ok().and_then(|index| others.get(index)).unwrap_or(first)
    }

    /// Signs the claims and writes the body of the token response.
    pub(crate) fn sign_tokens(&self, mut tokens: Tokens) -> Result<Vec<u8>, SignError> {
        let access_token = self.sign(&tokens.access)?;
        let id_token = match &mut tokens.id {
            Some(claims) => {
                claims.at_hash = left_half_of_hash(&access_token);
                Some(self.sign(claims)?)
            }
            None => None,
        };
        Ok(serde_json::to_vec(&TokenResponse {
            token_type: "Bearer",
            expires_in: tokens.expires_in,
            access_token: &access_token,
            scope: &tokens.scope,
            refresh_token: tokens.refresh_token.as_deref(),
            id_token: id_token.as_deref(),
        })?)
    }

    fn sign(&self, claims: &impl Serialize) -> Result<String, SignError> {
        let payload = serde_json::to_vec(claims)?;
        let mut token = String::with_capacity(self.header.len() + payload.len() * 4 / 3 + 350);
        token.push_str(&self.header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut token);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        // PKCS#1 v1.5 is deterministic: the interface requires a random source but does not use it.
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| SignError::Key)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// The claims of a token that this key signed.
    pub(crate) fn read<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        if header != *self.header {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key().as_ref())
            .verify(signed.as_bytes(), &signature)
            .ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }
}

fn parsed(pem: &str) -> RsaKeyPair {
    let base64: String = pem
        .lines()
        .skip_while(|line| !line.starts_with("-----BEGIN"))
        .skip(1)
        .take_while(|line| !line.starts_with("-----END"))
        .collect();
    let pkcs8 = STANDARD.decode(base64).expect("the built-in key is base64");
    RsaKeyPair::from_pkcs8(&pkcs8).expect("the built-in key is PKCS#8")
}

fn header(key_set: &str) -> String {
    #[derive(Deserialize)]
    struct KeySet<'s> {
        #[serde(borrow)]
        keys: [Key<'s>; 1],
    }

    #[derive(Deserialize)]
    struct Key<'s> {
        kid: &'s str,
    }

    let KeySet { keys: [Key { kid }] } =
        serde_json::from_str(key_set).expect("the built-in key set has one key");
    URL_SAFE_NO_PAD.encode(format!(r#"{{"kid":"{kid}","alg":"RS256"}}"#))
}

/// `at_hash` of OpenID Connect Core 3.1.3.6.
fn left_half_of_hash(access_token: &str) -> String {
    let hash = digest(&SHA256, access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn only_a_token_of_the_same_key_is_read() {
        let [key, other, ..] = &POOL;
        let claims = json!({"aud": "0oa"});
        let token = key.sign(&claims).unwrap();
        assert_eq!(key.read::<Value>(&token), Some(claims));
        assert_eq!(other.read::<Value>(&token), None);

        let (rest, signature) = token.rsplit_once('.').unwrap();
        let (header, payload) = rest.split_once('.').unwrap();
        let other_payload = URL_SAFE_NO_PAD.encode(r#"{"aud":"other"}"#);
        for forged in [
            format!("{header}.{other_payload}.{signature}"),
            format!("{}.{payload}.{signature}", *other.header),
            rest.to_owned(),
            "…".to_owned(),
        ] {
            assert_eq!(key.read::<Value>(&forged), None, "{forged}");
            assert_eq!(other.read::<Value>(&forged), None, "{forged}");
        }
    }

    #[test]
    fn same_claims_produce_the_same_token() {
        let claims = json!({"aud": "0oa"});
        assert_eq!(POOL[0].sign(&claims).unwrap(), POOL[0].sign(&claims).unwrap());
    }

    #[test]
    fn each_key_set_contains_its_own_key_and_its_thumbprint() {
        let mut ids = Vec::new();
        for key in &POOL {
            let set: Value = serde_json::from_str(key.set).unwrap();
            let modulus = set["keys"][0]["n"].as_str().unwrap();
            let id = set["keys"][0]["kid"].as_str().unwrap().to_owned();

            // RFC 8017 A.1.1: the public key is a SEQUENCE of modulus and exponent, so the key contains the modulus unchanged.
            let bytes = URL_SAFE_NO_PAD.decode(modulus).unwrap();
            assert!(key.pair.public_key().as_ref().windows(bytes.len()).any(|part| part == bytes));

            // RFC 7638: the thumbprint is the hash of the required members in alphabetical order.
            let members = format!(r#"{{"e":"AQAB","kty":"RSA","n":"{modulus}"}}"#);
            let thumbprint = digest(&SHA256, members.as_bytes());
            assert_eq!(URL_SAFE_NO_PAD.encode(thumbprint), id);
            assert!(!ids.contains(&id));
            ids.push(id);
        }
    }

    #[test]
    fn added_orgs_share_all_keys_except_the_first_orgs() {
        let sets: Vec<_> = (0..4).map(|seed| SigningKey::of_added_org(seed).set).collect();
        assert_eq!(sets, [POOL[1].set, POOL[2].set, POOL[3].set, POOL[1].set]);
        assert_eq!(SigningKey::of_first_org().set, POOL[0].set);
    }

    #[test]
    fn at_hash_matches_the_specification() {
        // The example of OpenID Connect Core A.3.
        assert_eq!(
            left_half_of_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }
}
