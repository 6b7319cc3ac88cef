//! The development key: signs tokens, and verifies the tokens that it signed.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use idx_engine::{AccessToken, Tokens};
use idx_wire::TokenResponse;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The response of `keys`. It is the same for every org and every start, so clients can cache and record it.
pub(crate) const KEY_SET: &str = include_str!("../../../fixtures/keys/development-rs256.jwks.json");

const PEM: &str = include_str!("../../../fixtures/keys/development-rs256.pem");
const KEY_ID: &str = "qUU6NZjkJ4j-tsAnNzYN2oBEtcpki2fFAJCOQbf4f5c";

/// Parsed once, since parsing takes longer than signing.
static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| {
    let base64: String = PEM
        .lines()
        .skip_while(|line| !line.starts_with("-----BEGIN"))
        .skip(1)
        .take_while(|line| !line.starts_with("-----END"))
        .collect();
    let pkcs8 = STANDARD.decode(base64).expect("the built-in key is base64");
    RsaKeyPair::from_pkcs8(&pkcs8).expect("the built-in key is PKCS#8")
});

static HEADER: LazyLock<String> =
    LazyLock::new(|| URL_SAFE_NO_PAD.encode(format!(r#"{{"kid":"{KEY_ID}","alg":"RS256"}}"#)));

/// The key or a claim is unusable. Neither happens with the built-in key and the engine's claims.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignError {
    #[error("failed to write the claims: {0}")]
    Claims(#[from] serde_json::Error),
    #[error("failed to sign with the development key")]
    Key,
}

/// Signs the claims and writes the body of the token response.
pub(crate) fn sign_tokens(mut tokens: Tokens) -> Result<Vec<u8>, SignError> {
    let access_token = sign(&tokens.access)?;
    let id_token = match &mut tokens.id {
        Some(claims) => {
            claims.at_hash = left_half_of_hash(&access_token);
            Some(sign(claims)?)
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

/// Reads an access token if this key signed it.
pub(crate) fn read_access_token(token: &str) -> Option<AccessToken> {
    let claims: AccessClaims = read(token)?;
    Some(AccessToken {
        jti: claims.jti,
        iss: claims.iss,
        aud: claims.aud,
        client_id: claims.cid,
        user: claims.uid,
        scopes: claims.scp,
        issued_at: Timestamp::from_second(claims.iat).ok()?,
        expires_at: Timestamp::from_second(claims.exp).ok()?,
    })
}

/// The client id in an id_token that this key signed.
pub(crate) fn read_audience(id_token: &str) -> Option<String> {
    let claims: IdClaims = read(id_token)?;
    Some(claims.aud)
}

#[derive(Deserialize)]
struct AccessClaims {
    jti: String,
    iss: String,
    aud: String,
    cid: String,
    uid: String,
    scp: Vec<String>,
    iat: i64,
    exp: i64,
}

#[derive(Deserialize)]
struct IdClaims {
    aud: String,
}

fn sign(claims: &impl Serialize) -> Result<String, SignError> {
    let payload = serde_json::to_vec(claims)?;
    let mut token = String::with_capacity(HEADER.len() + payload.len() * 4 / 3 + 350);
    token.push_str(&HEADER);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let mut signature = vec![0; KEY.public_modulus_len()];
    // PKCS#1 v1.5 is deterministic: the interface requires a random source but does not use it.
    KEY.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
        .map_err(|_| SignError::Key)?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

fn read<T: DeserializeOwned>(token: &str) -> Option<T> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    if header != *HEADER {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, KEY.public_key().as_ref())
        .verify(signed.as_bytes(), &signature)
        .ok()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// `at_hash` of OpenID Connect Core 3.1.3.6.
fn left_half_of_hash(access_token: &str) -> String {
    let hash = digest(&SHA256, access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Claims<'a> {
        aud: &'a str,
    }

    #[test]
    fn only_a_token_of_this_key_is_read() {
        let token = sign(&Claims { aud: "0oa" }).unwrap();
        assert_eq!(read_audience(&token).as_deref(), Some("0oa"));

        let (rest, signature) = token.rsplit_once('.').unwrap();
        let (header, _) = rest.split_once('.').unwrap();
        let forged =
            format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(r#"{"aud":"other"}"#));
        assert_eq!(read_audience(&forged), None);
        assert_eq!(read_audience(rest), None);
        assert_eq!(read_audience("…"), None);
    }

    #[test]
    fn same_claims_produce_the_same_token() {
        assert_eq!(sign(&Claims { aud: "0oa" }).unwrap(), sign(&Claims { aud: "0oa" }).unwrap());
    }

    #[test]
    fn key_set_contains_the_key_and_its_thumbprint() {
        let set: serde_json::Value = serde_json::from_str(KEY_SET).unwrap();
        let modulus = set["keys"][0]["n"].as_str().unwrap();
        assert_eq!(set["keys"][0]["kid"], KEY_ID);

        // RFC 8017 A.1.1: the public key is a SEQUENCE of modulus and exponent, so the key contains the modulus unchanged.
        let bytes = URL_SAFE_NO_PAD.decode(modulus).unwrap();
        assert!(KEY.public_key().as_ref().windows(bytes.len()).any(|window| window == bytes));

        // RFC 7638: the thumbprint is the hash of the required members in alphabetical order.
        let thumbprint =
            digest(&SHA256, format!(r#"{{"e":"AQAB","kty":"RSA","n":"{modulus}"}}"#).as_bytes());
        assert_eq!(URL_SAFE_NO_PAD.encode(thumbprint), KEY_ID);
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
