//! Measures one RS256 signature with the library that the server uses.

use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

use crate::load::Stopwatch;

const SIGNATURES: u32 = 500;

/// The mean time of some hundred signatures of a text as long as a token's claims.
pub(crate) fn time_of_one() -> Duration {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key can be generated");
    let (random, text) = (SystemRandom::new(), [b'a'; 700]);
    let mut signature = vec![0; key.public_modulus_len()];
    let watch = Stopwatch::start();
    for _ in 0..SIGNATURES {
        key.sign(&RSA_PKCS1_SHA256, &random, &text, &mut signature).expect("the key signs");
    }
    watch.elapsed() / SIGNATURES
}
