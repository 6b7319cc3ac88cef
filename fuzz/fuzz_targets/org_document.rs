//! An org document in TOML.
#![no_main]

use idx_engine::Org;
use idx_fuzz::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|text: &str| {
    match Org::from_toml(text, "fuzz.toml") {
        Ok(org) => idx_fuzz::first_page::visit(org),
        Err(error) => assert!(error.to_string().starts_with("error: "), "{error}"),
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::bytes(data, size, max_size, seed, mutate::toml)
});
