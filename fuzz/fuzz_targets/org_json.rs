//! An org document in JSON, as the control API receives it.
#![no_main]

use idx_engine::Org;
use idx_fuzz::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|body: &[u8]| {
    let Ok(document) = serde_json::from_slice(body) else { return };
    match Org::from_json(&document) {
        Ok(org) => idx_fuzz::first_page::visit(org),
        Err(error) => assert!(error.to_string().starts_with("document: "), "{error}"),
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::bytes(data, size, max_size, seed, mutate::json)
});
