//! Verifies signed tokens against the published keys.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::workspace;

/// Verifies a token's RS256 signature with the key that its header names, and returns the claims.
#[track_caller]
pub fn verified_claims(token: &str, keys: &Value) -> Value {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("{token} does not have three parts")
    };
    let header = decode_json(header);
    assert_eq!(header["alg"], "RS256");
    let key = keys["keys"]
        .as_array()
        .and_then(|keys| keys.iter().find(|key| key["kid"] == header["kid"]))
        .unwrap_or_else(|| panic!("no key {} among {keys}", header["kid"]));
    let component = |name: &str| decode(key[name].as_str().expect("a key component is text"));
    let signed = &token[..token.rfind('.').expect("three parts")];
    RsaPublicKeyComponents { n: component("n"), e: component("e") }
        .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &decode(signature))
        .expect("the signature matches the published key");
    decode_json(claims)
}

/// A token's claims, without a check of its signature.
#[track_caller]
pub fn claims(token: &str) -> Value {
    decode_json(token.split('.').nth(1).expect("three parts"))
}

/// The token with some claims replaced, signed with the published key of a server's first org.
#[track_caller]
pub fn resigned(token: &str, replaced: &Value) -> String {
    let pem = workspace::read("fixtures/keys/development-rs256.pem");
    let (_, body) = pem.split_once("-----BEGIN PRIVATE KEY-----").expect("a PEM file");
    let body: String = body.lines().take_while(|line| !line.starts_with("-----END")).collect();
    let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(body).expect("base64")).expect("PKCS#8");
    let mut claims = claims(token);
    for (name, value) in replaced.as_object().expect("claims are an object") {
        claims[name] = value.clone();
    }
    let header = token.split('.').next().expect("three parts");
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
        .expect("the key signs");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The left half of the SHA-256 hash, as `at_hash` requires.
pub fn half_hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url without padding")
}

fn decode_json(text: &str) -> Value {
    serde_json::from_slice(&decode(text)).expect("the part of the token is JSON")
}
